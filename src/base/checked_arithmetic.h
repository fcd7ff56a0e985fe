// Integer arithmetic that says whether the exact result fits 64 bits, by the compiler's own means where it has them.
#pragma once

#include <cstdint>

namespace pipexpr::base {

// Each stores the result, modulo 2^64 when it does not fit, and returns whether it did not fit. Those in `portable` are
// for compilers without such means: unsigned arithmetic wraps around, and C++20 says which signed number an unsigned
// one is.
namespace portable {

constexpr bool add_overflows(std::int64_t a, std::int64_t b, std::int64_t& result) {
  result = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  return b >= 0 ? result < a : result > a;
}
constexpr bool subtract_overflows(std::int64_t a, std::int64_t b, std::int64_t& result) {
  result = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  return b >= 0 ? result > a : result < a;
}
constexpr bool multiply_overflows(std::int64_t a, std::int64_t b, std::int64_t& result) {
  result = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  if (a == -1) return b == INT64_MIN;  // dividing the least number by -1 would overflow itself
  return a != 0 && result / a != b;
}

}  // namespace portable

#if defined(__GNUC__)
constexpr bool add_overflows(std::int64_t a, std::int64_t b, std::int64_t& result) {
  return __builtin_add_overflow(a, b, &result);
}
constexpr bool subtract_overflows(std::int64_t a, std::int64_t b, std::int64_t& result) {
  return __builtin_sub_overflow(a, b, &result);
}
constexpr bool multiply_overflows(std::int64_t a, std::int64_t b, std::int64_t& result) {
  return __builtin_mul_overflow(a, b, &result);
}
#else
using portable::add_overflows;
using portable::multiply_overflows;
using portable::subtract_overflows;
#endif

}  // namespace pipexpr::base
