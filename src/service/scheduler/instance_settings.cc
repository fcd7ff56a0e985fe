// Evaluates the fields that say how a component's runs are handled.
#include "service/scheduler/instance_settings.h"

#include <algorithm>

#include <fmt/format.h>

namespace pipexpr::service {

Run run_of(const InstanceRow& instance) {
  Run run{.scheduled_start = {instance.scheduled_start}};
  if (instance.has_end) run.scheduled_end = DateTime{instance.scheduled_end};
  return run;
}

std::string_view polled_group(std::string_view group) {
  constexpr std::string_view kPrefix = "resource:";
  return group.starts_with("resource:df-") ? group.substr(kPrefix.size()) : group;
}

WorkerGroup worker_group(const ScheduledDefinition& scheduled, const Component& component, const Run& run,
                         std::string_view pipeline) {
  for (ObjectId resource : scheduled.references(component.object, "runsOn")) {
    std::string id(scheduled.definition().id(resource));
    std::string instance = instance_id(id, run.scheduled_start);
    const Component* found = scheduled.find(id);
    bool has_instances = found != nullptr && found->role == Role::resource;
    return {fmt::format("{}_{}", pipeline, instance), id, has_instances ? instance : std::string{}};
  }
  return {scheduled.text(component.object, "workerGroup", run).value_or(""), {}, {}};
}

namespace {

// Whether the object itself says where it runs. What it inherits, often from Default, is meant for activities.
bool says_where(const ScheduledDefinition& scheduled, const Component& component) {
  const auto own = scheduled.definition().fields(component.object, false);
  return std::any_of(own.begin(), own.end(), [](const PipelineDefinition::FieldInfo& field) {
    return field.name == "runsOn" || field.name == "workerGroup";
  });
}

bool writes(const ScheduledDefinition& scheduled, const Component& activity, const Component& data) {
  if (activity.role != Role::activity) return false;
  const std::vector<ObjectId> outputs = scheduled.references(activity.object, "output");
  return std::find(outputs.begin(), outputs.end(), data.object) != outputs.end();
}

// A precondition runs where the object that it guards runs, or, for a data node, where its readers run, else its
// writers.
WorkerGroup group_of_guarded(const ScheduledDefinition& scheduled, const Component& guarded, const Run& run,
                             std::string_view pipeline) {
  WorkerGroup group;
  if (guarded.role != Role::data_node || says_where(scheduled, guarded)) {
    group = worker_group(scheduled, guarded, run, pipeline);
  }
  std::size_t self = static_cast<std::size_t>(&guarded - scheduled.components().data());
  for (const Component& reader : scheduled.components()) {
    if (!group.name.empty()) break;
    if (std::find(reader.waits_for.begin(), reader.waits_for.end(), self) != reader.waits_for.end())
      group = worker_group(scheduled, reader, run, pipeline);
  }
  for (const Component& writer : scheduled.components()) {
    if (!group.name.empty()) break;
    if (writes(scheduled, writer, guarded)) group = worker_group(scheduled, writer, run, pipeline);
  }
  return group;
}

}  // namespace

WorkerGroup group_of_run(const ScheduledDefinition& scheduled, const Component& component, const Component* guarded,
                         const Run& run, std::string_view pipeline) {
  WorkerGroup group;
  if (guarded != nullptr && !says_where(scheduled, component)) {
    group = group_of_guarded(scheduled, *guarded, run, pipeline);
  }
  if (group.name.empty()) group = worker_group(scheduled, component, run, pipeline);
  return group;
}

void apply_settings(const ScheduledDefinition& scheduled, const Component& component, const Component* guarded,
                    std::string_view pipeline, InstanceRow& instance) {
  Run run = run_of(instance);
  WorkerGroup group = group_of_run(scheduled, component, guarded, run, pipeline);
  instance.worker_group = std::move(group.name);
  instance.group_alias = std::move(group.alias);
  instance.resource = component.role == Role::activity ? std::move(group.resource) : std::string{};
  instance.max_retries =
      std::max<std::int64_t>(0, scheduled.number(component.object, "maximumRetries", run).value_or(kRetries));
  instance.retry_delay = scheduled.duration(component.object, "retryDelay", run).value_or(kRetryDelay);
  instance.report_timeout = scheduled.duration(component.object, "reportProgressTimeout", run).value_or(kReport);
  instance.attempt_timeout = scheduled.duration(component.object, "attemptTimeout", run);
  instance.give_up_after = component.role == Role::precondition
                               ? scheduled.duration(component.object, "preconditionTimeout", run)
                               : std::nullopt;
  std::optional<std::string> mode = scheduled.text(component.object, "failureAndRerunMode", run);
  instance.cascade = mode && (*mode == "CASCADE" || *mode == "cascade");
}

}  // namespace pipexpr::service
