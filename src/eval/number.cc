#include "eval/number.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace pipexpr::eval {

char* write_integer(char* out, std::int64_t value) { return std::to_chars(out, out + kMaxIntegerText, value).ptr; }

char* write_number(char* out, double value) {
  const double magnitude = std::fabs(value);
  if (magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e7)) {
    // A whole number has its own digits, and no search for the shortest ones is needed.
    if (value != std::trunc(value) || (value == 0 && std::signbit(value))) {
      char* const end = std::to_chars(out, out + kMaxNumberText, value, std::chars_format::fixed).ptr;
      if (value != 0) return end;
      std::memcpy(end, ".0", 2);
      return end + 2;
    }
    char* const end = std::to_chars(out, out + kMaxIntegerText, static_cast<std::int64_t>(value)).ptr;
    std::memcpy(end, ".0", 2);
    return end + 2;
  }
  // C++ writes 1.5e+07 and 1e-04, Java 1.5E7 and 1.0E-4.
  char* const end = std::to_chars(out, out + kMaxNumberText, value, std::chars_format::scientific).ptr;
  char* const e = end[-4] == 'e' ? end - 4 : end - 5;
  char exponent[8];
  const bool negative = e[1] == '-';
  const char* digits = e + 2;
  while (digits + 1 < end && *digits == '0') ++digits;
  const auto length = static_cast<std::size_t>(end - digits);
  std::memcpy(exponent, digits, length);
  char* to = e;
  if (e - out == (value < 0 ? 2 : 1)) {  // one digit, and no point behind it
    std::memcpy(to, ".0", 2);
    to += 2;
  }
  *to++ = 'E';
  if (negative) *to++ = '-';
  std::memcpy(to, exponent, length);
  return to + length;
}

Numeral read_numeral(std::string_view text, std::int64_t& integer, double& number) {
  const std::size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  std::size_t digits = 0;
  bool point = false;
  for (std::size_t i = sign; i < text.size(); ++i) {
    if (text[i] == '.' && !point && i + 1 < text.size()) {
      point = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      ++digits;
    } else {
      return Numeral::none;
    }
  }
  if (digits == 0) return Numeral::none;
  const char* const end = text.data() + text.size();
  if (!point) {
    return std::from_chars(text.data(), end, integer).ec == std::errc{} ? Numeral::integer : Numeral::none;
  }
  return std::from_chars(text.data(), end, number).ec == std::errc{} ? Numeral::number : Numeral::none;
}

}  // namespace pipexpr::eval
