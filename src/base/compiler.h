// What compilers spell differently. Nothing outside this file and checked_arithmetic.h names a compiler's own words.
#pragma once

#include <bit>

// After a lambda's parameters: inline it wherever it is called. Only speed depends on it.
#if defined(__GNUC__)
#define PIPEXPR_INLINE_LAMBDA __attribute__((always_inline))
#else
#define PIPEXPR_INLINE_LAMBDA
#endif

namespace pipexpr::base {

// The results are compared byte by byte from machine to machine, so doubles must be 64 bits in every step: x87 rounds
// to 64 bits of mantissa and then again. `-msse2 -mfpmath=sse` is what the build adds for 32-bit x86.
#if defined(__FLT_EVAL_METHOD__)
static_assert(__FLT_EVAL_METHOD__ == 0,
              "doubles are computed with more than 64 bits: compile with -msse2 -mfpmath=sse");
#endif
static_assert(std::endian::native == std::endian::little, "numbers are read and written as little-endian bytes");

// Says to the optimizer that this place is never reached.
[[noreturn]] inline void unreachable() {
#if defined(__GNUC__)
  __builtin_unreachable();
#elif defined(_MSC_VER)
  __assume(false);
#endif
}

}  // namespace pipexpr::base
