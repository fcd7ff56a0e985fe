// Makes the runtime fields of an instance from its row.
#include "service/scheduler/instance_context.h"

#include <algorithm>

#include <fmt/format.h>

#include "adapter/json_view.h"
#include "service/protocol.h"

namespace pipexpr::service {
namespace {

// What the runner told with its last report, except names that are the service's own.
void add_reported(const std::string& reported, std::vector<FieldValue>& out) {
  if (reported.empty()) return;
  rapidjson::Document fields;
  fields.Parse<rapidjson::kParseIterativeFlag>(reported.data(), reported.size());
  if (fields.HasParseError() || !fields.IsArray()) return;
  for (const Json& field : std::as_const(fields).GetArray()) {
    std::string name(text_of(field, "key"));
    bool is_known = std::any_of(out.begin(), out.end(), [&](const FieldValue& value) { return value.name == name; });
    if (name.empty() || name.front() == '@' || is_known) continue;
    const Json* target = member_of(field, "refValue");
    out.push_back(
        {name, std::string(target != nullptr ? text_of(*target) : text_of(field, "stringValue")), target != nullptr});
  }
}

}  // namespace

std::string run_name(const ScheduledDefinition& scheduled, const InstanceRow& instance, const AttemptRow* attempt) {
  const Component* component = scheduled.find(instance.component);
  std::string name = component == nullptr ? instance.id
                                          : instance_id(scheduled.definition().name(component->object),
                                                        DateTime{instance.scheduled_start});
  return attempt == nullptr ? name : attempt_id(name, attempt->number);
}

std::vector<FieldValue> runtime_fields(const PipelineRow& pipeline, const InstanceRow& instance,
                                       const AttemptRow* attempt) {
  std::vector<FieldValue> result;
  auto text = [&](const char* name, std::string value) {
    if (!value.empty()) result.push_back({name, std::move(value), false});
  };
  auto reference = [&](const char* name, std::string value) {
    if (!value.empty()) result.push_back({name, std::move(value), true});
  };
  auto time = [&](const char* name, const std::optional<Millis>& value) {
    if (value) result.push_back({name, time_text(*value), false});
  };
  text("@sphere", attempt != nullptr ? "ATTEMPT" : "INSTANCE");
  text("@pipelineId", pipeline.id);
  text("@version", std::to_string(instance.activation));
  text("@status", attempt != nullptr ? attempt->status : instance.status);
  reference("@componentParent", instance.component);
  if (attempt != nullptr) reference("@instanceParent", instance.id);
  time("@scheduledStartTime", instance.scheduled_start);
  if (instance.has_end) time("@scheduledEndTime", instance.scheduled_end);
  time("@actualStartTime", attempt != nullptr ? attempt->actual_start : instance.actual_start);
  time("@actualEndTime", attempt != nullptr ? attempt->actual_end : instance.actual_end);
  if (attempt == nullptr) {
    time("@finishedTime", instance.actual_end);
    if (instance.attempts > 0) reference("@headAttempt", attempt_id(instance.id, instance.attempts));
    if (instance.role != "data_node" && instance.role != "resource") {
      text("@attemptCount", std::to_string(instance.attempts));
      text("@triesLeft", std::to_string(std::max<std::int64_t>(0, instance.max_retries - instance.tries)));
    }
    reference("@resource", instance.resource);
    reference("@waitingOn", instance.waiting_on);
    reference("@cascadeFailedOn", instance.cascade_failed_on);
    text("cancellationReason", instance.cancellation_reason);
    text("errorId", instance.error_id);
    text("errorMessage", instance.error_message);
    text("errorStackTrace", instance.error_stack);
  } else {
    text("hostname", attempt->hostname);
    time("reportProgressTime", attempt->report_time);
    text("errorId", attempt->error_id);
    text("errorMessage", attempt->error_message);
    text("errorStackTrace", attempt->error_stack);
    add_reported(attempt->reported, result);
  }
  reference("node", instance.node);
  return result;
}

InstanceContext::InstanceContext(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                                 const InstanceRow& instance, const AttemptRow* attempt) {
  values_ = runtime_fields(pipeline, instance, attempt);
  run_ = run_of(instance);
  run_.attempt = attempt == nullptr ? 0 : static_cast<std::uint32_t>(attempt->number);
  items_.reserve(values_.size());
  for (const FieldValue& value : values_) {
    // The engine knows these by itself: ids, times and links of the run.
    if (value.name == "@scheduledStartTime" || value.name == "@scheduledEndTime" || value.name == "@pipelineId" ||
        value.name == "@componentParent" || value.name == "@instanceParent" || value.name == "node") {
      continue;
    }
    bool is_time = value.name.ends_with("Time");
    Result<DateTime> time = is_time ? parse_datetime(value.text) : Result<DateTime>(Diagnostics(1));
    std::optional<ObjectId> target = value.is_reference ? scheduled.definition().find(value.text) : std::nullopt;
    if (value.is_reference && !target) {
      items_.push_back(FieldItem::of_value(ValueView(std::string_view(value.text))));
    } else {
      items_.push_back(FieldItem::of_value(time     ? ValueView(*time)
                                           : target ? ValueView(*target)
                                                    : ValueView(std::string_view(value.text))));
    }
    SlotType type = time ? SlotType::datetime : target ? SlotType::reference : SlotType::string;
    run_fields_.push_back(Binding{value.name, Field{&items_.back(), 1, type}});
  }
  run_.fields = run_fields_;
}

void InstanceContext::set_node(ObjectId node) {
  node_item_ = FieldItem::of_value(ValueView(node, Sphere::instance));
  own_fields_.push_back(Binding{"node", Field{&node_item_, 1, SlotType::reference}});
}

Context InstanceContext::context(ObjectId object) const {
  return {.object = object, .run = run_, .fields = own_fields_};
}

}  // namespace pipexpr::service
