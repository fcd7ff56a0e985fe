// HostValues: a value as the host gave it becomes one of the language, or an error.
#pragma once

#include <string>

#include "eval/text_joiner.h"

namespace pipexpr::eval {

// False for a date-time or a period whose time zone or unit is none that this process knows: a host can make one of any
// number. Such a value never gets into an evaluation.
bool is_known(const ValueView& value);
// What such a value is, for a message.
std::string describe_unknown(const ValueView& value);

class HostValues {
 public:
  HostValues(State& state, ErrorReport& errors, TextJoiner& joiner) : state_(state), errors_(errors), joiner_(joiner) {}

  // A text gets its slot's type, a reference leads to an instance when there is a run, and what no value of the
  // language can be is an error, which has been reported. `name` is the field's: the value of a secret one is secret.
  bool convert(ValueView& value, SlotType slot, Sphere sphere, std::string_view name);
  // The same, onto the stack.
  bool push(const ValueView& value, SlotType slot, Sphere sphere, std::string_view name);

 private:
  bool convert_kind(ValueView& value, SlotType slot, Sphere sphere, std::string_view name);
  bool flatten(ValueView& list, SlotType slot, Sphere sphere, std::string_view name);

  State& state_;
  ErrorReport& errors_;
  TextJoiner& joiner_;
};

}  // namespace pipexpr::eval
