// A function as the registry keeps it: with what the evaluator wants to know at every call worked out once.
#pragma once

#include <cstdint>

#include <pipexpr/function_registry.h>

namespace pipexpr::functions {

struct Callable : FunctionSpec {
  static constexpr std::size_t kMaxPacked = 8;

  explicit Callable(FunctionSpec spec) : FunctionSpec(std::move(spec)) {
    direct = body.plain();
    if (result == Kind::string || result == Kind::integer || result == Kind::datetime || result == Kind::period) {
      sure_result = result;
    }
    if (parameters.size() > kMaxPacked) return;
    for (std::size_t i = 0; i < parameters.size(); ++i) kinds |= packed(parameters[i].kind, i);
  }

  static constexpr std::uint64_t packed(Kind kind, std::size_t at) {
    return static_cast<std::uint64_t>(kind) << 8 * at;
  }

  // The kind of a result that needs no further look: what is declared, unless that may not be finite or is any kind.
  Kind sure_result = static_cast<Kind>(0xFF);
  bool (*direct)(Call&) = nullptr;  // the body, when it is a plain function
  std::uint64_t kinds = 0;          // of the parameters, a byte each, for at most kMaxPacked of them

  // Whether arguments are of the declared kinds already. For at most kMaxPacked of them.
  bool takes(const ValueView* arguments, std::size_t count) const {
    std::uint64_t kinds_found = 0;
    for (std::size_t i = 0; i < count; ++i) kinds_found |= packed(arguments[i].kind(), i);
    return kinds_found == kinds;
  }
};

// Every function that a registry hands out is one of these.
inline const Callable& callable(const FunctionSpec& function) { return static_cast<const Callable&>(function); }

}  // namespace pipexpr::functions
