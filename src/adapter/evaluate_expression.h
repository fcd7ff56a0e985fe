// EvaluateExpression: the operation that the project is for.
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/expression.h>

namespace pipexpr::adapter {

// Writes {"evaluatedExpression": ...} into the reply's body. The text of the expression is used where it is.
// Diagnostics of the evaluation are returned; those of the text itself are thrown as a ServiceError.
Diagnostics write_evaluated(const ObjectGraph& graph, const Context& context, std::string_view expression,
                            const CompileOptions& compile, const EvaluateOptions& options, std::string& body);

// The same, with every diagnostic thrown as a ServiceError.
void write_evaluated_or_throw(const ObjectGraph& graph, const Context& context, std::string_view expression,
                              const CompileOptions& compile, const EvaluateOptions& options, std::string& body);

// Diagnostics as one line: of each its code, its message and where it is. With advice for who has asked, or for the
// author of a definition of which something was evaluated in a run.
std::string describe(const Diagnostics& diagnostics);
std::string describe_to_author(const Diagnostics& diagnostics);

}  // namespace pipexpr::adapter
