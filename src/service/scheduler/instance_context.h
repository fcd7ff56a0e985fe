// An instance or attempt of the store as the engine's context, so that expressions see its runtime fields.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/scheduler/plan.h"
#include "service/scheduler/lifecycle.h"

namespace pipexpr::service {

// The columns of an attempt that its runtime fields are made of.
struct AttemptRow {
  std::string id;
  std::string instance;
  std::int64_t number = 0;
  std::string status;
  std::string worker_group;
  std::string hostname;
  std::optional<Millis> actual_start;
  std::optional<Millis> actual_end;
  std::optional<Millis> report_time;
  std::string error_id;
  std::string error_message;
  std::string error_stack;
};

std::optional<AttemptRow> find_attempt(Session& session, std::string_view pipeline, std::string_view id);
std::vector<AttemptRow> all_attempts(Session& session, std::string_view pipeline);

// Runtime fields by name, in the API's spelling; a reference has its target's id as text.
std::vector<FieldValue> runtime_fields(const PipelineRow& pipeline, const InstanceRow& instance,
                                       const AttemptRow* attempt);

// Keeps what a Run and a Context borrow. Neither copied nor moved: its members refer to each other.
class Occurrence {
 public:
  // The instance's fields. With a precondition or alarm, `node` is the object that it belongs to.
  Occurrence(const Plan& plan, const PipelineRow& pipeline, const InstanceRow& instance, const AttemptRow* attempt);
  Occurrence(const Occurrence&) = delete;
  Occurrence& operator=(const Occurrence&) = delete;

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
