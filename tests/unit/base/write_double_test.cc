// Doubles as text: known ones, and the portable writer against the standard library's.
#include "base/write_double.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "catch.h"

using namespace pipexpr;

namespace {

std::string text_of(char* (*write)(char*, double), double value) {
  std::string text(base::kMaxDoubleText, '\0');
  text.resize(static_cast<std::size_t>(write(text.data(), value) - text.data()));
  return text;
}

struct Known {
  double value;
  const char *fixed, *scientific;
};
constexpr Known kKnown[] = {
    {0.0, "0", "0e+00"},
    {-0.0, "-0", "-0e+00"},
    {1500, "1500", "1.5e+03"},
    {-0.00123, "-0.00123", "-1.23e-03"},
    {0.1, "0.1", "1e-01"},
    {123456.789, "123456.789", "1.23456789e+05"},
    {9007199254740992.0, "9007199254740992", "9.007199254740992e+15"},
    {1e23, "99999999999999991611392", "1e+23"},
    {1e-7, "0.0000001", "1e-07"},
    {1e100, nullptr, "1e+100"},
    {std::numeric_limits<double>::denorm_min(), nullptr, "5e-324"},
    {std::numeric_limits<double>::max(), nullptr, "1.7976931348623157e+308"},
};

}  // namespace

TEST_CASE("base: doubles are written in the fewest digits") {
  for (const Known& known : kKnown) {
    INFO(known.scientific);
    CHECK(text_of(base::write_scientific_double, known.value) == known.scientific);
    CHECK(text_of(base::portable::write_scientific_double, known.value) == known.scientific);
    if (known.fixed == nullptr) continue;
    CHECK(text_of(base::write_fixed_double, known.value) == known.fixed);
    CHECK(text_of(base::portable::write_fixed_double, known.value) == known.fixed);
  }
}

TEST_CASE("base: the portable writer of doubles writes what the standard library writes") {
  std::mt19937_64 random(20260301);
  std::size_t compared = 0;
  for (int i = 0; i < 40'000; ++i) {
    double value = std::bit_cast<double>(random());
    if (i % 2 == 1) value = static_cast<double>(static_cast<std::int64_t>(random()) >> (random() % 60)) / 1000.0;
    if (!std::isfinite(value)) continue;
    INFO(value);
    REQUIRE(text_of(base::portable::write_fixed_double, value) == text_of(base::write_fixed_double, value));
    REQUIRE(text_of(base::portable::write_scientific_double, value) == text_of(base::write_scientific_double, value));
    ++compared;
  }
  CHECK(compared > 39'000);
}
