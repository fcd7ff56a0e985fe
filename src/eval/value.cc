// Value: the names of kinds, and the text of an owned value.
#include <pipexpr/value.h>

#include <utility>

#include <pipexpr/expression.h>

#include "eval/convert.h"
#include "eval/list_text.h"
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
    case Kind::list: return "a list";
  }
  return "any value";
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

// Here and not in the header, which a host would compile for longer.
Value::Value() = default;
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(double value) : data_(value) {}
Value::Value(DateTime value) : data_(value) {}
Value::Value(Period value) : data_(value) {}
Value::Value(Reference value) : data_(std::move(value)) {}
Value::Value(List items) : data_(std::move(items)) {}

Value Value::of_integer(std::int64_t integer, double number, bool fits) {
  Value result(number);
  if (fits) result.data_ = integer;
  return result;
}

bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

std::string Value::to_text() const {
  if (kind() != Kind::list) return scalar_text(*this);
  if (items().size() == 1) return scalar_text(items()[0]);
  std::vector<std::string> texts;
  for (const Value& item : items()) texts.push_back(scalar_text(item));
  const auto item = [&](std::uint64_t i) { return eval::ListItemText{items()[i].kind(), texts[i]}; };
  std::string result(eval::list_text_size(texts.size(), item), ' ');
  eval::write_list_text(result.data(), texts.size(), item);
  return result;
}

}  // namespace pipexpr
