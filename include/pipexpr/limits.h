// Every number that bounds the engine. All limits are on by default and stay on while tracing.
//
//   pipexpr::CompileOptions compile;
//   compile.limits.max_nesting = 100;         // raise it, up to the ceiling of 200
//   pipexpr::EvaluateOptions evaluate;
//   evaluate.limits.max_output_bytes = 4096;  // a CompileLimits has no such member
//
//   pipexpr::Limits all;                      // of a program that takes them from one place, such as a command line
//   all.max_steps = 5000;
//   compile.limits = all;                     // each takes those of its scope
//   evaluate.limits = all;
//
// Going over one gives a diagnostic E6xx that names the limit, its value and how to raise it. A value above a limit's
// ceiling counts as the ceiling.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <pipexpr/export.h>

namespace pipexpr {

// What takes a limit. `patterns` are compiled while compiling and while evaluating; `all`: whatever reports
// diagnostics.
enum class LimitScope : std::uint8_t { compile, evaluation, definition, patterns, all };

#define PIPEXPR_COMPILE_compile(x) x
#define PIPEXPR_COMPILE_evaluation(x)
#define PIPEXPR_COMPILE_definition(x)
#define PIPEXPR_COMPILE_patterns(x) x
#define PIPEXPR_COMPILE_all(x) x
#define PIPEXPR_EVALUATION_compile(x)
#define PIPEXPR_EVALUATION_evaluation(x) x
#define PIPEXPR_EVALUATION_definition(x)
#define PIPEXPR_EVALUATION_patterns(x) x
#define PIPEXPR_EVALUATION_all(x) x
#define PIPEXPR_DEFINITION_compile(x)
#define PIPEXPR_DEFINITION_evaluation(x)
#define PIPEXPR_DEFINITION_definition(x) x
#define PIPEXPR_DEFINITION_patterns(x)
#define PIPEXPR_DEFINITION_all(x) x

struct CompileLimits;
struct EvaluationLimits;
struct DefinitionLimits;

// All of them.
struct Limits {
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) std::uint64_t name = initial;
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT

  inline operator CompileLimits() const;     // NOLINT: implicit by design
  inline operator EvaluationLimits() const;  // NOLINT
  inline operator DefinitionLimits() const;  // NOLINT

  // The same limits, none above its ceiling, and at least one diagnostic.
  PIPEXPR_API Limits clamped() const;
  // Of each limit the lower value.
  PIPEXPR_API Limits stricter(const Limits& other) const;
  PIPEXPR_API static Limits ceilings();

  friend bool operator==(const Limits&, const Limits&) = default;
};

// Of compiling one text. What is constant is evaluated while compiling, with the default limits of an evaluation.
struct CompileLimits {
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) \
  PIPEXPR_COMPILE_##scope(std::uint64_t name = initial;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT

  // All limits: these, none above its ceiling, and the others as they are by default.
  Limits clamped() const {
    Limits result;
#define PIPEXPR_LIMIT(limit, initial, ceiling, scope, unit, description) PIPEXPR_COMPILE_##scope(result.limit = limit;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
    return result.clamped();
  }

  friend bool operator==(const CompileLimits&, const CompileLimits&) = default;
};

// Of one evaluation.
struct EvaluationLimits {
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) \
  PIPEXPR_EVALUATION_##scope(std::uint64_t name = initial;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT

  // All limits: these, none above its ceiling, and the others at their ceilings: what is compiled during an evaluation
  // is bounded by the limits that the expression was compiled with.
  Limits clamped() const {
    Limits result = Limits::ceilings();
#define PIPEXPR_LIMIT(limit, initial, ceiling, scope, unit, description) \
  PIPEXPR_EVALUATION_##scope(result.limit = limit;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
    return result.clamped();
  }

  friend bool operator==(const EvaluationLimits&, const EvaluationLimits&) = default;
};

// Of one definition file.
struct DefinitionLimits {
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) \
  PIPEXPR_DEFINITION_##scope(std::uint64_t name = initial;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT

  // All limits: these, none above its ceiling, and the others as they are by default.
  Limits clamped() const {
    Limits result;
#define PIPEXPR_LIMIT(limit, initial, ceiling, scope, unit, description) \
  PIPEXPR_DEFINITION_##scope(result.limit = limit;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
    return result.clamped();
  }

  friend bool operator==(const DefinitionLimits&, const DefinitionLimits&) = default;
};

inline Limits::operator CompileLimits() const {
  CompileLimits result;
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) PIPEXPR_COMPILE_##scope(result.name = name;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  return result;
}
inline Limits::operator EvaluationLimits() const {
  EvaluationLimits result;
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) PIPEXPR_EVALUATION_##scope(result.name = name;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  return result;
}
inline Limits::operator DefinitionLimits() const {
  DefinitionLimits result;
#define PIPEXPR_LIMIT(name, initial, ceiling, scope, unit, description) PIPEXPR_DEFINITION_##scope(result.name = name;)
#include <pipexpr/limits.def>
#undef PIPEXPR_LIMIT
  return result;
}

#undef PIPEXPR_COMPILE_compile
#undef PIPEXPR_COMPILE_evaluation
#undef PIPEXPR_COMPILE_definition
#undef PIPEXPR_COMPILE_patterns
#undef PIPEXPR_COMPILE_all
#undef PIPEXPR_EVALUATION_compile
#undef PIPEXPR_EVALUATION_evaluation
#undef PIPEXPR_EVALUATION_definition
#undef PIPEXPR_EVALUATION_patterns
#undef PIPEXPR_EVALUATION_all
#undef PIPEXPR_DEFINITION_compile
#undef PIPEXPR_DEFINITION_evaluation
#undef PIPEXPR_DEFINITION_definition
#undef PIPEXPR_DEFINITION_patterns
#undef PIPEXPR_DEFINITION_all

// The table as data, for documentation, command lines and tests.
struct LimitInfo {
  std::string_view name;
  std::uint64_t default_value;
  std::uint64_t ceiling;
  LimitScope scope;
  std::string_view unit;
  std::string_view description;
  std::uint64_t Limits::*member;
};
PIPEXPR_API std::span<const LimitInfo> limits();
// By name, "max_steps"; nullptr when there is none.
PIPEXPR_API const LimitInfo* find_limit(std::string_view name);

}  // namespace pipexpr
