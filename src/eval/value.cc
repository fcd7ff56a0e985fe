// Value: the names of kinds, and the text of an owned value.
#include <pipexpr/value.h>

#include <pipexpr/expression.h>

#include "base/json_escape.h"
#include "eval/convert.h"
#include "eval/number.h"

namespace pipexpr {

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::unset: return "an unset value";
    case Kind::string: return "a string";
    case Kind::integer: return "an integer";
    case Kind::number: return "a number";
    case Kind::datetime: return "a date-time";
    case Kind::period: return "a period";
    case Kind::reference: return "a reference";
    case Kind::list: break;
  }
  return "a list";
}

std::string_view slot_type_name(SlotType type) {
  switch (type) {
    case SlotType::string: return "String";
    case SlotType::integer: return "Integer";
    case SlotType::number: return "Double";
    case SlotType::boolean: return "Boolean";
    case SlotType::datetime: return "DateTime";
    case SlotType::period: return "Period";
    case SlotType::reference: return "Reference";
    case SlotType::verbatim: break;
  }
  return "Verbatim";
}

namespace {

std::string scalar_text(const Value& value) {
  char text[eval::kMaxNumberText];
  switch (value.kind()) {
    case Kind::string: return value.text();
    case Kind::integer: return {text, eval::write_integer(text, value.integer())};
    case Kind::number: return {text, eval::write_number(text, value.number())};
    case Kind::datetime: return to_string(value.datetime());
    case Kind::period: return to_string(value.period());
    case Kind::reference: return value.reference().id;
    default: return "";
  }
}

}  // namespace

std::string Value::to_text() const {
  if (kind() != Kind::list) return scalar_text(*this);
  if (items().size() == 1) return scalar_text(items()[0]);
  std::string result = "[";
  for (const Value& item : items()) {
    if (result.size() > 1) result += ", ";
    if (item.kind() == Kind::integer || item.kind() == Kind::number) {
      result += scalar_text(item);
    } else {
      result += base::json_quoted(scalar_text(item));
    }
  }
  return result + "]";
}

}  // namespace pipexpr
