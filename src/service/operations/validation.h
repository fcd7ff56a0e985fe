// What ValidatePipelineDefinition reports: CODE: text, for each object. The library's checker finds most of it.
#pragma once

#include <string>
#include <vector>

#include "service/scheduler/plan.h"

namespace pipexpr::service {

struct Complaint {
  std::string object;  // its id, or that of a parameter
  std::string text;
};

// Both lists grouped by object, in the definition's order.
struct Complaints {
  std::vector<Complaint> errors;
  std::vector<Complaint> warnings;
};

Complaints check_definition(const Plan& plan);

}  // namespace pipexpr::service
