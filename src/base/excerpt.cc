// Quotes a user's text in a message: cut to a bounded length, control characters escaped.
#include "base/report.h"
#include "base/utf8.h"

namespace pipexpr::base {

namespace {

// Characters of several bytes that steer a terminal, end a line or turn the direction of writing: C1 controls, U+2028,
// U+2029, U+202A to U+202E, and U+2066 to U+2069. 0: the text begins with none.
std::uint32_t steering(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return byte(1);
  if (byte(0) != 0xE2) return 0;
  const std::uint32_t code = 0x2000 + ((byte(1) & 0x3F) << 6) + (byte(2) & 0x3F);
  return (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ? code : 0;
}

}  // namespace

std::string shown(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (const std::uint32_t code = steering(text.substr(i)); code != 0) {
      result += fmt::format("\\u{:04X}", code);
      i += code < 0x100 ? 1 : 2;
    } else if (byte < 0x20 || byte == 0x7F) {
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
