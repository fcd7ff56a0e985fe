// Reads a number with a point by std::from_chars, or by strtod in the "C" locale where there is none for doubles.
#include "base/read_double.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <version>

#if !defined(_WIN32)
#include <locale.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif
#endif

namespace pipexpr::base {

bool read_double_by_strtod(std::string_view digits, double& value) {
  const std::string text(digits);  // strtod wants an end that it can see
#if defined(_WIN32)
  static const _locale_t plain = _create_locale(LC_ALL, "C");
  value = _strtod_l(text.c_str(), nullptr, plain);
#else
  static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  value = strtod_l(text.c_str(), nullptr, plain);
#endif
  return !std::isinf(value);
}

bool read_double(std::string_view digits, double& value) {
#if defined(__cpp_lib_to_chars)
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc{};
#else
  return read_double_by_strtod(digits, value);
#endif
}

}  // namespace pipexpr::base
