// Compares a definition with the one that is active.
#include "service/operations/definition_edits.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "service/scheduler/instance_context.h"

namespace pipexpr::service {
namespace {

using References = std::set<std::pair<std::string, std::string>>;

// Own ones: what is inherited is looked at where it is written.
References references_of(const ScheduledDefinition& scheduled, ObjectId object) {
  References result;
  for (const PipelineDefinition::FieldInfo& info : scheduled.definition().fields(object)) {
    for (const FieldValue& value : written_field(scheduled.definition(), info)) {
      if (value.is_reference) result.emplace(value.name, value.text);
    }
  }
  return result;
}

void compare_schedules(const ScheduledDefinition& active, const ScheduledDefinition& edited,
                       std::optional<Millis> first_activated, std::string_view id,
                       std::vector<ValidationIssue>& errors) {
  auto find = [&](const ScheduledDefinition& scheduled) -> std::optional<Schedule> {
    for (std::size_t i = 0; i < scheduled.schedules().size(); ++i) {
      if (scheduled.definition().id(scheduled.schedules()[i]) == id) return scheduled.schedule(i, first_activated);
    }
    return std::nullopt;
  };
  std::optional<Schedule> before = find(active);
  std::optional<Schedule> after = find(edited);
  if (!before || !after) return;
  std::string object(id);
  bool same_period = before->period().has_value() == after->period().has_value() &&
                     (!before->period() || *before->period() == *after->period());
  if (!same_period) {
    errors.push_back({object,
                      "'period' cannot be changed after the pipeline was activated: add another Schedule, or create "
                      "another pipeline"});
  }
  if (same_period && before->start() != after->start()) {
    errors.push_back({object,
                      "the start of the schedule cannot be changed after the pipeline was activated: activate it with "
                      "a startTimestamp instead"});
  }
}

}  // namespace

void add_forbidden_edits(const ScheduledDefinition& active, const ScheduledDefinition& edited,
                         std::optional<Millis> first_activated, ValidationIssues& out) {
  std::vector<ValidationIssue>& errors = out.errors;
  const PipelineDefinition& before = active.definition();
  const PipelineDefinition& after = edited.definition();
  for (std::size_t i = 0; i < before.object_count(); ++i) {
    ObjectId old_object = before.object(i);
    std::string id(before.id(old_object));
    std::optional<ObjectId> object = after.find(id);
    if (!object) {
      errors.push_back({id, "it is part of the active definition and cannot be removed"});
      continue;
    }
    if (before.type(old_object) == "Schedule") compare_schedules(active, edited, first_activated, id, errors);
    References old_references = references_of(active, old_object);
    References references = references_of(edited, *object);
    std::set<std::string> changed;
    auto note = [&](const References& from, const References& other) {
      for (const auto& reference : from) {
        if (other.count(reference) == 0) changed.insert(reference.first);
      }
    };
    note(old_references, references);
    note(references, old_references);
    for (const std::string& field : changed) {
      errors.push_back(
          {id, fmt::format("'{}' is a reference and cannot be added, changed or removed after the pipeline "
                           "was activated",
                           field)});
    }
  }
  for (std::size_t i = 0; i < after.object_count(); ++i) {
    std::string id(after.id(after.object(i)));
    if (before.find(id)) continue;
    for (ObjectId target : edited.references(after.object(i), "output")) {
      if (!before.find(after.id(target))) continue;
      errors.push_back(
          {id, fmt::format("a new object cannot have the existing object '{}' as 'output'", after.id(target))});
    }
  }
}

namespace {

class TrialRun {
 public:
  TrialRun(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, Millis now,
           const EvaluateOptions& options)
      : scheduled_(scheduled), graph_(scheduled.definition()), pipeline_(pipeline), options_(options) {
    EvaluateOptions small = small_budget();
    options_.limits = small.limits;
    instance_.status = "RUNNING";
    instance_.scheduled_start = now;
    instance_.scheduled_end = now;
  }

  std::vector<ValidationIssue> run() {
    for (const Component& component : scheduled_.components()) {
      bool runs = component.schedule != Component::kNone || component.mode == ScheduleType::ondemand;
      if (component.role != Role::activity || !runs) continue;
      look(component, component.object, kNoObject);
      for (std::string_view field : {"input", "output"}) {
        for (ObjectId target : scheduled_.references(component.object, field)) look(component, target, kNoObject);
      }
      for (std::size_t guard : component.preconditions)
        look(scheduled_.components()[guard], scheduled_.components()[guard].object, component.object);
    }
    return std::move(found_);
  }

 private:
  void look(const Component& component, ObjectId object, ObjectId node) {
    if (!seen_.insert({object, node}).second) return;
    instance_.component = component.id;
    InstanceContext context(scheduled_, pipeline_, instance_, nullptr, nullptr);
    if (node != kNoObject) context.set_node(node);
    for (const PipelineDefinition::FieldInfo& info : graph_.fields(object, true)) {
      if (info.name == "id" || info.name == "name" || info.name == "parent" || info.name == "@pipelineId") continue;
      auto values = evaluate_field(graph_, info, context.context(object), options_);
      if (values) continue;
      const Diagnostic& why = values.error().front();
      const std::string name = why.arguments.empty() ? std::string{} : why.arguments.front();
      if (why.code == DiagnosticCode::parameter_without_value) add_parameter(name);
      if (why.code == DiagnosticCode::unknown_name && names_.insert(name).second) {
        found_.push_back(
            {std::string(graph_.id(object)),
             fmt::format("'{}': there is no field, parameter or object '{}': every run would fail; declare "
                         "it, or give it with parameterValues",
                         info.name, name)});
      }
    }
  }

  void add_parameter(const std::string& id) {
    if (!names_.insert(id).second) return;
    found_.push_back({id,
                      "the parameter has no value: give it one with parameterValues of PutPipelineDefinition or "
                      "ActivatePipeline, or declare a default"});
  }

  const ScheduledDefinition& scheduled_;
  const PipelineDefinition& graph_;
  const PipelineRow& pipeline_;
  EvaluateOptions options_;
  InstanceRow instance_;
  std::set<std::pair<ObjectId, ObjectId>> seen_;
  std::set<std::string> names_;
  std::vector<ValidationIssue> found_;
};

}  // namespace

ValidationIssues missing_values(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, Millis now,
                                const EvaluateOptions& options) {
  ValidationIssues result;
  result.errors = TrialRun(scheduled, pipeline, now, options).run();
  return result;
}

}  // namespace pipexpr::service
