// FunctionSpec::prepare, called with care: a host's code may fail in any way.
#pragma once

#include <exception>
#include <string_view>

#include <pipexpr/function_registry.h>

namespace pipexpr::eval {

// What the function makes of its argument; without an object, the code and message of a finished diagnostic, and the
// exception that the host's code has thrown, if it has.
Prepared prepare_argument(const FunctionSpec& function, std::string_view text, const Limits& limits,
                          std::exception_ptr& exception);

// The message for a function that gave up: "name failed: why".
std::string failure_message(const FunctionSpec& function, std::string_view why);

}  // namespace pipexpr::eval
