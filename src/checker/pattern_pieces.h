// Date patterns as pieces, so that they can be changed and put together again without one piece running into the next.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pipexpr::checker {

struct PatternPiece {
  bool is_text = false;  // what it prints; otherwise letters with a meaning, as they are written
  std::string text;
};

// Nothing when a quote is not closed.
std::optional<std::vector<PatternPiece>> pattern_pieces(std::string_view pattern);

// Whether the pattern prints what the pieces print one by one. One that cannot be compiled prints nothing.
bool prints_as(std::string_view pattern, const std::vector<PatternPiece>& pieces);

// One pattern of all pieces, texts that touch in one pair of quotes. Nothing when it does not print what they do:
// such a pattern is not offered.
std::optional<std::string> joined_pattern(const std::vector<PatternPiece>& pieces);

}  // namespace pipexpr::checker
