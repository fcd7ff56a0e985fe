// Functions written in Python, and the settings with which texts are compiled and evaluated.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "convert.h"

namespace pipexpr::python {

// The standard functions, or none, and those that Python adds.
struct Functions {
  explicit Functions(bool standard);
  // `parameters`: (name, kind, whether it may be left out, its value then).
  void add(const Text& name, const py::list& parameters, bool variadic, const Text& result, const Text& description,
           bool pure, py::object body, bool replace);

  FunctionRegistry all;
};

struct Settings {
  Settings(const Functions* functions, const std::vector<std::pair<std::string, std::uint64_t>>& limits,
           const std::string& delimiters, const std::string& unset_runtime, bool transitive_runtime_fields);

  CompileOptions compile() const;
  // With a deadline that is so many seconds away.
  EvaluateOptions evaluate(std::optional<double> timeout = {}) const;

  std::optional<FunctionRegistry> functions;  // a copy: what is added later changes nothing
  Limits limits;
  Delimiters delimiters = Delimiters::both;
  UnsetRuntime unset_runtime = UnsetRuntime::error;
  bool transitive_runtime_fields = false;
  std::uint64_t identity;  // no other settings of the process have it, but for copies, which are the same
};

}  // namespace pipexpr::python
