// Tells requests of programs from those of pages in a browser.
#include "service/http/browser_guard.h"

#include <algorithm>

#include "base/char_class.h"

namespace pipexpr::service {
namespace {

// The name that a request was sent to, without its port.
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

// 127.0.0.1 and its neighbors, but not a name like 127.example.com.
bool is_loopback_address(std::string_view host) {
  return host.starts_with("127.") &&
         std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || base::is_digit(c); });
}

// Clients that take this machine for AWS's own host send that name.
bool is_ours(std::string_view host) {
  return host.empty() || is_loopback_address(host) || same_header(host, "localhost") || host == "[::1]" ||
         host.ends_with(".amazonaws.com");
}

}  // namespace

std::optional<ServiceError> refuse_browsers(const Request& request) {
  if (request.header("origin").empty() && request.header("sec-fetch-site") != "cross-site" &&
      is_ours(host_name(request.header("host")))) {
    return std::nullopt;
  }
  return ServiceError{ErrorType::access_denied,
                      "requests of web pages are refused, and so are hosts other than this one's names"};
}

}  // namespace pipexpr::service
