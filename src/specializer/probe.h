// A probe evaluates a part of an expression with the engine and listens: what it gives, and whether it read something
// that is not known.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/expression.h>
#include <pipexpr/listener.h>
#include <pipexpr/specialize.h>

namespace pipexpr::specializer {

// What is the same in all of one specialization.
struct Setting {
  const ObjectGraph& graph;
  const Context& known;
  SpecializeOptions options;
  Run run = {.scheduled_start = {}, .scheduled_end = DateTime()};  // stands for the unknown one

  bool has_unknown_run() const { return !known.run; }
  // The context of a text of that object: the given fields are those of the given object alone.
  Context context_of(ObjectId object) const {
    return {.object = object,
            .run = has_unknown_run() ? run : *known.run,
            .fields = object == known.object ? known.fields : std::span<const Binding>(),
            .now = known.now};
  }
};

struct Probed {
  std::optional<Value> value;        // nothing: it failed
  SlotType slot = SlotType::string;  // of a text that is a field's
  bool reads_run = false;
  bool reads_unknown_field = false;
  bool reads_secret = false;

  // The field that the whole expression read or, when it failed, in whose text it did; and the reference that led to it
  // when a dot did.
  struct Entered {
    ObjectId object = kNoObject;
    std::string name;
    Origin origin = Origin::object;
  };
  std::optional<Entered> field;
  std::optional<ValueView> owner;

  bool is_known() const { return value && !reads_run && !reads_unknown_field && !reads_secret; }
};

// Evaluates `expression`, the text of one expression without delimiters, for that object.
Probed probe(const Setting& setting, ObjectId object, std::string_view expression);

}  // namespace pipexpr::specializer
