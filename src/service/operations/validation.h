// What ValidatePipelineDefinition reports, for each object. The library's checker finds most of it.
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

// `body` is the definition in the API's form: the plan no longer tells a reference from its text.
Complaints check_definition(const Plan& plan, const std::string& body);

}  // namespace pipexpr::service
