// What operators and calls do with the kinds of their operands.
#pragma once

#include <string_view>

#include <pipexpr/function_registry.h>

#include "checker/findings.h"
#include "checker/scope.h"
#include "syntax/node.h"

namespace pipexpr::checker {

// The kind of `left op right`; a finding goes to `findings`, when given.
Type binary(const syntax::Node& node, const Type& left, const Type& right, std::vector<TextFinding>* findings);
Type negated(const syntax::Node& node, const Type& operand, std::vector<TextFinding>* findings);

// Whether a value of that kind can be the argument: the message, empty when it can or nothing is known.
std::string argument_error(const FunctionSpec& function, std::size_t argument, const Type& type);

}  // namespace pipexpr::checker
