// What ValidatePipelineDefinition reports, for each object. The library's checker finds most of it.
#pragma once

#include <string>
#include <vector>

#include "service/scheduler/scheduled_definition.h"

namespace pipexpr::service {

struct ValidationIssue {
  std::string object;  // its id, or that of a parameter
  std::string text;
};

// Both lists grouped by object, in the definition's order.
struct ValidationIssues {
  std::vector<ValidationIssue> errors;
  std::vector<ValidationIssue> warnings;
};

// `body` is the definition in the API's form: the scheduled definition no longer tells a reference from its text.
ValidationIssues check_definition(const ScheduledDefinition& scheduled, const std::string& body);

}  // namespace pipexpr::service
