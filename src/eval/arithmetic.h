// The operators on single values; lists are the interpreter's matter. A string in a typed slot counts as that type.
#pragma once

#include <cmath>

#include <pipexpr/value.h>

#include "base/checked_arithmetic.h"
#include "eval/eval_error.h"

namespace pipexpr::eval {

// True when a + b joins strings instead of adding numbers; the interpreter does the joining.
bool joins(const ValueView& a, const ValueView& b);
// Whether + would add the value: a number, or a string in a slot for one.
bool counts_as_number(const ValueView& value);

// a op b for two integers, into a; false: nothing has been done.
template <char op>
[[gnu::always_inline]] inline bool calculate_whole(ValueView& a, const ValueView& b) {
  std::int64_t whole = 0;
  if constexpr (op == '+') {
    if (base::add_overflows(a.integer(), b.integer(), whole)) return false;
  } else if constexpr (op == '-') {
    if (base::subtract_overflows(a.integer(), b.integer(), whole)) return false;
  } else if constexpr (op == '*') {
    if (base::multiply_overflows(a.integer(), b.integer(), whole)) return false;
  } else {
    if (b.integer() == 0 || b.integer() == -1) return false;
    whole = a.integer() / b.integer();  // toward zero, as Java
  }
  a = ValueView(whole);
  return true;
}

// a op b for two numbers whose result is ordinary, into a; false: nothing has been done, `calculate` has to.
template <char op>
[[gnu::always_inline]] inline bool calculate_numbers(ValueView& a, const ValueView& b) {
  double x = 0, y = 0;
  if (a.is(Kind::number)) {
    x = a.number();
    if (b.is(Kind::number)) {
      y = b.number();
    } else if (b.is(Kind::integer)) {
      y = static_cast<double>(b.integer());
    } else {
      return false;
    }
  } else if (a.is(Kind::integer)) {
    if (b.is(Kind::integer)) {
      if constexpr (op != '^') return calculate_whole<op>(a, b);
      y = static_cast<double>(b.integer());
    } else if (b.is(Kind::number)) {
      y = b.number();
    } else {
      return false;
    }
    x = static_cast<double>(a.integer());
  } else {
    return false;
  }
  double real = 0;
  if constexpr (op == '+') {
    real = x + y;
  } else if constexpr (op == '-') {
    real = x - y;
  } else if constexpr (op == '*') {
    real = x * y;
  } else if constexpr (op == '/') {
    if (y == 0) return false;
    real = x / y;
  } else {
    if (y != 2) return false;
    real = x * x;
  }
  if (!std::isfinite(real)) return false;
  a = ValueView(real);
  return true;
}

// a op b with numbers; op is one of + - * / ^.
bool calculate(char op, const ValueView& a, const ValueView& b, ValueView& result, EvalError& error);
bool negate(const ValueView& a, ValueView& result, EvalError& error);

}  // namespace pipexpr::eval
