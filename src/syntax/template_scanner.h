// Splits a template into literal text and expressions. Text between expressions never reaches the parser.
#pragma once

#include <cstdint>
#include <string_view>

#include <pipexpr/options.h>
#include <pipexpr/source.h>

namespace pipexpr::syntax {

// One expression of a template.
struct Placeholder {
  std::uint32_t open = 0;   // position of the '#'
  SourceSpan source;        // between the delimiters
  std::uint32_t close = 0;  // one past the closing delimiter
  bool closed = false;      // false: the text ends first; `source` reaches to its end
  bool in_quotes = false;   // ... inside the quotes opened at `quote`
  std::uint32_t quote = 0;
  char opener = '{';
  char closer = '}';
};

// Finds the next expression at or after `from`; false when only text is left. The closing delimiter is the first one
// outside quotes; inside quotes a backslash takes the next byte with it.
bool next_placeholder(std::string_view text, std::size_t from, Delimiters delimiters, Placeholder& slot);

}  // namespace pipexpr::syntax
