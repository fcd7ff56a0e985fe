// UTF-8, as far as writing JSON and tables needs it: what is invalid, and where to cut.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::base {

// Whether the byte goes on with a character that has begun before it.
constexpr bool continues_utf8(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Where the first invalid byte stands; npos: there is none.
std::size_t find_invalid_utf8(std::string_view text);

// The text with each invalid byte replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

// The beginning of a text: at most so many bytes, and never half a character.
std::string_view cut_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace pipexpr::base
