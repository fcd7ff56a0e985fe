// A date pattern of Joda-Time as its parts: runs of one letter, and literal text with its quotes resolved.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pipexpr::translator {

struct PatternPart {
  char letter = 0;          // 0: literal text
  std::uint32_t count = 0;  // of the letters
  std::string text;         // as written; of literal text, what it prints
};

std::vector<PatternPart> pattern_parts(std::string_view pattern);

}  // namespace pipexpr::translator
