// RuntimeValues: the runtime fields of one instance or attempt, as the API writes them and as the engine reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/json_view.h"
#include "service/scheduler/instance_record.h"
#include "service/scheduler/pipeline_record.h"
#include "service/scheduler/scheduled_definition.h"

namespace pipexpr::service {

// Runtime fields by name, in the API's spelling; a reference has its target's id as text. None is one of the
// definition's; without a definition, what a runner has reported under names of its own is left out.
std::vector<FieldValue> runtime_fields(const ScheduledDefinition* scheduled, const PipelineRow& pipeline,
                                       const InstanceRow& instance, const AttemptRow* attempt);

// The fields that a runner has reported of a task, when it reports `latest` after `earlier`: each as it was told last.
// Of what is not told again, as much stays as fits a bound, so that no runner can make a row grow without end.
std::string merged_report(const std::string& earlier, const adapter::Json* latest);

// What a runner has reported under names with a `*`, which are secret as those of a definition.
std::vector<std::string> reported_secrets(const std::string& reported);

// The name in a run: `@<name of the component>_<scheduled start>`, with the attempt's number after it.
std::string run_name(const ScheduledDefinition& scheduled, const InstanceRow& instance, const AttemptRow* attempt);

// Times are date-times to the engine; a name that has several values is a list. A reference to an instance or attempt
// (`@headAttempt`, `@waitingOn`, `@resource`) is its id, as base::RuntimeField says.
class RuntimeValues {
 public:
  RuntimeValues(const PipelineDefinition& definition, std::vector<FieldValue> values);
  RuntimeValues(const RuntimeValues&) = delete;  // its members refer to each other
  RuntimeValues& operator=(const RuntimeValues&) = delete;

  // Except those that the engine knows by itself.
  const Field* find(std::string_view name) const;

 private:
  std::vector<FieldValue> values_;
  std::vector<FieldItem> items_;
  std::vector<Binding> fields_;
};

}  // namespace pipexpr::service
