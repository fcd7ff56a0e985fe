// The fields that the service sets while a pipeline runs: names that may be unset rather than unknown. The one table of
// them is runtime_fields.inc, which runtime_fields.py makes from the documentation's table of slots.
#pragma once

#include <span>
#include <string_view>

#include <pipexpr/value.h>

namespace pipexpr::base {

// Which objects have a runtime field.
enum class RuntimeScope : std::uint8_t {
  some_objects,  // those whose type lists it in the table of slots
  every_object,  // every object, instance or attempt
  pipelines,     // descriptions of pipelines only
};

struct RuntimeField {
  std::string_view name;
  SlotType type;
  RuntimeScope scope;
};

// In the order of their names.
std::span<const RuntimeField> runtime_fields();
// The row of that name, or nullptr.
const RuntimeField* find_runtime_field(std::string_view name);

// Whether a value given for the name holds for every object of a run: a documented runtime field, or any name with the
// `@` that marks runtime fields, since the service may set more than its documentation lists.
bool is_set_by_run(std::string_view name);

// Why a runtime field has no value, for the message.
std::string_view why_unset(std::string_view name, bool has_run);

}  // namespace pipexpr::base
