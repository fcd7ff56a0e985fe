// The fields that the service sets while a pipeline runs: names that may be unset rather than unknown. The one table of
// them is runtime_fields.inc, which runtime_fields.py makes from the documentation's table of slots.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <pipexpr/value.h>

namespace pipexpr::base {

// Which objects have a runtime field.
enum class RuntimeScope : std::uint8_t {
  some_objects,      // those whose type lists it in the table of slots
  objects_that_run,  // those whose type lists `@status`
  every_object,      // every object, instance or attempt
  pipelines,         // descriptions of pipelines only
};

// Since when an object of a run has its value.
enum class RuntimeMoment : std::uint8_t {
  beginning,  // no run is without it
  some_time,
  end,  // not before it has ended, so that what it runs cannot know it
};

struct RuntimeField {
  std::string_view name;
  // What its text is to operators and functions. Numbers are those that count; `@version` is documented as a string.
  // A reference leads to an instance or attempt (`@headAttempt`, `@waitingOn`), for which the API has a refValue. To an
  // expression it is the id, a string: only from an object of the definition can it go on, and no attempt is one. Those
  // that are the run's own links, `@componentParent` and `@instanceParent`, lead to objects.
  SlotType type;
  RuntimeScope scope;
  RuntimeMoment moment;
};

// In the order of their names.
std::span<const RuntimeField> runtime_fields();
// The row of that name, or nullptr.
const RuntimeField* find_runtime_field(std::string_view name);

// Whether a value given for the name holds for every object of a run: a documented runtime field, or any name with the
// `@` that marks runtime fields, since the service may set more than its documentation lists.
bool is_set_by_run(std::string_view name);

// An object's field that refers to what the runtime field has the id of, for advice; empty: there is none.
std::string_view field_behind(std::string_view name);

// What was to become of a runtime field without a value.
enum class UnsetUse : std::uint8_t {
  read,            // its value was wanted
  replaced,        // EvaluateOptions::unset_runtime was to say what there is instead
  null_computed,   // the text `null` that stands for it was of the wrong kind
  empty_computed,  // a value was needed, and an unset one stands for it
};

// Why a runtime field has no value, for the message, and what to do.
std::string why_unset(std::string_view name, bool has_run, UnsetUse use);

}  // namespace pipexpr::base
