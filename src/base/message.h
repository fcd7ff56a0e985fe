// Messages with gaps, {} or {:02X}, as the table of codes has them, and the values that fill the gaps.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pipexpr::base {

// A gap of a message: where it is, and whether it is all that a pair of single quotes encloses.
struct Gap {
  std::size_t offset = 0;
  std::size_t length = 0;
  bool quoted = false;
};
std::vector<Gap> gaps_of(std::string_view message);

// The message with its gaps filled. {} takes the next value, {1} the second one, for languages of another order; a gap
// without a value stays empty. {{ and }} are braces.
std::string fill(std::string_view message, std::span<const std::string> arguments);

// The values that make `filled` of `message`; of several possible splits the first. Empty when there is none.
std::vector<std::string> arguments_of(std::string_view message, std::string_view filled);

}  // namespace pipexpr::base
