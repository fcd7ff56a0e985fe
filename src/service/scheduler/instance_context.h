// An instance or attempt of the store as the engine's context, so that expressions see its runtime fields.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/scheduler/lifecycle.h"
#include "service/scheduler/scheduled_definition.h"

namespace pipexpr::service {

// Runtime fields by name, in the API's spelling; a reference has its target's id as text.
std::vector<FieldValue> runtime_fields(const PipelineRow& pipeline, const InstanceRow& instance,
                                       const AttemptRow* attempt);

// The name in a run: `@<name of the component>_<scheduled start>`, with the attempt's number after it.
std::string run_name(const ScheduledDefinition& scheduled, const InstanceRow& instance, const AttemptRow* attempt);

// Keeps what a Run and a Context borrow. Neither copied nor moved: its members refer to each other.
class InstanceContext {
 public:
  // The instance's fields. With a precondition or alarm, `node` is the object that it belongs to.
  InstanceContext(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, const InstanceRow& instance,
                  const AttemptRow* attempt);
  InstanceContext(const InstanceContext&) = delete;
  InstanceContext& operator=(const InstanceContext&) = delete;

  void set_node(ObjectId node);
  Context context(ObjectId object) const;

 private:
  std::vector<FieldValue> values_;
  std::vector<FieldItem> items_;
  std::vector<Binding> run_fields_;
  FieldItem node_item_;
  std::vector<Binding> own_fields_;
  Run run_;
};

}  // namespace pipexpr::service
