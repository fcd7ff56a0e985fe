// Evaluates every field of a definition, as a run of the pipeline would see it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace corpus {

// One field that could not be evaluated.
struct Failure {
  std::string object, field, code, message;
};

struct Counts {
  std::size_t rendered = 0;   // fields with expressions that have a value
  std::size_t reported = 0;   // fields with expressions that have a diagnostic
  std::size_t untouched = 0;  // fields without expressions
  std::size_t expressions = 0;
  std::vector<std::string> results;   // "object.field: text" of those with a value
  std::vector<std::string> problems;  // what must not be: a diagnostic without a place, paths that disagree
};

// Loads a definition with dummy values for parameters that have none, and for the undeclared ones that are
// named.
pipexpr::Result<std::shared_ptr<const pipexpr::PipelineDefinition>> load(std::string_view json,
                                                                         const std::set<std::string>& undeclared = {},
                                                                         bool fold_constants = true);

// The parameters that failures miss: `my...` names that are nowhere declared.
std::set<std::string> missing_parameters(const std::vector<Failure>& failures);

// Adds to `counts` and `failures`.
void render_all(const pipexpr::PipelineDefinition& definition, Counts& counts, std::vector<Failure>& failures);

}  // namespace corpus
