// One request and its reply, free of any HTTP library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pipexpr::service {

struct Header {
  std::string_view name;  // as sent; compared without case
  std::string_view value;
};

bool same_header(std::string_view a, std::string_view b);

struct Request {
  std::string_view method;
  std::string_view target;  // path and query
  std::vector<Header> headers;
  std::string_view body;

  // The first header of that name; empty when there is none.
  std::string_view header(std::string_view name) const;
  std::string_view path() const { return target.substr(0, target.find('?')); }
  std::string_view query() const {
    std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  }
};

struct Reply {
  unsigned status = 200;
  std::string content_type = "application/x-amz-json-1.1";
  std::string body;
  std::string error_type;  // for x-amzn-errortype; empty on success
};

// name=value&name=value, decoded, with a '+' for a blank. The one decoding of a query, for its signature as for its
// values: what was signed is what is read.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text);
// %XX for everything but letters, digits and -_.~
std::string percent_encode(std::string_view text, bool keep_slash = false);

}  // namespace pipexpr::service
