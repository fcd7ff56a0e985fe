// The letters of date patterns, each with what it prints.
#pragma once

#include <string_view>
#include <vector>

#include "lsp/expression_completion.h"

namespace pipexpr::lsp {

// When the string that is open is a function's date pattern: its letters, each with a sample of the chosen run.
std::vector<Proposal> pattern_proposals(const Question& question, const ExpressionPrefix& prefix, ObjectId object);

// The letters of one kind that a pattern ends with.
std::string_view pattern_run(std::string_view pattern);

}  // namespace pipexpr::lsp
