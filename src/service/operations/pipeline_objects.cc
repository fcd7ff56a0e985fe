// Operations on the objects of a pipeline, in all three spheres: components, instances and attempts.
#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "service/operations/operations.h"
#include "service/scheduler/instance_context.h"

namespace pipexpr::service {
namespace {

constexpr std::size_t kDescribePage = 100;  // the API's text says 25, its own command line sends 100
constexpr std::size_t kQueryPage = 100;
constexpr std::size_t kMaxSelectors = 10;

struct Described {
  std::string id;
  std::string name;
  std::vector<FieldValue> fields;
};

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
void add_field(const Plan& plan, const PipelineDefinition::FieldInfo& info, const Context& context,
               const EvaluateOptions* evaluate, std::vector<FieldValue>& out) {
  auto values = evaluate != nullptr ? evaluate_field(plan.definition(), info, context, *evaluate)
                                    : Result<std::vector<FieldValue>>(written_field(plan.definition(), info));
  if (!values && evaluate != nullptr && std::chrono::steady_clock::now() >= *evaluate->deadline) {
    throw Fault{FaultType::invalid_request,
                fmt::format("evaluating the objects takes too long (at field '{}'): ask for fewer of them, or without "
                            "evaluateExpressions",
                            info.name)};
  }
  if (!values) values = written_field(plan.definition(), info);
  for (FieldValue& value : *values) out.push_back(std::move(value));
}

Described describe_component(const Plan& plan, const PipelineRow& pipeline, const Component& component,
                             const EvaluateOptions* evaluate) {
  Described result{component.id, std::string(plan.definition().name(component.object)), {}};
  bool has_parent = false;
  for (const PipelineDefinition::FieldInfo& info : plan.definition().fields(component.object)) {
    if (info.name == "id" || info.name == "name" || info.name == "@pipelineId") continue;
    has_parent |= info.name == "parent";
    add_field(plan, info, {.object = component.object}, evaluate, result.fields);
  }
  result.fields.push_back({"@sphere", "COMPONENT", false});
  result.fields.push_back({"@version", std::to_string(pipeline.version), false});
  result.fields.push_back({"@pipelineId", pipeline.id, false});
  if (!has_parent && component.id != "Default" && plan.definition().find("Default")) {
    result.fields.push_back({"parent", "Default", true});
  }
  return result;
}

// Own, inherited and runtime fields, as PollForTask hands them out too.
Described describe_run(const Plan& plan, const PipelineRow& pipeline, const InstanceRow& instance,
                       const AttemptRow* attempt, std::optional<ObjectId> node, const EvaluateOptions* evaluate) {
  std::string id = attempt != nullptr ? attempt->id : instance.id;
  Described result{id, id, runtime_fields(pipeline, instance, attempt)};
  const Component* component = plan.find(instance.component);
  if (component == nullptr) return result;
  Occurrence occurrence(plan, pipeline, instance, attempt);
  if (node) occurrence.set_node(*node);
  for (const PipelineDefinition::FieldInfo& info : plan.definition().fields(component->object, true)) {
    if (info.name == "id" || info.name == "name" || info.name == "parent" || info.name == "@pipelineId") continue;
    add_field(plan, info, occurrence.context(component->object), evaluate, result.fields);
  }
  result.fields.push_back({"parent", instance.component, true});
  return result;
}

// What can be asked for without looking at the definition.
Described describe_row(const PipelineRow& pipeline, const InstanceRow& instance, const AttemptRow* attempt) {
  const std::string& id = attempt != nullptr ? attempt->id : instance.id;
  Described result{id, {}, runtime_fields(pipeline, instance, attempt)};
  result.fields.push_back({"name", id, false});
  result.fields.push_back({"parent", instance.component, true});
  return result;
}

std::optional<ObjectId> node_of(Session& session, const Plan& plan, const PipelineRow& pipeline,
                                const InstanceRow& instance) {
  if (instance.node.empty()) return std::nullopt;
  std::optional<InstanceRow> node = find_instance(session, pipeline.id, instance.node);
  const Component* component = node ? plan.find(node->component) : nullptr;
  return component == nullptr ? std::nullopt : std::optional(component->object);
}

// --- selectors
// -------------------------------------------------------------------------------------------------------

bool selects(const Json& selector, const Described& object) {
  std::string_view field = text_of(selector, "fieldName");
  const Json* op = member_of(selector, "operator");
  if (op == nullptr) return true;
  std::string_view type = text_of(*op, "type");
  const Json* values = member_of(*op, "values");
  auto value = [&](rapidjson::SizeType i) {
    return values != nullptr && i < values->Size() ? text_of((*values)[i]) : std::string_view{};
  };
  // A field without value fails its condition; one with several passes if any of them does. ISO times compare
  // as text.
  return std::any_of(object.fields.begin(), object.fields.end(), [&](const FieldValue& f) {
    if (f.name != field) return false;
    if (type == "EQ") return !f.is_reference && f.text == value(0);
    if (type == "REF_EQ") return f.is_reference && f.text == value(0);
    if (type == "LE") return f.text <= value(0);
    if (type == "GE") return f.text >= value(0);
    return f.text >= value(0) && f.text <= value(1);
  });
}

void check_query(const Json& query) {
  const Json* selectors = member_of(query, "selectors");
  if (selectors == nullptr) return;
  if (selectors->Size() > kMaxSelectors) {
    throw Fault{FaultType::invalid_request,
                fmt::format("expected at most {} selectors, found {}", kMaxSelectors, selectors->Size())};
  }
  for (const Json& selector : selectors->GetArray()) {
    const Json* op = member_of(selector, "operator");
    if (op == nullptr) continue;
    std::string_view type = text_of(*op, "type");
    const Json* values = member_of(*op, "values");
    std::size_t found = values == nullptr ? 0 : values->Size();
    std::size_t wanted = type == "BETWEEN" ? 2 : 1;
    if (found != wanted) {
      throw Fault{FaultType::invalid_request,
                  fmt::format("operator {} takes {} value{}, found {}", type, wanted, wanted == 1 ? "" : "s", found)};
    }
  }
}

std::size_t offset_of(std::string_view marker) {
  std::size_t offset = 0;
  for (char c : marker) {
    if (c < '0' || c > '9' || offset > 100'000'000)
      throw Fault{FaultType::invalid_request, "the marker is not one that this operation gave"};
    offset = offset * 10 + static_cast<std::size_t>(c - '0');
  }
  return offset;
}

}  // namespace

void Operations::describe_objects(Service& service, const Exchange& exchange, Writer& out) {
  const Json& ids = exchange.input["objectIds"];
  const Json* flag = member_of(exchange.input, "evaluateExpressions");
  bool evaluate = flag != nullptr && flag->GetBool();
  std::size_t first = offset_of(text_of(exchange.input, "marker"));
  std::size_t last = std::min<std::size_t>(ids.Size(), first + kDescribePage);
  // Rows are read first and evaluated then, when the store is free for others again.
  struct Found {
    std::shared_ptr<const Plan> plan;
    const Component* component = nullptr;
    std::optional<InstanceRow> instance;
    std::optional<AttemptRow> attempt;
    std::optional<ObjectId> node;
  };
  std::optional<PipelineRow> pipeline;
  std::vector<Found> found;
  service.store_.read([&](Session& session) {
    found.clear();
    pipeline = require_pipeline(session, text_of(exchange.input, "pipelineId"));
    std::shared_ptr<const Plan> latest =
        pipeline->version == 0 ? nullptr : service.plan(session, pipeline->id, pipeline->version);
    for (std::size_t i = first; i < last; ++i) {
      std::string_view id = text_of(ids[static_cast<rapidjson::SizeType>(i)]);
      if (const Component* component = latest ? latest->find(id) : nullptr) {
        found.push_back({latest, component, {}, {}, {}});
        continue;
      }
      Found run;
      run.attempt = find_attempt(session, pipeline->id, id);
      run.instance = find_instance(session, pipeline->id, run.attempt ? run.attempt->instance : id);
      if (!run.instance)
        throw Fault{FaultType::invalid_request, fmt::format("pipeline {} has no object '{}'", pipeline->id, id)};
      run.plan = service.plan(session, pipeline->id, run.instance->version);
      run.node = node_of(session, *run.plan, *pipeline, *run.instance);
      found.push_back(std::move(run));
    }
  });
  EvaluateOptions options = service.evaluation();
  const EvaluateOptions* evaluation = evaluate ? &options : nullptr;
  std::vector<Described> objects;
  for (const Found& item : found) {
    objects.push_back(item.component != nullptr
                          ? describe_component(*item.plan, *pipeline, *item.component, evaluation)
                          : describe_run(*item.plan, *pipeline, *item.instance, item.attempt ? &*item.attempt : nullptr,
                                         item.node, evaluation));
  }
  out.Key("pipelineObjects");
  out.StartArray();
  for (const Described& object : objects) write_object(object, out);
  out.EndArray();
  if (last < ids.Size()) write_text(out, "marker", std::to_string(last));
  write_flag(out, "hasMoreResults", last < ids.Size());
}

void Operations::query_objects(Service& service, const Exchange& exchange, Writer& out) {
  std::string_view sphere = text_of(exchange.input, "sphere");
  if (sphere != "COMPONENT" && sphere != "INSTANCE" && sphere != "ATTEMPT") {
    throw Fault{FaultType::invalid_request,
                fmt::format("expected sphere COMPONENT, INSTANCE or ATTEMPT, found '{}'", sphere)};
  }
  const Json* query = member_of(exchange.input, "query");
  if (query != nullptr) check_query(*query);
  const Json* limit_value = member_of(exchange.input, "limit");
  std::int64_t limit = limit_value == nullptr ? static_cast<std::int64_t>(kQueryPage) : limit_value->GetInt();
  if (limit < 1)
    throw Fault{FaultType::invalid_request, fmt::format("expected a limit of at least 1, found {}", limit)};
  std::size_t page = std::min<std::size_t>(static_cast<std::size_t>(limit), 1000);
  std::size_t first = offset_of(text_of(exchange.input, "marker"));

  const Json* selectors = query == nullptr ? nullptr : member_of(*query, "selectors");
  auto passes = [&](const Described& object) {
    if (selectors == nullptr) return true;
    return std::all_of(selectors->Begin(), selectors->End(),
                       [&](const Json& selector) { return selects(selector, object); });
  };
  std::vector<std::string> found;
  service.store_.read([&](Session& session) {
    found.clear();
    PipelineRow pipeline = require_pipeline(session, text_of(exchange.input, "pipelineId"));
    if (sphere == "COMPONENT") {
      if (pipeline.version == 0) return;
      std::shared_ptr<const Plan> plan = service.plan(session, pipeline.id, pipeline.version);
      for (const Component& component : plan->components()) {
        if (passes(describe_component(*plan, pipeline, component, nullptr))) found.push_back(component.id);
      }
      return;
    }
    std::map<std::string, InstanceRow> instances;
    for (InstanceRow& instance : all_instances(session, pipeline.id)) {
      if (sphere == "INSTANCE" && passes(describe_row(pipeline, instance, nullptr))) found.push_back(instance.id);
      if (sphere == "ATTEMPT") instances.emplace(instance.id, std::move(instance));
    }
    if (sphere == "INSTANCE") return;
    for (const AttemptRow& attempt : all_attempts(session, pipeline.id)) {
      auto instance = instances.find(attempt.instance);
      if (instance != instances.end() && passes(describe_row(pipeline, instance->second, &attempt)))
        found.push_back(attempt.id);
    }
  });
  std::size_t last = std::min(found.size(), first + page);
  out.Key("ids");
  out.StartArray();
  for (std::size_t i = first; i < last; ++i) write_text(out, found[i]);
  out.EndArray();
  if (last < found.size()) write_text(out, "marker", std::to_string(last));
  write_flag(out, "hasMoreResults", last < found.size());
}

void Operations::set_status(Service& service, const Exchange& exchange, Writer& /*out*/) {
  std::string status(text_of(exchange.input, "status"));
  std::transform(status.begin(), status.end(), status.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  bool for_components = status == "PAUSE" || status == "RESUME";
  if (!for_components && status != "TRY_CANCEL" && status != "RERUN" && status != "MARK_FINISHED") {
    throw Fault{FaultType::invalid_request,
                fmt::format("expected status PAUSE, RESUME, TRY_CANCEL, RERUN or MARK_FINISHED, found '{}'", status)};
  }
  const Json& ids = exchange.input["objectIds"];
  service.change(text_of(exchange.input, "pipelineId"), [&](Session& session, PipelineRow& row, Runs& runs) {
    if (row.state == "FINISHED" && status != "RERUN") {
      throw Fault{FaultType::invalid_request, fmt::format("pipeline {} has FINISHED", row.id)};
    }
    for (const Json& value : ids.GetArray()) {
      std::string id(text_of(value));
      if (for_components) {
        std::shared_ptr<const Plan> plan = row.version == 0 ? nullptr : service.plan(session, row.id, row.version);
        if (plan == nullptr || plan->find(id) == nullptr) {
          throw Fault{FaultType::invalid_request,
                      fmt::format("{} is for components, and pipeline {} has no component '{}'", status, row.id, id)};
        }
        status == "PAUSE" ? runs.pause(id) : runs.resume(id);
        continue;
      }
      if (!find_instance(session, row.id, id)) {
        throw Fault{FaultType::invalid_request,
                    fmt::format("{} is for instances, and pipeline {} has no instance '{}'", status, row.id, id)};
      }
      if (status == "TRY_CANCEL") runs.cancel(id, "canceled by SetStatus");
      if (status == "MARK_FINISHED") {
        runs.cancel(id, "");
        runs.complete(id);
      }
      if (status == "RERUN") {
        runs.rerun(id);
        if (row.state == "FINISHED") row.state = "SCHEDULED";
      }
    }
  });
}

}  // namespace pipexpr::service
