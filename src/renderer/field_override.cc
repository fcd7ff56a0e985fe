// Implements FieldOverrides: texts by name become the fields that a context takes.
#include <pipexpr/field_override.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/runtime_fields.h"

namespace pipexpr {
namespace {

// What is wrong with a runtime field's value that has no expression in it: it is not of the field's type. Nothing
// checks the values of other fields, which a definition may have so, too.
Diagnostics problem_of(std::string_view name, SlotType type, std::string_view text) {
  if (base::find_runtime_field(name) == nullptr || text.find("#{") != text.npos || text.find("#<") != text.npos)
    return {};
  if (type == SlotType::datetime) {
    const Result<DateTime> time = parse_datetime(text);
    return time ? Diagnostics() : time.error();
  }
  if (type != SlotType::integer) return {};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return {};
  Diagnostic why;
  why.code = DiagnosticCode::invalid_number;
  why.arguments = {"an integer", std::string(text)};
  why.message = format_message(why.code, why.arguments);
  return {why};
}

}  // namespace

void FieldOverrides::assign(std::span<const FieldOverride> overrides, std::span<const FieldOverride> defaults,
                            const PipelineDefinition& definition, ObjectId object) {
  items_.clear();
  bindings_.clear();
  runtime_.clear();
  problems_.clear();
  items_.reserve(overrides.size() + defaults.size());  // bindings point into it
  const std::string_view type = object == kNoObject ? std::string_view() : definition.type(object);
  add(overrides, definition, type);
  add(defaults, definition, type);
  for (const Binding& binding : bindings_) {
    if (base::is_set_by_run(binding.name)) runtime_.push_back(binding);
  }
}

void FieldOverrides::add(std::span<const FieldOverride> overrides, const PipelineDefinition& definition,
                         std::string_view type) {
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    const std::string_view name = overrides[i].name;
    const auto same = [&](const auto& other) { return other.name == name; };
    if (std::any_of(bindings_.begin(), bindings_.end(), same)) continue;
    Field field{.items = items_.data() + items_.size(), .type = slot_type(type, name)};
    for (const FieldOverride& value : overrides.subspan(i)) {
      if (value.name != name) continue;
      FieldItem item = FieldItem::of_text(value.text);
      item.value = ValueView(value.text, field.type);
      if (value.is_reference || field.type == SlotType::reference) {
        const auto object = definition.find(value.text);
        field.type = SlotType::reference;
        item = FieldItem::of_value(object ? ValueView(*object) : ValueView(value.text, SlotType::reference));
      }
      if (Diagnostics problem = problem_of(name, field.type, value.text); !value.is_reference && !problem.empty())
        item = FieldItem::of_invalid(value.text,
                                     *problems_.emplace_back(std::make_unique<const Diagnostics>(std::move(problem))));
      items_.push_back(item);
      ++field.count;
    }
    bindings_.push_back({name, field});
  }
}

}  // namespace pipexpr
