// What speaks against activating a definition beyond its own errors: edits that a pipeline that has run does not take,
// and values that are still missing.
#pragma once

#include "service/operations/validation.h"
#include "service/scheduler/pipeline_record.h"

namespace pipexpr::service {

// "After you activate a pipeline", objects cannot be removed, schedules not be moved, references not be changed, and
// new objects not write where existing ones do. Adds an error for each to `out`.
void add_forbidden_edits(const ScheduledDefinition& active, const ScheduledDefinition& edited,
                         std::optional<Millis> first_activated, ValidationIssues& out);

// Parameters and names without a value in what runs: every run would fail with them.
ValidationIssues missing_values(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, Millis now,
                                const EvaluateOptions& options);

}  // namespace pipexpr::service
