// Encodes names that are no identifiers as identifiers, and back.
#include <pipexpr/syntax_tree.h>

#include "base/char_class.h"

namespace pipexpr {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

// The byte that _xHH at the beginning of the text stands for, or -1.
int encoded_byte(std::string_view text) {
  if (text.size() < 4 || !text.starts_with("_x")) return -1;
  const std::size_t high = kHex.find(text[2]), low = kHex.find(text[3]);
  return high == kHex.npos || low == kHex.npos ? -1 : static_cast<int>(16 * high + low);
}

}  // namespace

std::string identifier_for(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool fits = i == 0 ? base::is_name_start(c) : base::is_word(c);
    if (fits && !name.substr(i).starts_with("_x")) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += "_x";
    result += kHex[byte / 16];
    result += kHex[byte % 16];
  }
  return result;
}

std::string name_of_identifier(std::string_view identifier) {
  std::string result;
  for (std::size_t i = 0; i < identifier.size();) {
    const int byte = encoded_byte(identifier.substr(i));
    result += byte < 0 ? identifier[i] : static_cast<char>(byte);
    i += byte < 0 ? 1 : 4;
  }
  return result;
}

}  // namespace pipexpr
