#include "eval/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "time/digits.h"

namespace pipexpr::eval {

char* write_integer(char* out, std::int64_t value) { return std::to_chars(out, out + kMaxIntegerText, value).ptr; }

namespace {

// Whether a positive number is digits / scale, and then the digits, at most 15 of them. Such a decimal is the shortest
// one: no two of at most 15 digits are the same double, and the division, rounded once, says that it is this one.
bool is_short(double magnitude, double scale, std::uint64_t& digits) {
  const double scaled = magnitude * scale;
  if (!(scaled < 1e15)) return false;
  digits = static_cast<std::uint64_t>(scaled);
  return static_cast<double>(digits) == scaled && static_cast<double>(digits) / scale == magnitude;
}

// Sixteen digits, with zeros in front, and where the first of them stands that is none.
class Digits {
 public:
  explicit Digits(std::uint64_t value) {
    put_eight(text_, static_cast<std::uint32_t>(value / 100'000'000));
    put_eight(text_ + 8, static_cast<std::uint32_t>(value % 100'000'000));
    while (first_ < 15 && text_[first_] == '0') ++first_;
  }
  std::size_t first() const { return first_; }
  // Appends those in [from, to), without the zeros at their end, but for one digit.
  char* put_decimals(char* out, std::size_t from, std::size_t to) const {
    while (to > from + 1 && text_[to - 1] == '0') --to;
    std::memcpy(out, text_ + from, 16);
    return out + (to - from);
  }
  char at(std::size_t i) const { return text_[i]; }
  const char* text() const { return text_; }

 private:
  static void put_eight(char* out, std::uint32_t value) {
    const std::uint32_t high = value / 10'000, low = value % 10'000;
    time::put_four(out, high);
    time::put_four(out + 4, low);
  }
  char text_[32] = {};  // copied sixteen at a time
  std::size_t first_ = 0;
};

// From 0.001 to below 10,000,000: 123.45
char* write_fixed(char* out, double magnitude) {
  std::uint64_t digits = 0;
  if (is_short(magnitude, 1e6, digits)) {
    const Digits all(digits);  // six of them are decimals
    const std::size_t begin = std::min<std::size_t>(all.first(), 9);
    std::memcpy(out, all.text() + begin, 16);
    out += 10 - begin;
    *out++ = '.';
    return all.put_decimals(out, 10, 16);
  }
  return std::to_chars(out, out + kMaxNumberText, magnitude, std::chars_format::fixed).ptr;
}

// Java's 1.2345E7 for what C++ writes as 1.2345e+07.
char* write_scientific(char* out, double magnitude) {
  std::uint64_t digits = 0;
  if (magnitude >= 1e7 && is_short(magnitude, 100, digits)) {
    const Digits all(digits);  // two of them are decimals
    const std::size_t first = all.first();
    *out++ = all.at(first);
    *out++ = '.';
    out = all.put_decimals(out, first + 1, 16);
    *out++ = 'E';
    const std::size_t exponent = 13 - first;
    if (exponent >= 10) *out++ = '1';
    *out++ = static_cast<char>('0' + exponent % 10);
    return out;
  }
  char* const end = std::to_chars(out, out + kMaxNumberText, magnitude, std::chars_format::scientific).ptr;
  char* const e = end[-4] == 'e' ? end - 4 : end - 5;
  char exponent[8];
  const bool negative = e[1] == '-';
  const char* first = e + 2;
  while (first + 1 < end && *first == '0') ++first;
  const auto length = static_cast<std::size_t>(end - first);
  std::memcpy(exponent, first, length);
  char* to = e;
  if (e - out == 1) {  // one digit, and no point behind it
    std::memcpy(to, ".0", 2);
    to += 2;
  }
  *to++ = 'E';
  if (negative) *to++ = '-';
  std::memcpy(to, exponent, length);
  return to + length;
}

}  // namespace

char* write_number(char* out, double value) {
  const double magnitude = std::fabs(value);
  if (std::signbit(value)) *out++ = '-';
  if (magnitude == 0) {
    std::memcpy(out, "0.0", 3);
    return out + 3;
  }
  return magnitude >= 1e-3 && magnitude < 1e7 ? write_fixed(out, magnitude) : write_scientific(out, magnitude);
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
