// How many columns of a terminal a text takes.
#pragma once

#include <cstddef>
#include <string_view>

namespace pipexpr::base {

// The columns of the character that a non-empty text begins with, after those before it: characters that combine with
// others take none, those of East Asia and emoji two. A sequence that is joined to one picture counts as its first.
class ColumnCounter {
 public:
  // Takes one character off the text, and gives its columns.
  std::size_t take(std::string_view& text);

 private:
  bool joins_ = false;     // after a zero width joiner
  bool can_grow_ = false;  // one column wide, and a picture if the next character says so
};

std::size_t display_width(std::string_view text);

// The beginning of a text: at most so many columns, and never half a character.
std::string_view cut_to_width(std::string_view text, std::size_t columns);

}  // namespace pipexpr::base
