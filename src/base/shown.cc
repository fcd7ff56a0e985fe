// Escapes what steers a terminal, and cuts texts for messages.
#include "base/shown.h"

#include "base/utf8.h"

namespace pipexpr::base {

Steering steering(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (text.empty()) return {};
  if (byte(0) < 0x20 || byte(0) == 0x7F) return {byte(0), 1};
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return {byte(1), 2};
  if (byte(0) == 0xD8 && byte(1) == 0x9C) return {0x061C, 2};  // the mark of Arabic letters
  if (byte(0) != 0xE2 || (byte(1) != 0x80 && byte(1) != 0x81)) return {};
  const std::uint32_t code = 0x2000 + ((byte(1) & 0x3F) << 6) + (byte(2) & 0x3F);
  const bool turns = (code >= 0x200E && code <= 0x200F) || (code >= 0x2066 && code <= 0x2069);
  return turns || (code >= 0x2028 && code <= 0x202E) ? Steering{code, 3} : Steering{};
}

namespace {

std::string escaped(std::string_view text, bool keeps_lines) {
  std::string repaired;
  if (find_invalid_utf8(text) != text.npos) text = repaired = repair_utf8(text);
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const Steering found = steering(text.substr(i));
    if (found.bytes == 0 || (keeps_lines && text[i] == '\n')) {
      result += text[i++];
      continue;
    }
    switch (found.code) {
      case '\n': result += "\\n"; break;
      case '\r': result += "\\r"; break;
      case '\t': result += "\\t"; break;
      default: result += found.bytes == 1 ? fmt::format("\\x{:02X}", found.code) : fmt::format("\\u{:04X}", found.code);
    }
    i += found.bytes;
  }
  return result;
}

}  // namespace

std::string shown(std::string_view text) { return escaped(text, false); }

std::string shown_lines(std::string_view text) { return escaped(text, true); }

std::string excerpt(std::string_view text) {
  constexpr std::size_t kMaxLength = 80;
  const std::string_view beginning = cut_utf8(text, kMaxLength);
  return shown(beginning) + (beginning.size() < text.size() ? "..." : "");
}

}  // namespace pipexpr::base
