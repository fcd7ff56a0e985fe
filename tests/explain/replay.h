// Recomputes every value of an explanation from the values right below it.
#pragma once

#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace replay {

struct Counts {
  std::size_t nodes = 0;
  std::vector<std::string> problems;
};

// Operators, calls, constants and templates are evaluated again, with the values of their parts given as fields;
// what a name found must be the value of the field that it found; names that the run answers are asked again.
void check(const pipexpr::Explanation& tree, const pipexpr::PipelineDefinition& definition,
           const pipexpr::Context& context, Counts& counts);

}  // namespace replay
