// Splits a template into literal text and expressions.
#include "syntax/template_scanner.h"

#include "syntax/find_opener.h"

namespace pipexpr::syntax {
namespace {

std::size_t find_close(std::string_view text, std::size_t from, Placeholder& slot) {
  const char closer = slot.closer;
  char quote = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == closer) {
      return i;
    } else if (c == '\'' || c == '"') {
      quote = c;
      slot.quote = static_cast<std::uint32_t>(i);
    }
  }
  slot.in_quotes = quote != 0;
  return text.npos;
}

}  // namespace

bool next_placeholder(std::string_view text, std::size_t from, Delimiters delimiters, Placeholder& slot) {
  const std::size_t open = find_opener(text, from, delimiters);
  if (open == text.size()) return false;
  slot = Placeholder{};
  slot.open = static_cast<std::uint32_t>(open);
  slot.opener = text[open + 1];
  slot.closer = slot.opener == '{' ? '}' : '>';
  const std::size_t close = find_close(text, open + 2, slot);
  slot.closed = close != text.npos;
  const std::size_t end = slot.closed ? close : text.size();
  slot.source = {static_cast<std::uint32_t>(open + 2), static_cast<std::uint32_t>(end - open - 2)};
  slot.close = static_cast<std::uint32_t>(slot.closed ? end + 1 : end);
  return true;
}

}  // namespace pipexpr::syntax
