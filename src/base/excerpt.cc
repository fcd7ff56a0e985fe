// Quotes a user's text in a message: cut to a bounded length, control characters escaped.
#include "base/report.h"
#include "base/utf8.h"

namespace pipexpr::base {

std::string shown(std::string_view text) {
  std::string result;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02X}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kMaxLength = 80;
  const std::string_view beginning = cut_utf8(text, kMaxLength);
  return shown(beginning) + (beginning.size() < text.size() ? "..." : "");
}

}  // namespace pipexpr::base
