// Writes a double by std::to_chars, or by base/portable_double.cc where there is none for doubles.
#include "base/write_double.h"

#include <charconv>
#include <version>

namespace pipexpr::base {

#if defined(__cpp_lib_to_chars) || (defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 14000)
char* write_fixed_double(char* out, double value) {
  return std::to_chars(out, out + kMaxDoubleText, value, std::chars_format::fixed).ptr;
}
char* write_scientific_double(char* out, double value) {
  return std::to_chars(out, out + kMaxDoubleText, value, std::chars_format::scientific).ptr;
}
#else
char* write_fixed_double(char* out, double value) { return portable::write_fixed_double(out, value); }
char* write_scientific_double(char* out, double value) { return portable::write_scientific_double(out, value); }
#endif

}  // namespace pipexpr::base
