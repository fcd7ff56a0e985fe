// Conversion of arguments to the kind that a function declares, and of values to text.
#include "eval/convert.h"

#include <cmath>

#include "eval/number.h"
#include "time/literal.h"

namespace pipexpr::eval {
namespace {

bool refuse(const ValueView& value, Kind wanted, std::size_t position, std::string_view function, EvalError& error) {
  if (value.is(Kind::unset)) return error.set(DiagnosticCode::unset_argument, position, function);
  return error.set(DiagnosticCode::wrong_argument_kind, position, function, kind_name(wanted), describe(value));
}

bool whole(double value, std::size_t position, std::string_view function, ValueView& result, EvalError& error) {
  if (value != std::trunc(value) || value < -9.2e18 || value > 9.2e18) {
    char text[kMaxNumberText];
    const std::string_view shown(text, static_cast<std::size_t>(write_number(text, value) - text));
    return error.set(DiagnosticCode::not_integral, position, function, shown);
  }
  result = ValueView(static_cast<std::int64_t>(value));
  return true;
}

bool number_from_text(const ValueView& value, Kind wanted, std::size_t position, std::string_view function,
                      ValueView& result, EvalError& error) {
  std::int64_t integer = 0;
  double number = 0;
  switch (read_numeral(value.text(), integer, number)) {
    case Numeral::none: return refuse(value, wanted, position, function, error);
    case Numeral::integer:
      result = wanted == Kind::integer ? ValueView(integer) : ValueView(static_cast<double>(integer));
      return true;
    case Numeral::number:
      if (wanted == Kind::integer) return whole(number, position, function, result, error);
      result = ValueView(number);
      return true;
  }
  return false;
}

bool time_from_text(const ValueView& value, ValueView& result, EvalError& error) {
  DateTime time;
  time::Failure failure;
  if (!time::parse_datetime(value.text(), time, failure)) {
    return error.set(DiagnosticCode::invalid_datetime, failure.message);
  }
  result = ValueView(time);
  return true;
}

bool period_from_text(const ValueView& value, ValueView& result, EvalError& error) {
  Period period;
  time::Failure failure;
  if (!time::parse_period(value.text(), period, failure)) {
    return error.set(DiagnosticCode::invalid_period, failure.message);
  }
  result = ValueView(period);
  return true;
}

}  // namespace

std::string describe(const ValueView& value) {
  if (value.is(Kind::string)) return fmt::format("the string '{}'", base::excerpt(value.text()));
  return std::string(kind_name(value.kind()));
}

bool convert(const ValueView& value, Kind wanted, std::size_t position, std::string_view function, ValueView& result,
             EvalError& error) {
  // A parameter of kAnyKind takes whatever there is, and one for lists sees a single value as a list of one.
  if (value.is(wanted) || wanted == kAnyKind || wanted == Kind::list) {
    result = value;
    return true;
  }
  switch (wanted) {
    case Kind::integer:
      if (value.is(Kind::number)) return whole(value.number(), position, function, result, error);
      if (value.is(Kind::string)) return number_from_text(value, wanted, position, function, result, error);
      break;
    case Kind::number:
      if (value.is(Kind::integer)) {
        result = ValueView(static_cast<double>(value.integer()));
        return true;
      }
      if (value.is(Kind::string)) return number_from_text(value, wanted, position, function, result, error);
      break;
    case Kind::datetime:
      if (value.is(Kind::string)) return time_from_text(value, result, error);
      break;
    case Kind::period:
      if (value.is(Kind::string)) return period_from_text(value, result, error);
      break;
    default: break;
  }
  return refuse(value, wanted, position, function, error);
}

char* write(const ValueView& value, char* out) {
  switch (value.kind()) {
    case Kind::number: return write_number(out, value.number());
    case Kind::integer: return write_integer(out, value.integer());
    case Kind::datetime: return time::write_default(value.datetime(), out);
    case Kind::period: return time::write_period(value.period(), out);
    default: return out;
  }
}

bool to_text(const ValueView& value, const ObjectGraph* graph, Arena& arena, ValueView& text) {
  if (value.is(Kind::string)) {
    text = value;
  } else if (value.is(Kind::reference)) {
    text = ValueView(graph->id(value.object()));
  } else {
    char* const memory = arena.allocate(max_written(value.kind()));
    if (memory == nullptr) return false;
    char* const end = write(value, memory);
    arena.shrink(end);
    text = ValueView(std::string_view(memory, static_cast<std::size_t>(end - memory)));
  }
  return true;
}

}  // namespace pipexpr::eval
