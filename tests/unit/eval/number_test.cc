// Numbers as text: the digits that Java prints, and a buffer for all of them.
#include "eval/number.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>
#include <string>

#include "catch.h"

using namespace pipexpr::eval;

namespace {

std::string text_of(double value) {
  char buffer[kMaxNumberText];
  return {buffer, write_number(buffer, value)};
}

}  // namespace

TEST_CASE("eval: numbers as Java prints them") {
  const std::pair<double, const char*> rows[] = {{0.0, "0.0"},
                                                 {-0.0, "-0.0"},
                                                 {0.5, "0.5"},
                                                 {4.0, "4.0"},
                                                 {1e-3, "0.001"},
                                                 {9.99e-4, "9.99E-4"},
                                                 {1e-4, "1.0E-4"},
                                                 {1e7, "1.0E7"},
                                                 {9999999.5, "9999999.5"},
                                                 {1.5e10, "1.5E10"},
                                                 {1e100, "1.0E100"},
                                                 {-1.25e-9, "-1.25E-9"},
                                                 {4.9e-324, "5.0E-324"},
                                                 {1.7976931348623157e308, "1.7976931348623157E308"}};
  for (const auto& [value, expected] : rows) CHECK(text_of(value) == expected);
}

// Java up to 18 writes these by an algorithm that is not the shortest: the golden values are its own.
TEST_CASE("eval: numbers from 2^52 to 2^63 as OpenJDK 17 printed them") {
  const std::pair<std::uint64_t, const char*> rows[] = {
#include "java_numbers.inc"
  };
  CHECK(std::size(rows) > 500);
  for (const auto& [bits, expected] : rows) {
    CHECK(text_of(std::bit_cast<double>(bits)) == expected);
    CHECK(text_of(-std::bit_cast<double>(bits)) == std::string("-") + expected);
  }
}

TEST_CASE("eval: no number's text exceeds its buffer, and all give the number back") {
  std::mt19937_64 random(6);
  for (int i = 0; i < 200'000; ++i) {
    double value = 0;
    const std::uint64_t bits = random();
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    char buffer[kMaxNumberText];
    char* const end = write_number(buffer, value);
    REQUIRE(end <= buffer + sizeof buffer);
    double back = 0;  // not by strtod, which asks the locale for its comma
    REQUIRE(std::from_chars(buffer, end, back).ptr == end);
    REQUIRE(back == value);
  }
}

// Decimals of few digits do not go through the search for the shortest ones; their neighbors have to.
TEST_CASE("eval: short decimals and their neighbors have the digits that the general search finds") {
  const auto digits_of = [](std::string_view text) {  // without sign, point, zeros around and exponent
    std::string digits;
    for (const char c : text.substr(0, text.find_first_of("eE"))) {
      if (c >= '0' && c <= '9' && (c != '0' || !digits.empty())) digits += c;
    }
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    return digits;
  };
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const double scale = std::pow(10.0, static_cast<double>(random() % 9));
    const double decimal = static_cast<double>(random() % 100'000'000'000'000) / scale;
    for (const double value : {decimal, std::nextafter(decimal, 1e300), std::nextafter(decimal, -1e300)}) {
      char buffer[64];
      const std::string_view shortest(buffer,
                                      static_cast<std::size_t>(std::to_chars(buffer, buffer + 64, value).ptr - buffer));
      INFO(shortest);
      REQUIRE(digits_of(text_of(value)) == digits_of(shortest));
    }
  }
}

TEST_CASE("eval: texts that are numbers") {
  std::int64_t integer = 0;
  double number = 0;
  const auto read = [&](std::string_view text) { return read_numeral(text, integer, number); };
  for (const char* text :
       {"", "-", ".", "-.", "1.", "1e5", " 1", "1 ", "+1", "1.2.3", "0x1", "--1", "1,5", "nan", "inf"}) {
    INFO(text);
    CHECK(read(text) == Numeral::none);
  }
  CHECK(read("-9223372036854775808") == Numeral::integer);
  CHECK(integer == std::numeric_limits<std::int64_t>::min());
  CHECK(read("9223372036854775807") == Numeral::integer);
  CHECK(read("9223372036854775808") == Numeral::none);
  CHECK(read("000") == Numeral::integer);
  CHECK(read("-.5") == Numeral::number);
  CHECK(number == -0.5);
  CHECK(read(std::string(400, '9') + ".0") == Numeral::none);
  CHECK(read_numeral(std::string_view("1\0", 2), integer, number) == Numeral::none);
}
