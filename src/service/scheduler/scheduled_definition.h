// ScheduledDefinition: a definition as the scheduler sees it: what runs, when, after what, and which alarms to send.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/pipexpr.h>
#include <pipexpr/schedule.h>

#include "base/secret_mask.h"
#include "service/scheduler/clock.h"

namespace pipexpr::service {

enum class Role : std::uint8_t { activity, data_node, precondition, resource, other };
std::string_view role_name(Role role);
std::string_view mode_name(ScheduleType mode);
Role role_of(std::string_view type);

struct Component {
  ObjectId object = kNoObject;
  std::string id;
  Role role = Role::other;
  ScheduleType mode = ScheduleType::timeseries;
  std::size_t schedule = kNone;             // in ScheduledDefinition::schedules
  std::vector<std::size_t> waits_for = {};  // in ScheduledDefinition::components: dependencies, inputs, producers
  std::vector<std::size_t> preconditions = {};
  std::size_t guarded = kNone;  // of a precondition: the one component that it guards, if it is one

  static constexpr std::size_t kNone = ~std::size_t{0};
};

class ScheduledDefinition {
 public:
  // Loads what PutPipelineDefinition was given. The definition owns all text that views refer to.
  static Result<std::shared_ptr<const ScheduledDefinition>> load(const std::string& json,
                                                                 const std::string& pipeline_id,
                                                                 UnsetRuntime unset_runtime);

  const PipelineDefinition& definition() const { return *definition_; }
  // The same options for what is evaluated in a run, where runtime fields may have no value yet.
  EvaluateOptions in_run(EvaluateOptions options) const {
    options.unset_runtime = unset_runtime_;
    return options;
  }
  const std::vector<Component>& components() const { return components_; }
  const std::vector<ObjectId>& schedules() const { return schedules_; }
  // A schedule of these, when it can be read. Some begin with the first activation.
  std::optional<Schedule> schedule(std::size_t index, std::optional<Millis> first_activated) const;
  const Component* find(std::string_view id) const;

  // What the instances of a precondition are named after, before their time: itself, or, when it guards several
  // objects, itself and the one that it guards, P_A.
  std::string instance_name(const Component& precondition, const Component& guarded) const;

  // The field's text, evaluated; nothing when it has none or it cannot be evaluated.
  std::optional<std::string> text(ObjectId object, std::string_view field, const std::optional<Run>& run = {}) const;
  std::optional<std::int64_t> number(ObjectId object, std::string_view field, const std::optional<Run>& run = {}) const;
  // A field such as retryDelay, `15 Minutes`.
  std::optional<Millis> duration(ObjectId object, std::string_view field, const std::optional<Run>& run = {}) const;
  // The values of secrets (fields and parameters with a `*`), which are in no log.
  const base::SecretMask& secrets() const { return secrets_; }
  // The objects that a reference field names.
  std::vector<ObjectId> references(ObjectId object, std::string_view field) const;

 private:
  void add_components();
  void add_secrets();
  void learn_written(std::string_view text);
  void connect();

  UnsetRuntime unset_runtime_ = UnsetRuntime::null;
  std::shared_ptr<const PipelineDefinition> definition_;
  std::vector<Component> components_;
  std::vector<ObjectId> schedules_;
  base::SecretMask secrets_;
};

// The text that the service writes for a time: 2012-12-12T00:00:00.
std::string time_text(Millis time);

// One value of a field, evaluated: a text or a reference to an object.
struct FieldValue {
  std::string name;
  std::string text;
  bool is_reference = false;
};

// What is evaluated while a pipeline's row is locked (settings, alarms) has a hundredth of what an expression may take.
// No deadline: a busy machine must not change what a setting is.
EvaluateOptions small_budget();

// A field's values as the context gives them; a list becomes several. Diagnostics when one cannot be
// evaluated. With UnsetRuntime::keep, texts keep the expressions that read a runtime field without a value.
Result<std::vector<FieldValue>> evaluate_field(const PipelineDefinition& graph,
                                               const PipelineDefinition::FieldInfo& field, const Context& context,
                                               const EvaluateOptions& options);
// The same without evaluating: as it was put.
std::vector<FieldValue> written_field(const PipelineDefinition& graph, const PipelineDefinition::FieldInfo& field);

}  // namespace pipexpr::service
