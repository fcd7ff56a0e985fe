// What ValidatePipelineDefinition reports: CODE: text, for each object.
#pragma once

#include <string>
#include <vector>

#include "plan.h"

namespace pipexpr::service {

struct Finding {
  std::string object;  // id
  std::string text;
};

// Both lists in the definition's order.
struct Findings {
  std::vector<Finding> errors;
  std::vector<Finding> warnings;
};

Findings check_definition(const Plan& plan);

}  // namespace pipexpr::service
