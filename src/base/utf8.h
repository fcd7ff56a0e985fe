// UTF-8, as far as writing JSON and tables needs it: what is invalid, and how many characters there are.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::base {

// Where the first invalid byte stands; npos: there is none.
std::size_t find_invalid_utf8(std::string_view text);

// The text with each invalid byte replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

// Code points: the width of most texts in a terminal.
std::size_t count_characters(std::string_view text);

}  // namespace pipexpr::base
