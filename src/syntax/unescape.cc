// Implements the escapes of quoted texts.
#include "syntax/unescape.h"

namespace pipexpr::syntax {

std::size_t unescape(std::string_view source, char* to) {
  char* const begin = to;
  for (std::size_t i = 0; i < source.size(); ++i) {
    char c = source[i];
    if (c == '\\' && i + 1 < source.size()) {
      const char next = source[i + 1];
      const char meant = next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next;
      if (meant != next || next == '\\' || next == '\'' || next == '"') {
        c = meant;
        ++i;
      }
    }
    *to++ = c;
  }
  return static_cast<std::size_t>(to - begin);
}

}  // namespace pipexpr::syntax
