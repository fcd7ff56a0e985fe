// The operators on single values; lists are the machine's matter. A text in a typed slot counts as that type.
#pragma once

#include <cmath>

#include <pipexpr/value.h>

#include "eval/fault.h"

namespace pipexpr::eval {

// True when a + b joins texts instead of adding numbers; the machine does the joining.
bool joins(const ValueView& a, const ValueView& b);

// a op b for two whole numbers.
inline bool calculate_whole(char op, ValueView& a, const ValueView& b) {
  std::int64_t whole = 0;
  switch (op) {
    case '+':
      if (__builtin_add_overflow(a.integer(), b.integer(), &whole)) return false;
      break;
    case '-':
      if (__builtin_sub_overflow(a.integer(), b.integer(), &whole)) return false;
      break;
    case '*':
      if (__builtin_mul_overflow(a.integer(), b.integer(), &whole)) return false;
      break;
    default: return false;
  }
  a = ValueView(whole);
  return true;
}

// a op b for two numbers whose result is ordinary, into a; false: nothing has been done, `calculate` has to.
inline bool calculate_numbers(char op, ValueView& a, const ValueView& b) {
  // One comparison finds out what both are: kinds are small numbers.
  const auto kinds = static_cast<unsigned>(a.kind()) << 4 | static_cast<unsigned>(b.kind());
  constexpr auto pair = [](Kind x, Kind y) { return static_cast<unsigned>(x) << 4 | static_cast<unsigned>(y); };
  double x = 0, y = 0;
  switch (kinds) {
    case pair(Kind::number, Kind::number):
      x = a.number();
      y = b.number();
      break;
    case pair(Kind::number, Kind::integer):
      x = a.number();
      y = static_cast<double>(b.integer());
      break;
    case pair(Kind::integer, Kind::number):
      x = static_cast<double>(a.integer());
      y = b.number();
      break;
    case pair(Kind::integer, Kind::integer):
      if (op != '^') return calculate_whole(op, a, b);
      x = static_cast<double>(a.integer());
      y = static_cast<double>(b.integer());
      break;
    default: return false;
  }
  double real = 0;
  switch (op) {
    case '+': real = x + y; break;
    case '-': real = x - y; break;
    case '*': real = x * y; break;
    case '/':
      if (y == 0) return false;
      real = x / y;
      break;
    default:
      if (y != 2) return false;
      real = x * x;
      break;
  }
  if (!std::isfinite(real)) return false;
  a = ValueView(real);
  return true;
}

// a op b with numbers; op is one of + - * / ^.
bool calculate(char op, const ValueView& a, const ValueView& b, ValueView& result, Fault& fault);
bool negate(const ValueView& a, ValueView& result, Fault& fault);

}  // namespace pipexpr::eval
