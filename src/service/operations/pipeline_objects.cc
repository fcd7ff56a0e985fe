// Operations on the objects of a pipeline, in all three spheres: components, instances and attempts.
#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "base/char_class.h"
#include "service/operations/operations.h"
#include "service/scheduler/instance_context.h"

namespace pipexpr::service {
namespace {

constexpr std::size_t kDescribePage = 100;  // the API's text says 25, its own command line sends 100

void write_object(const Described& object, Writer& out) {
  out.StartObject();
  write_text(out, "id", object.id);
  write_text(out, "name", object.name);
  out.Key("fields");
  out.StartArray();
  for (const FieldValue& field : object.fields) {
    if (field.is_reference) {
      write_ref_field(out, field.name, field.text);
    } else {
      write_string_field(out, field.name, field.text);
    }
  }
  out.EndArray();
  out.EndObject();
}

// A field that cannot be evaluated keeps its text: one bad field must not hide the others. With `evaluate`, all fields
// of all objects of a request have one deadline: it is refused whole when that is over, since half of its values would
// look like all of them.
void add_field(const ScheduledDefinition& scheduled, const PipelineDefinition::FieldInfo& info, const Context& context,
               const EvaluateOptions* evaluate, std::vector<FieldValue>& out) {
  auto values = evaluate != nullptr ? evaluate_field(scheduled.definition(), info, context, *evaluate)
                                    : Result<std::vector<FieldValue>>(written_field(scheduled.definition(), info));
  if (!values && evaluate != nullptr && std::chrono::steady_clock::now() >= *evaluate->deadline) {
    throw ServiceError{
        ErrorType::invalid_request,
        fmt::format("evaluating the objects takes too long (at field '{}'): ask for fewer of them, or without "
                    "evaluateExpressions",
                    info.name)};
  }
  if (!values) values = written_field(scheduled.definition(), info);
  for (FieldValue& value : *values) out.push_back(std::move(value));
}

// A component's state is its pipeline's: it is SCHEDULED as long as runs of it may come.
std::string component_status(const PipelineRow& pipeline, bool is_paused) {
  if (pipeline.state == "SCHEDULED" && is_paused) return "PAUSED";
  return pipeline.state;
}

struct ComponentState {
  bool is_paused = false;
  std::string health;
  std::optional<Millis> health_updated;
  std::string health_from;  // an instance
};

using ComponentStates = std::map<std::string, ComponentState, std::less<>>;

ComponentStates component_states(Session& session, const PipelineRow& pipeline) {
  ComponentStates result;
  for (const Row& row : session.query("SELECT component FROM paused WHERE pipeline = $1", {pipeline.id}))
    result[row.text(0)].is_paused = true;
  for (const Row& row : session.query(
           "SELECT component, health, updated, instance FROM component_health WHERE pipeline = $1", {pipeline.id})) {
    ComponentState& state = result[row.text(0)];
    state.health = row.text(1);
    state.health_updated = row.optional(2);
    state.health_from = row.text(3);
  }
  return result;
}

Described describe_component(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                             const Component& component, const ComponentStates& states,
                             const EvaluateOptions* evaluate) {
  Described result{component.id, std::string(scheduled.definition().name(component.object)), {}};
  bool has_parent = false;
  for (const PipelineDefinition::FieldInfo& info : scheduled.definition().fields(component.object)) {
    if (info.name == "id" || info.name == "name" || info.name == "@pipelineId") continue;
    has_parent |= info.name == "parent";
    add_field(scheduled, info, {.object = component.object}, evaluate, result.fields);
  }
  auto found = states.find(component.id);
  static const ComponentState kNone;
  const ComponentState& state = found == states.end() ? kNone : found->second;
  result.fields.push_back({"@sphere", "COMPONENT", false});
  if (pipeline.activations > 0) {
    result.fields.push_back({"@version", std::to_string(pipeline.activations), false});
  }
  result.fields.push_back({"@pipelineId", pipeline.id, false});
  result.fields.push_back({"@status", component_status(pipeline, state.is_paused), false});
  if (!state.health.empty()) {
    result.fields.push_back({"@healthStatus", state.health, false});
    result.fields.push_back({"@healthStatusFromInstanceId", state.health_from, false});
    if (state.health_updated)
      result.fields.push_back({"@healthStatusUpdatedTime", time_text(*state.health_updated), false});
  }
  if (!has_parent && component.id != "Default" && scheduled.definition().find("Default")) {
    result.fields.push_back({"parent", "Default", true});
  }
  return result;
}

// In a run, what refers to a component that has runs refers to its run: `input` to `@In_2024-05-01T00:00:00`.
void refer_to_instances(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, const InstanceRow& instance,
                        InstanceSource& source, std::vector<FieldValue>& fields) {
  constexpr std::string_view kLinks[] = {"input", "output", "dependsOn", "runsOn", "precondition"};
  std::vector<FieldValue> result;
  for (FieldValue& field : fields) {
    bool is_link =
        field.is_reference && std::find(std::begin(kLinks), std::end(kLinks), field.name) != std::end(kLinks);
    const Component* target = is_link ? scheduled.find(field.text) : nullptr;
    std::vector<std::string> instances;
    if (target != nullptr) instances = referred_instances(scheduled, pipeline, instance, *target, source);
    if (instances.empty()) result.push_back(std::move(field));
    for (std::string& id : instances) result.push_back({field.name, std::move(id), true});
  }
  fields = std::move(result);
}

// And the other way: a node that is read has its reader as `output`, one that is written its writer as `input`, and a
// resource has what runs on it as `input`.
void add_back_references(const ScheduledDefinition& scheduled, const InstanceRow& instance,
                         std::vector<FieldValue>& fields) {
  const Component* own = scheduled.find(instance.component);
  if (own == nullptr || (own->role != Role::data_node && own->role != Role::resource)) return;
  auto refers = [&](const Component& from, std::string_view field) {
    std::vector<ObjectId> targets = scheduled.references(from.object, field);
    return std::find(targets.begin(), targets.end(), own->object) != targets.end();
  };
  for (const Component& activity : scheduled.components()) {
    if (activity.role != Role::activity) continue;
    if (own->role == Role::data_node && activity.schedule != own->schedule) continue;
    std::string id = instance_id(activity.id, DateTime{instance.scheduled_start});
    if (own->role == Role::resource) {
      if (refers(activity, "runsOn")) fields.push_back({"input", id, true});
      continue;
    }
    if (refers(activity, "input")) fields.push_back({"output", id, true});
    if (refers(activity, "output")) fields.push_back({"input", id, true});
  }
}

// A run, as it was found in the store.
struct FoundRun {
  std::shared_ptr<const ScheduledDefinition> scheduled;
  const Component* component = nullptr;  // set: a component, and no run
  std::optional<InstanceRow> instance;
  std::optional<AttemptRow> attempt;
  std::optional<ObjectId> node;
};

// Own, inherited and runtime fields, as PollForTask hands them out too.
Described describe_run(const FoundRun& run, const PipelineRow& pipeline, InstanceSource& source,
                       const EvaluateOptions* evaluate) {
  const ScheduledDefinition& scheduled = *run.scheduled;
  const InstanceRow& instance = *run.instance;
  const AttemptRow* attempt = run.attempt ? &*run.attempt : nullptr;
  Described result{attempt != nullptr ? attempt->id : instance.id, run_name(scheduled, instance, attempt),
                   runtime_fields(&scheduled, pipeline, instance, attempt)};
  const Component* component = scheduled.find(instance.component);
  if (component == nullptr) return result;
  std::optional<EvaluateOptions> in_run;
  if (evaluate != nullptr) in_run = scheduled.in_run(*evaluate);
  InstanceContext instance_context(scheduled, pipeline, instance, attempt, &source, in_run.value_or(EvaluateOptions()));
  if (run.node) instance_context.set_guarded(*run.node);
  std::vector<FieldValue> fields;
  for (const PipelineDefinition::FieldInfo& info : scheduled.definition().fields(component->object, true)) {
    if (info.name == "id" || info.name == "name" || info.name == "parent" || info.name == "@pipelineId") continue;
    instance_context.evaluate([&] {
      add_field(scheduled, info, instance_context.context(component->object), in_run ? &*in_run : nullptr, fields);
      return true;
    });
  }
  refer_to_instances(scheduled, pipeline, instance, source, fields);
  if (attempt == nullptr) add_back_references(scheduled, instance, fields);
  result.fields.insert(result.fields.end(), fields.begin(), fields.end());
  result.fields.push_back({"parent", instance.component, true});
  return result;
}

std::optional<ObjectId> node_of(Session& session, const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                                const InstanceRow& instance) {
  if (instance.node.empty()) return std::nullopt;
  std::optional<InstanceRow> node = find_instance(session, pipeline.id, instance.node);
  const Component* component = node ? scheduled.find(node->component) : nullptr;
  return component == nullptr ? std::nullopt : std::optional(component->object);
}

std::size_t offset_of(std::string_view marker) {
  std::size_t offset = 0;
  for (char c : marker) {
    if (c < '0' || c > '9' || offset > 100'000'000)
      throw ServiceError{ErrorType::invalid_request, "the marker is not one that this operation gave"};
    offset = offset * 10 + static_cast<std::size_t>(c - '0');
  }
  return offset;
}

}  // namespace

std::vector<Described> describe_components(Session& session, const ScheduledDefinition& scheduled,
                                           const PipelineRow& pipeline) {
  ComponentStates states = component_states(session, pipeline);
  std::vector<Described> result;
  for (const Component& component : scheduled.components())
    result.push_back(describe_component(scheduled, pipeline, component, states, nullptr));
  return result;
}

void Operations::describe_objects(Service& service, const Exchange& exchange, Writer& out) {
  const Json& ids = exchange.input["objectIds"];
  const Json* flag = member_of(exchange.input, "evaluateExpressions");
  bool evaluate = flag != nullptr && flag->GetBool();
  const std::string_view marker = text_of(exchange.input, "marker");
  std::size_t first = offset_of(marker);
  if (!marker.empty() && first >= ids.Size())
    throw ServiceError{ErrorType::invalid_request, "the marker is not one that this operation gave"};
  std::size_t last = std::min<std::size_t>(ids.Size(), first + kDescribePage);
  // Rows are read first and evaluated then, when the store is free for others again.
  std::optional<PipelineRow> pipeline;
  ComponentStates states;
  std::vector<FoundRun> found;
  service.store_.read([&](Session& session) {
    found.clear();
    pipeline = require_pipeline(session, text_of(exchange.input, "pipelineId"));
    states = component_states(session, *pipeline);
    std::shared_ptr<const ScheduledDefinition> latest =
        pipeline->version == 0 ? nullptr : service.scheduled_definition(session, pipeline->id, pipeline->version);
    for (std::size_t i = first; i < last; ++i) {
      std::string_view id = text_of(ids[static_cast<rapidjson::SizeType>(i)]);
      FoundRun& run = found.emplace_back();
      if (const Component* component = latest ? latest->find(id) : nullptr) {
        run.scheduled = latest;
        run.component = component;
        continue;
      }
      run.attempt = find_attempt(session, pipeline->id, id);
      run.instance = find_instance(session, pipeline->id, run.attempt ? run.attempt->instance : id);
      if (!run.instance)
        throw ServiceError{ErrorType::invalid_request, fmt::format("pipeline {} has no object '{}'", pipeline->id, id)};
      run.scheduled = service.scheduled_definition(
          session, pipeline->id, definition_version(*run.instance, run.attempt ? &*run.attempt : nullptr));
      run.node = node_of(session, *run.scheduled, *pipeline, *run.instance);
    }
  });
  EvaluateOptions options = service.evaluation();
  const EvaluateOptions* evaluation = evaluate ? &options : nullptr;
  StoredInstances instances(service.store_, pipeline->id);
  std::vector<Described> objects;
  for (const FoundRun& item : found) {
    objects.push_back(item.component != nullptr
                          ? describe_component(*item.scheduled, *pipeline, *item.component, states, evaluation)
                          : describe_run(item, *pipeline, instances, evaluation));
  }
  out.Key("pipelineObjects");
  out.StartArray();
  for (const Described& object : objects) write_object(object, out);
  out.EndArray();
  if (last < ids.Size()) write_text(out, "marker", std::to_string(last));
  write_flag(out, "hasMoreResults", last < ids.Size());
}

void Operations::set_status(Service& service, const Exchange& exchange, Writer& /*out*/) {
  const std::string status = base::uppercase(text_of(exchange.input, "status"));
  bool for_components = status == "PAUSE" || status == "RESUME";
  if (!for_components && status != "TRY_CANCEL" && status != "RERUN" && status != "MARK_FINISHED") {
    throw ServiceError{
        ErrorType::invalid_request,
        fmt::format("expected status PAUSE, RESUME, TRY_CANCEL, RERUN or MARK_FINISHED, found '{}'", status)};
  }
  const Json& ids = exchange.input["objectIds"];
  service.change(
      text_of(exchange.input, "pipelineId"), [&](Session& session, PipelineRow& row, InstanceLifecycle& runs) {
        if (row.state == "FINISHED" && status != "RERUN") {
          throw ServiceError{ErrorType::invalid_request, fmt::format("pipeline {} has FINISHED", row.id)};
        }
        for (const Json& value : ids.GetArray()) {
          std::string id(text_of(value));
          if (for_components) {
            std::shared_ptr<const ScheduledDefinition> scheduled =
                row.version == 0 ? nullptr : service.scheduled_definition(session, row.id, row.version);
            if (scheduled == nullptr || scheduled->find(id) == nullptr) {
              throw ServiceError{
                  ErrorType::invalid_request,
                  fmt::format("{} is for components, and pipeline {} has no component '{}'", status, row.id, id)};
            }
            status == "PAUSE" ? runs.pause(id) : runs.resume(id);
            continue;
          }
          if (!find_instance(session, row.id, id)) {
            throw ServiceError{
                ErrorType::invalid_request,
                fmt::format("{} is for instances, and pipeline {} has no instance '{}'", status, row.id, id)};
          }
          if (status == "TRY_CANCEL") runs.cancel(id, "canceled by SetStatus");
          if (status == "MARK_FINISHED") runs.mark_finished(id);
          if (status == "RERUN") {
            runs.rerun(id);
            if (row.state == "FINISHED") row.state = "SCHEDULED";
          }
        }
      });
}

}  // namespace pipexpr::service
