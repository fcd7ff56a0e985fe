// Writing and reading numbers.
#include "eval/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/char_class.h"
#include "base/compiler.h"
#include "base/read_double.h"
#include "base/write_double.h"

namespace pipexpr::eval {

char* write_integer(char* out, std::int64_t value) { return std::to_chars(out, out + kMaxIntegerText, value).ptr; }

namespace {

// Whether a positive number is digits / scale, and then the digits, at most 15 of them. Such a decimal is the shortest
// one: no two of at most 15 digits are the same double, and the division, rounded once, says that it is this one.
bool is_short(double magnitude, double scale, std::uint64_t& digits) {
  const double scaled = magnitude * scale;
  if (!(scaled < 1e15)) return false;
  const auto whole = static_cast<std::int64_t>(scaled);  // signed, since processors convert these in one step
  digits = static_cast<std::uint64_t>(whole);
  return static_cast<double>(whole) == scaled && scaled / scale == magnitude;
}

// Sixteen digits in two words, the first in the lowest byte. They go to the text without being read back from memory,
// which would wait for the stores of single digits.
class Digits {
 public:
  explicit Digits(std::uint64_t value)
      : high_(eight(static_cast<std::uint32_t>(value / 100'000'000))),
        low_(eight(static_cast<std::uint32_t>(value % 100'000'000))) {}

  // Where the first digit stands that is no zero, and after the last one; of zero, the last digit.
  std::size_t first() const {
    if (high_ != 0) return static_cast<std::size_t>(std::countr_zero(high_)) / 8;
    return low_ != 0 ? 8 + static_cast<std::size_t>(std::countr_zero(low_)) / 8 : 15;
  }
  std::size_t end() const {
    if (low_ != 0) return 16 - static_cast<std::size_t>(std::countl_zero(low_)) / 8;
    return high_ != 0 ? 8 - static_cast<std::size_t>(std::countl_zero(high_)) / 8 : 16;
  }
  // Writes sixteen bytes, the digits from that one on.
  void write(char* out, std::size_t from) const {
    const std::size_t shift = 8 * (from % 8);
    std::uint64_t one = high_, two = low_;
    if (from >= 8) {
      one = low_;
      two = 0;
    }
    if (shift != 0) {
      one = one >> shift | two << (64 - shift);
      two >>= shift;
    }
    constexpr std::uint64_t kZeros = 0x3030303030303030;
    one += kZeros;
    two += kZeros;
    std::memcpy(out, &one, 8);
    std::memcpy(out + 8, &two, 8);
  }
  // Appends those in [from, 16), without the zeros at their end, but for one digit.
  char* write_decimals(char* out, std::size_t from) const {
    write(out, from);
    return out + (std::max(end(), from + 1) - from);
  }

 private:
  // Halves, then quarters, then digits, each time side by side in one word.
  static std::uint64_t eight(std::uint32_t value) {
    std::uint64_t word = value / 10'000 | std::uint64_t{value % 10'000} << 32;
    std::uint64_t upper = (word * 10'486 >> 20) & 0x0000007F0000007F;  // divided by 100
    word = upper | (word - 100 * upper) << 16;
    upper = (word * 103 >> 10) & 0x000F000F000F000F;  // divided by 10
    return upper | (word - 10 * upper) << 8;
  }

  std::uint64_t high_, low_;
};

[[gnu::noinline]] char* write_any_fixed(char* out, double magnitude) {
  return base::write_fixed_double(out, magnitude);
}

// From 0.001 to below 10,000,000: 123.45
char* write_fixed(char* out, double magnitude) {
  std::uint64_t digits = 0;
  if (is_short(magnitude, 1e6, digits)) {
    const Digits all(digits);  // six of them are decimals
    const std::size_t begin = std::min<std::size_t>(all.first(), 9);
    all.write(out, begin);
    out += 10 - begin;
    *out++ = '.';
    return all.write_decimals(out, 10);
  }
  return write_any_fixed(out, magnitude);
}

// Java's 1.2345E7 for what C++ writes as 1.2345e+07.
[[gnu::noinline]] char* write_any_scientific(char* out, double magnitude) {
  char* const end = base::write_scientific_double(out, magnitude);
  char* const e = end[-4] == 'e' ? end - 4 : end - 5;
  char exponent[8];
  const bool negative = e[1] == '-';
  const char* first = e + 2;
  while (first + 1 < end && *first == '0') ++first;
  const auto length = static_cast<std::size_t>(end - first);
  std::memcpy(exponent, first, length);
  char* to = e;
  if (e - out == 1) {  // one digit, and no point after it
    std::memcpy(to, ".0", 2);
    to += 2;
  }
  *to++ = 'E';
  if (negative) *to++ = '-';
  std::memcpy(to, exponent, length);
  return to + length;
}

// Java 18 and older, of which the service was written, does not look for the fewest digits when a number is an integer
// of 64 bits: it writes the integer, without the last one or two digits where neighbors lie so far apart that these
// mean nothing. Below 2^53 that is the shortest text.
constexpr double kFirstLongInteger = 9007199254740992.0, kLastLongInteger = 9223372036854775808.0;  // 2^53, 2^63

[[gnu::noinline]] char* write_long_integer(char* out, double magnitude) {
  auto digits = static_cast<std::uint64_t>(magnitude);
  std::uint64_t dropped = 1;
  int exponent = 0;
  const int bits = std::ilogb(magnitude);
  for (const int limit : {58, 61}) {
    if (bits < limit) break;
    dropped *= 10;
    ++exponent;
  }
  digits = (digits + dropped / 2) / dropped;
  for (; digits % 10 == 0; ++exponent) digits /= 10;
  char* const end = std::to_chars(out + 1, out + kMaxIntegerText, digits).ptr;
  exponent += static_cast<int>(end - out) - 2;
  out[0] = out[1];
  out[1] = '.';
  out = end;
  if (end[-1] == '.') *out++ = '0';
  *out++ = 'E';
  return std::to_chars(out, out + 2, exponent).ptr;
}

char* write_scientific(char* out, double magnitude) {
  std::uint64_t digits = 0;
  if (magnitude >= kFirstLongInteger && magnitude < kLastLongInteger) return write_long_integer(out, magnitude);
  if (!(magnitude >= 1e7 && is_short(magnitude, 100, digits))) return write_any_scientific(out, magnitude);
  const Digits all(digits);  // two of them are decimals
  const std::size_t first = all.first();
  char* const end = all.write_decimals(out + 1, first);
  out[0] = out[1];
  out[1] = '.';
  out = end - out > 2 ? end : end + 1;  // a 0 stands there already
  *out++ = 'E';
  std::size_t exponent = 13 - first;  // 7 to 14, as there are at most 15 digits
  if (exponent >= 10) {
    *out++ = '1';
    exponent -= 10;
  }
  *out++ = static_cast<char>('0' + exponent);
  return out;
}

}  // namespace

char* write_number(char* out, double value) {
  const double magnitude = std::fabs(value);
  if (!std::isfinite(value)) {  // as Java prints them; no evaluation gets so far
    const std::string_view name = std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
    return std::copy(name.begin(), name.end(), out);
  }
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
    } else if (base::is_digit(text[i])) {
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
  return base::read_double(text, number) ? Numeral::number : Numeral::none;
}

}  // namespace pipexpr::eval
