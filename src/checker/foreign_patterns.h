// Date patterns of other languages, recognized whole and translated whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pipexpr::checker {

struct ForeignPattern {
  std::string_view language;  // "strftime"
  std::string translation;    // empty: there is none
};

// The language that a pattern is of, when it cannot be Joda-Time's.
std::optional<ForeignPattern> foreign_pattern(std::string_view pattern);

}  // namespace pipexpr::checker
