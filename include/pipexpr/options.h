// Options of compiling and evaluating. Every member has a default that is right for untrusted input.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include <pipexpr/limits.h>

namespace pipexpr {

class FunctionRegistry;
class EvaluationListener;

// Which openers begin an expression. `#{...}` is the service's spelling, `#<...>` a second one.
enum class Delimiters : std::uint8_t { both, braces, angles };

struct CompileOptions {
  Delimiters delimiters = Delimiters::both;
  CompileLimits limits = {};
  const FunctionRegistry* functions = nullptr;  // borrowed while compiling; nullptr: the standard functions
  bool fold_constants = true;  // evaluate constant parts while compiling; false keeps every step visible to a listener
  bool borrow_source = false;  // true: the text is not copied and must outlive the expression
};

// What a documented runtime field is that has no value yet, such as @actualEndTime before a run.
enum class UnsetRuntime : std::uint8_t {
  error,  // diagnostic runtime_field_unset
  empty,  // empty text
  null,   // the text null, which the service wrote into mails
  keep,   // the expression stays in the text: evaluate_or_keep, DefinitionRenderer; elsewhere as `error`
};

struct EvaluateOptions {
  EvaluationLimits limits = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = {};  // checked at least every 1,024 steps
  const std::atomic<bool>* cancel = nullptr;                           // set it from any thread to stop
  EvaluationListener* listener = nullptr;                              // sees every step; the result is the same
  bool testing_interpreter_only = false;  // for tests of the library: without the fast path; the result is the same
  UnsetRuntime unset_runtime = UnsetRuntime::error;
  bool transitive_runtime_fields = false;  // allow a.b.@x; the service does not
};

}  // namespace pipexpr
