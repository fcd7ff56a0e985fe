// Writes a double from fmt's digits, for standard libraries that have no std::to_chars for doubles. In a file of its
// own, so that a program whose library has one links none of it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/write_double.h"

namespace pipexpr::base {
namespace portable {
namespace {

// The fewest digits that read back the same; the value is d.ddd times 10 to the power of `exponent`.
struct ShortestDigits {
  char text[32] = {};
  std::ptrdiff_t count = 0;
  int exponent = 0;

  explicit ShortestDigits(double magnitude) {
    char written[40];
    const char* const end = fmt::format_to(written, "{}", magnitude);  // 12.5, 0.0012, 1.25e+30
    int before_point = 0, zeros = 0, shift = 0;
    bool after_point = false;
    for (const char* c = written; c != end; ++c) {
      if (*c == 'e') {
        const bool negative = c[1] == '-';
        std::from_chars(c + 2, end, shift);
        if (negative) shift = -shift;
        break;
      }
      if (*c == '.') {
        after_point = true;
        continue;
      }
      if (count == 0 && *c == '0') {
        if (after_point) ++zeros;  // 0.00: places before the first digit
        continue;
      }
      text[count++] = *c;
      if (!after_point) ++before_point;
    }
    while (count > 1 && text[count - 1] == '0') --count;
    if (count == 0) text[count++] = '0';  // zero itself
    exponent = magnitude == 0 ? 0 : shift + (before_point > 0 ? before_point - 1 : -zeros - 1);
  }
};

char* copy(char* out, std::string_view text) { return std::copy(text.begin(), text.end(), out); }

}  // namespace

char* write_fixed_double(char* out, double value) {
  if (std::signbit(value)) *out++ = '-';
  const double magnitude = std::fabs(value);
  // Beyond 2^53 not every integer is a double, and the digits after the shortest ones are no zeros.
  if (magnitude > 9007199254740992.0) return fmt::format_to(out, "{:.0f}", magnitude);
  const ShortestDigits digits(magnitude);
  if (digits.exponent < 0) {
    out = copy(out, "0.");
    out = std::fill_n(out, -digits.exponent - 1, '0');
    return std::copy_n(digits.text, digits.count, out);
  }
  const std::ptrdiff_t whole = digits.exponent + 1;
  if (digits.count <= whole) {
    out = std::copy_n(digits.text, digits.count, out);
    return std::fill_n(out, whole - digits.count, '0');
  }
  out = std::copy_n(digits.text, whole, out);
  *out++ = '.';
  return std::copy_n(digits.text + whole, digits.count - whole, out);
}

char* write_scientific_double(char* out, double value) {
  if (std::signbit(value)) *out++ = '-';
  const ShortestDigits digits(std::fabs(value));
  *out++ = digits.text[0];
  if (digits.count > 1) {
    *out++ = '.';
    out = std::copy_n(digits.text + 1, digits.count - 1, out);
  }
  return fmt::format_to(out, "e{}{:02}", digits.exponent < 0 ? '-' : '+', std::abs(digits.exponent));
}

}  // namespace portable

}  // namespace pipexpr::base
