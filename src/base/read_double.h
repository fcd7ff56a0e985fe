// Reads a number with a point exactly, in every locale, with every standard library.
#pragma once

#include <string_view>

namespace pipexpr::base {

// The double nearest to decimal digits with at most one point among them and perhaps a minus before them; false when it
// is too large for one.
bool read_double(std::string_view digits, double& value);

// What read_double is where the standard library has no std::from_chars for doubles, as libc++ before version 20.
bool read_double_by_strtod(std::string_view digits, double& value);

}  // namespace pipexpr::base
