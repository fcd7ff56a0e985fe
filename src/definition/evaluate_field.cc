// Evaluates a field of a definition: the one place that knows what a field's values are.
#include <pipexpr/field.h>

#include <utility>

#include <fmt/format.h>

#include "base/report.h"

namespace pipexpr {
namespace {

// Adds what an expression gave. A list is its items, and an unset value is nothing.
void add(FieldValue& out, Value value) {
  if (value.kind() == Kind::list) {
    out.is_list = true;
    out.items.insert(out.items.end(), value.items().begin(), value.items().end());
  } else if (value.is_set()) {
    out.items.push_back(std::move(value));
  }
}

Result<FieldValue> evaluate(Evaluator& evaluator, const PipelineDefinition& definition, const Expression& expression,
                            const Context& context) {
  FieldValue out;
  out.evaluated = !expression.is_literal();
  if (!out.evaluated) {
    out.items.emplace_back(expression.text());
    return out;
  }
  Result<Value> value = evaluator.value(expression, definition, context);
  if (!value) return value.error();
  add(out, *std::move(value));
  return out;
}

// A field that no definition made.
Diagnostics host_error(std::string_view why) { return {base::report(DiagnosticCode::host_error, SourceSpan{}, why)}; }

}  // namespace

Value written_item(const PipelineDefinition& definition, const Field& field, std::uint32_t item) {
  const FieldItem& of = field.items[item];
  if (of.form == FieldItem::Form::compiled) return Value(of.expression->text());
  switch (of.value.kind()) {
    case Kind::string:
      // Such a text is the id of an object that does not exist.
      if (of.value.slot() == SlotType::reference) {
        return Reference{kNoObject, std::string(of.value.text())};
      }
      return of.value.text();
    case Kind::integer: return of.value.integer();
    case Kind::number: return of.value.number();
    case Kind::datetime: return of.value.datetime();
    case Kind::period: return of.value.period();
    case Kind::reference: return Reference{of.value.object(), std::string(definition.id(of.value.object()))};
    case Kind::unset:
    case Kind::list: break;
  }
  return {};
}

FieldValue written_field(const PipelineDefinition& definition, ObjectId object, std::string_view field) {
  FieldValue out;
  const auto info = definition.find_field(object, field);
  if (!info) return out;
  out.is_list = info->is_list;
  for (std::uint32_t i = 0; i < info->field.count; ++i) {
    if (Value value = written_item(definition, info->field, i); value.is_set()) out.items.push_back(std::move(value));
  }
  return out;
}

Result<FieldValue> evaluate_item(Evaluator& evaluator, const PipelineDefinition& definition, const Field& field,
                                 std::uint32_t item, const Context& context) {
  if (field.items == nullptr || item >= field.count)
    return host_error(fmt::format("the field has no value number {}", item));
  const FieldItem& of = field.items[item];
  switch (of.form) {
    case FieldItem::Form::compiled:
      if (of.expression == nullptr) return host_error("a compiled text without an expression");
      return evaluate(evaluator, definition, *of.expression, context);
    case FieldItem::Form::invalid:
      if (of.diagnostics == nullptr || of.diagnostics->empty())
        return host_error("an invalid text without diagnostics");
      return *of.diagnostics;
    case FieldItem::Form::text:  // a definition has none, as it compiles its texts when it is loaded
    case FieldItem::Form::literal: break;
  }
  FieldValue out;
  if (Value value = written_item(definition, field, item); value.is_set()) out.items.push_back(std::move(value));
  return out;
}

Result<FieldValue> evaluate_field(Evaluator& evaluator, const PipelineDefinition& definition, ObjectId object,
                                  const PipelineDefinition::FieldInfo& field, const Context& context) {
  Context own = context;
  own.object = object;
  if (context.object != object) own.fields = {};
  FieldValue out;
  out.is_list = field.is_list;
  for (std::uint32_t i = 0; i < field.field.count; ++i) {
    Result<FieldValue> value = evaluate_item(evaluator, definition, field.field, i, own);
    if (!value) {
      Diagnostics why = value.error();
      for (Diagnostic& one : why) one.span = definition.span(object, field.name, i, one.span);
      return why;
    }
    out.is_list = out.is_list || value->is_list;
    out.evaluated = out.evaluated || value->evaluated;
    for (Value& one : value->items) out.items.push_back(std::move(one));
  }
  return out;
}

Result<FieldValue> evaluate_field(Evaluator& evaluator, const PipelineDefinition& definition, ObjectId object,
                                  std::string_view field, const Context& context) {
  if (const auto info = definition.find_field(object, field)) {
    return evaluate_field(evaluator, definition, object, *info, context);
  }
  const std::string_view id = object == kNoObject ? std::string_view() : definition.id(object);
  return base::report(DiagnosticCode::unknown_field, {}, id, field, "");
}

}  // namespace pipexpr
