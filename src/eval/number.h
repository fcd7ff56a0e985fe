// Numbers as text and text as numbers, under the language's rules (docs/language.md, numbers).
#pragma once

#include <cstdint>
#include <string_view>

namespace pipexpr::eval {

inline constexpr int kMaxIntegerText = 20;
inline constexpr int kMaxNumberText = 32;

// Both write at `out` and return the end; they need kMaxIntegerText or kMaxNumberText bytes.
char* write_integer(char* out, std::int64_t value);
// As Double.toString of Java up to 18: 0.5, 4.0, 1.0E7, 1.0E-4; the shortest digits that give the value back, but for
// numbers from 2^53 to 2^63, which are written as the integers that they are: 1.44115188075855872E17.
char* write_number(char* out, double value);

// A whole text that is a number: an optional sign, digits, an optional fraction; no blanks, no exponent.
enum class Numeral : std::uint8_t { none, integer, number };
Numeral read_numeral(std::string_view text, std::int64_t& integer, double& number);

}  // namespace pipexpr::eval
