// Integers are 64-bit and checked; a result that is not a finite number is an error, so no NaN or infinity ever
// becomes text.
#include "eval/arithmetic.h"

#include <cmath>

#include "base/checked_arithmetic.h"
#include "eval/convert.h"
#include "eval/number.h"

namespace pipexpr::eval {
namespace {

// What a value is to an operator: a text in a typed slot counts as that type.
enum class Operand : std::uint8_t { unset, text, integer, number, boolean, datetime, period, reference, list };

Operand operand_of(const ValueView& value) {
  switch (value.kind()) {
    case Kind::unset: return Operand::unset;
    case Kind::integer: return Operand::integer;
    case Kind::number: return Operand::number;
    case Kind::datetime: return Operand::datetime;
    case Kind::period: return Operand::period;
    case Kind::reference: return Operand::reference;
    case Kind::list: return Operand::list;
    case Kind::string: break;
  }
  switch (value.slot()) {
    case SlotType::integer: return Operand::integer;
    case SlotType::number: return Operand::number;
    case SlotType::boolean: return Operand::boolean;
    case SlotType::datetime: return Operand::datetime;
    case SlotType::period: return Operand::period;
    case SlotType::string:
    case SlotType::reference:
    case SlotType::verbatim: break;
  }
  return Operand::text;
}

struct Number {
  bool whole = true;
  std::int64_t integer = 0;
  double number = 0;

  double real() const { return whole ? static_cast<double>(integer) : number; }
};

// The number that a text stands for, by its slot's type where it has one.
bool number_of_text(char op, const ValueView& value, Number& out, EvalError& error) {
  const SlotType slot = value.slot();
  const Numeral numeral = read_numeral(value.text(), out.integer, out.number);
  out.whole = numeral == Numeral::integer;
  if (numeral == Numeral::none && slot != SlotType::integer && slot != SlotType::number) {
    return error.set(DiagnosticCode::wrong_operand_kind, op, "numbers", describe(value));
  }
  if (numeral == Numeral::none || (!out.whole && slot == SlotType::integer)) {
    return error.set(DiagnosticCode::invalid_number, slot == SlotType::integer ? "an integer" : "a number",
                     base::excerpt(value.text()));
  }
  if (out.whole && slot == SlotType::number) {
    out.whole = false;
    out.number = static_cast<double>(out.integer);
  }
  return true;
}

bool number_of(char op, const ValueView& value, Number& out, EvalError& error) {
  switch (operand_of(value)) {
    case Operand::unset: return error.set(DiagnosticCode::unset_operand, op);
    case Operand::datetime: return error.set(DiagnosticCode::datetime_arithmetic, op);
    case Operand::text:
    case Operand::integer:
    case Operand::number: break;
    default: return error.set(DiagnosticCode::wrong_operand_kind, op, "numbers", describe(value));
  }
  if (value.is(Kind::string)) return number_of_text(op, value, out, error);
  out.whole = value.is(Kind::integer);
  if (out.whole) {
    out.integer = value.integer();
  } else {
    out.number = value.number();
  }
  return true;
}

bool finite(char op, double value, ValueView& result, EvalError& error) {
  if (!std::isfinite(value)) return error.set(DiagnosticCode::number_range, op);
  result = ValueView(value);
  return true;
}

bool calculate_whole(char op, std::int64_t a, std::int64_t b, ValueView& result, EvalError& error) {
  std::int64_t value = 0;
  bool overflow = false;
  switch (op) {
    case '+': overflow = base::add_overflows(a, b, value); break;
    case '-': overflow = base::subtract_overflows(a, b, value); break;
    case '*': overflow = base::multiply_overflows(a, b, value); break;
    default:
      if (b == 0) return error.set(DiagnosticCode::division_by_zero);
      overflow = b == -1 && base::subtract_overflows(0, a, value);
      if (b != -1) value = a / b;  // toward zero, as Java
      break;
  }
  if (overflow) return error.set(DiagnosticCode::integer_overflow, a, op, b);
  result = ValueView(value);
  return true;
}

bool calculate_real(char op, double a, double b, ValueView& result, EvalError& error) {
  switch (op) {
    case '+': return finite(op, a + b, result, error);
    case '-': return finite(op, a - b, result, error);
    case '*': return finite(op, a * b, result, error);
    case '/':
      if (b == 0) return error.set(DiagnosticCode::division_by_zero);
      return finite(op, a / b, result, error);
    default: return finite(op, b == 2 ? a * a : std::pow(a, b), result, error);
  }
}

}  // namespace

bool joins(const ValueView& a, const ValueView& b) {
  const Operand left = operand_of(a), right = operand_of(b);
  return left == Operand::text || right == Operand::text;
}

bool counts_as_number(const ValueView& value) {
  const Operand operand = operand_of(value);
  return operand == Operand::integer || operand == Operand::number;
}

bool calculate(char op, const ValueView& a, const ValueView& b, ValueView& result, EvalError& error) {
  if (a.is(Kind::integer) && b.is(Kind::integer) && op != '^') {
    return calculate_whole(op, a.integer(), b.integer(), result, error);
  }
  Number left, right;
  if (!number_of(op, a, left, error) || !number_of(op, b, right, error)) return false;
  if (left.whole && right.whole && op != '^') return calculate_whole(op, left.integer, right.integer, result, error);
  return calculate_real(op, left.real(), right.real(), result, error);
}

bool negate(const ValueView& a, ValueView& result, EvalError& error) {
  Number value;
  if (!number_of('-', a, value, error)) return false;
  if (value.whole) return calculate_whole('-', 0, value.integer, result, error);
  result = ValueView(-value.number);
  return true;
}

}  // namespace pipexpr::eval
