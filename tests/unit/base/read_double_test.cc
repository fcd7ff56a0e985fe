// Tests of reading numbers: both ways give the double that the standard library gives for the shortest spelling.
#include "base/read_double.h"

#include <bit>
#include <clocale>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "catch.h"

using namespace pipexpr::base;

namespace {

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

}  // namespace

TEST_CASE("base: numbers are read exactly, by from_chars and by strtod") {
  const struct {
    std::string text;
    std::uint64_t bits;
  } rows[] = {
      {"0.0", 0},
      {"-0.5", 0xBFE0000000000000},
      {"0.1", 0x3FB999999999999A},
      {"9007199254740993.0", 0x4340000000000000},  // a tie goes to the even one
      {"9007199254740993.00000000000000000000000000000000000000001", 0x4340000000000001},
      {"0.3000000000000000444089209850062616169452667236328125", 0x3FD3333333333334},
      {"123456789012345678901234567890.5", 0x45F8EE90FF6C373E},
  };
  for (const auto& row : rows) {
    double a = -1, b = -1;
    INFO(row.text);
    CHECK(read_double(row.text, a));
    CHECK(read_double_by_strtod(row.text, b));
    CHECK(bits(a) == row.bits);
    CHECK(bits(a) == bits(b));
  }
}

TEST_CASE("base: a number that is too large is refused, by from_chars and by strtod") {
  double value = 0;
  const std::string large = std::string(310, '9') + ".5";
  CHECK_FALSE(read_double(large, value));
  CHECK_FALSE(read_double_by_strtod(large, value));
  CHECK_FALSE(read_double_by_strtod("-" + large, value));
}

TEST_CASE("base: strtod takes a point in a locale with commas") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) {
    WARN("skipped: this machine has no locale de_DE.UTF-8");
    return;
  }
  double value = 0;
  CHECK(read_double_by_strtod("1.5", value));
  CHECK(value == 1.5);
  std::setlocale(LC_ALL, before.c_str());
}
