// The kind of a template's value, as far as its text tells.
#pragma once

#include <optional>

#include <pipexpr/syntax_tree.h>

namespace pipexpr::inspect {

std::optional<ResultKind> result_kind(const SyntaxTree& tree, const CompileOptions& options);

}  // namespace pipexpr::inspect
