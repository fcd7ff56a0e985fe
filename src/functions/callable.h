// A function as the registry keeps it: with what the evaluator wants to know at every call worked out once.
#pragma once

#include <array>
#include <cstddef>

#include <pipexpr/function_registry.h>

namespace pipexpr::functions {

struct Callable : FunctionSpec {
  static constexpr std::size_t kMaxTaken = 8;

  explicit Callable(FunctionSpec spec, bool built_in = false) : FunctionSpec(std::move(spec)) {
    direct = body.plain();
    const bool may_be_unknown = result == Kind::datetime || result == Kind::period;  // a host's zone or unit
    if (result == Kind::string || result == Kind::integer || (built_in && may_be_unknown)) sure_result = result;
    if (parameters.size() > kMaxTaken) return;
    taken = parameters.size();
    for (std::size_t i = 0; i < taken; ++i) kinds[i] = parameters[i].kind;
  }

  // The kind of a result that needs no further look: what is declared, unless that may not be finite or is any kind, or
  // a host's date-time or period.
  Kind sure_result = static_cast<Kind>(0xFF);
  bool (*direct)(Call&) = nullptr;  // the body, when it is a plain function
  std::size_t taken = 0;            // the number of parameters, and their kinds, for at most kMaxTaken of them
  std::array<Kind, kMaxTaken> kinds{};

  // Whether the arguments are those that are declared, in number and kind, so that none has to be converted.
  bool takes(const ValueView* arguments, std::size_t count) const {
    if (count != taken) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!arguments[i].is(kinds[i])) return false;
    }
    return true;
  }
};

// Every function that a registry hands out is one of these.
inline const Callable& callable(const FunctionSpec& function) { return static_cast<const Callable&>(function); }

}  // namespace pipexpr::functions
