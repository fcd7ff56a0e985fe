// The operators on single values; lists are the machine's matter. A text in a typed slot counts as that type.
#pragma once

#include <cmath>

#include <pipexpr/value.h>

#include "eval/fault.h"

namespace pipexpr::eval {

// True when a + b joins texts instead of adding numbers; the machine does the joining.
bool joins(const ValueView& a, const ValueView& b);

// a op b for two numbers whose result is ordinary, into a; false: nothing has been done, `calculate` has to.
inline bool calculate_numbers(char op, ValueView& a, const ValueView& b) {
  const bool whole_a = a.is(Kind::integer), whole_b = b.is(Kind::integer);
  if (!(whole_a || a.is(Kind::number)) || !(whole_b || b.is(Kind::number))) return false;
  if (whole_a && whole_b && op != '^') {
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
  const double x = whole_a ? static_cast<double>(a.integer()) : a.number();
  const double y = whole_b ? static_cast<double>(b.integer()) : b.number();
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
