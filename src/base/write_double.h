// Writes a double in the fewest digits that read back the same, in every locale, with every standard library.
#pragma once

#include <cstddef>

namespace pipexpr::base {

// The longest text of a double: 1074 decimals and what precedes them.
inline constexpr std::size_t kMaxDoubleText = 1100;

// 0.00123 and 1500: no exponent, and no point when there are no decimals. Integers beyond 2^53 have all their
// digits. `value` is finite; `out` has a capacity of kMaxDoubleText, which no text exceeds. Returns the end.
char* write_fixed_double(char* out, double value);

// 1.23e-03 and 1.5e+03: one digit before the point, and at least two in the exponent.
char* write_scientific_double(char* out, double value);

// The same where the standard library has no std::to_chars for doubles, as libc++ before version 14.
namespace portable {
char* write_fixed_double(char* out, double value);
char* write_scientific_double(char* out, double value);
}  // namespace portable

}  // namespace pipexpr::base
