// Quotes a user's text in a message: cut to a bounded length, control characters escaped.
#include "base/report.h"

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
  std::size_t cut = text.size();
  if (cut > kMaxLength) {
    cut = kMaxLength;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  }
  return shown(text.substr(0, cut)) + (cut < text.size() ? "..." : "");
}

}  // namespace pipexpr::base
