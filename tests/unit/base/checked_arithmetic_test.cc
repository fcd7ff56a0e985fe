// Tests of arithmetic that says when it overflows, at the borders of 64 bits.
#include "base/checked_arithmetic.h"

#include "catch.h"

using namespace pipexpr::base;

namespace {

__extension__ using Wide = __int128;
constexpr std::int64_t kValues[] = {INT64_MIN,  INT64_MIN + 1, -3037000500,   -2,       -1, 0, 1, 2,
                                    3037000499, 3037000500,    INT64_MAX - 1, INT64_MAX};

template <class Operation>
void compare(Operation overflows, Wide (*exact)(Wide, Wide)) {
  for (const std::int64_t a : kValues) {
    for (const std::int64_t b : kValues) {
      INFO(a << ' ' << b);
      const Wide wanted = exact(a, b);
      std::int64_t result = 0;
      CHECK(overflows(a, b, result) == (wanted < INT64_MIN || wanted > INT64_MAX));
      CHECK(result == static_cast<std::int64_t>(wanted));
    }
  }
}

}  // namespace

TEST_CASE("base: sums, differences and products say whether they fit, by the compiler's means and without") {
  const auto sum = [](Wide a, Wide b) { return a + b; };
  const auto difference = [](Wide a, Wide b) { return a - b; };
  const auto product = [](Wide a, Wide b) { return a * b; };
  compare(add_overflows, sum);
  compare(portable::add_overflows, sum);
  compare(subtract_overflows, difference);
  compare(portable::subtract_overflows, difference);
  compare(multiply_overflows, product);
  compare(portable::multiply_overflows, product);
}
