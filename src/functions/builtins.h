// THE table of built-in functions: name, parameters, result, documentation line, body. Bodies use what any host could
// use, and the calendar of src/time.
#pragma once

#include <vector>

#include <pipexpr/function_registry.h>

namespace pipexpr::functions {

std::vector<FunctionSpec> builtins();

}  // namespace pipexpr::functions
