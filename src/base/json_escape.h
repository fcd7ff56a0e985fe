// The escapes of JSON strings, for everything that writes them: each byte by itself, so that the engine stays blind to
// encodings. RapidJSON's writer, which cannot leave invalid UTF-8 as it is, has the same short forms and two more.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pipexpr::base {

inline constexpr std::size_t kMaxJsonEscape = 6;

// How many bytes a byte of a text takes between the quotes of a JSON string.
constexpr std::size_t json_size(char c) {
  if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t') return 2;
  return static_cast<unsigned char>(c) < 0x20 ? kMaxJsonEscape : 1;
}

// Writes the byte as it stands between the quotes, and returns the end.
constexpr char* put_json(char* to, char c) {
  if (json_size(c) == 1) {
    *to++ = c;
    return to;
  }
  *to++ = '\\';
  if (json_size(c) == 2) {
    *to++ = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
    return to;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  for (const char digit : {'u', '0', '0', kDigits[byte >> 4U], kDigits[byte & 0xFU]}) *to++ = digit;
  return to;
}

// The text as it stands between the quotes.
inline std::string json_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char escape[kMaxJsonEscape];
  for (const char c : text) {
    if (json_size(c) == 1) {
      out += c;
    } else {
      out.append(escape, put_json(escape, c));
    }
  }
  return out;
}

// The same with its quotes.
inline std::string json_quoted(std::string_view text) { return '"' + json_escaped(text) + '"'; }

}  // namespace pipexpr::base
