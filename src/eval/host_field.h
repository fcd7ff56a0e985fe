// How a host's field becomes a value: the rules that the fast path and the interpreter share.
#pragma once

#include <cmath>

#include <pipexpr/context.h>
#include <pipexpr/field_table.h>
#include <pipexpr/object_graph.h>

#include "base/short_equal.h"
#include "eval/stack.h"

namespace pipexpr::eval {

// The one of that name, or nullptr.
inline const Binding* find_binding(std::span<const Binding> bindings, std::string_view name) {
  for (const Binding& binding : bindings) {
    if (base::same(binding.name, name)) return &binding;
  }
  return nullptr;
}

// The context's fields come before the run's. Most often there is neither, so this is not inlined everywhere.
[[gnu::noinline]] inline const Binding* find_binding(std::span<const Binding> context, std::span<const Binding> run,
                                                     std::string_view name) {
  const Binding* const found = find_binding(context, name);
  return found != nullptr ? found : find_binding(run, name);
}

// A field that has one value.
struct SingleField {
  using Single = SingleValue;
  const FieldItem* item = nullptr;
  const void* identity = nullptr;
  SlotType type = SlotType::string;
  Single single = Single::none;
};

[[gnu::always_inline]] inline SingleField single_field(const Field& field) {
  return {field.items, field.identity != nullptr ? field.identity : field.items, field.type,
          single_value(field.items, field.count)};
}

// Most fields are one plain value: text gets its slot's type, a reference leads to the instance when there is a run.
[[gnu::always_inline]] inline bool plain_value(const SingleField& field, Sphere sphere, ValueView& out) {
  using Single = SingleValue;
  switch (field.single) {
    case Single::text: out = ValueView(field.item->value.text(), field.type); return true;
    case Single::value: out = in_words(field.item->value); return true;
    case Single::instance: out = ValueView(field.item->value.object(), sphere); return true;
    case Single::none:
    case Single::compiled: break;
  }
  return false;
}

}  // namespace pipexpr::eval
