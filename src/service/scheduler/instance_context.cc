#include "service/scheduler/instance_context.h"

#include <fmt/format.h>

#include "base/runtime_fields.h"

namespace pipexpr::service {

namespace {

constexpr std::string_view kAttemptColumns =
    "id, instance, number, status, worker_group, hostname, actual_start, actual_end, report_time, error_id, "
    "error_message, error_stack";

AttemptRow attempt_of(const Row& row) {
  return {row.text(0),     row.text(1),     row.number(2),   row.text(3), row.text(4),  row.text(5),
          row.optional(6), row.optional(7), row.optional(8), row.text(9), row.text(10), row.text(11)};
}

}  // namespace

std::optional<AttemptRow> find_attempt(Session& session, std::string_view pipeline, std::string_view id) {
  static const std::string kSelect =
      fmt::format("SELECT {} FROM attempts WHERE pipeline = $1 AND id = $2", kAttemptColumns);
  Rows rows = session.query(kSelect, {pipeline, id});
  return rows.empty() ? std::nullopt : std::optional(attempt_of(rows.front()));
}

std::vector<AttemptRow> all_attempts(Session& session, std::string_view pipeline) {
  static const std::string kSelect =
      fmt::format("SELECT {} FROM attempts WHERE pipeline = $1 ORDER BY instance, number", kAttemptColumns);
  std::vector<AttemptRow> result;
  for (const Row& row : session.query(kSelect, {pipeline})) result.push_back(attempt_of(row));
  return result;
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
  text("@version", std::to_string(instance.version));
  text("@status", attempt != nullptr ? attempt->status : instance.status);
  reference("@componentParent", instance.component);
  if (attempt != nullptr) reference("@instanceParent", instance.id);
  time("@scheduledStartTime", instance.scheduled_start);
  time("@scheduledEndTime", instance.scheduled_end);
  time("@actualStartTime", attempt != nullptr ? attempt->actual_start : instance.actual_start);
  time("@actualEndTime", attempt != nullptr ? attempt->actual_end : instance.actual_end);
  if (attempt == nullptr) {
    time("@finishedTime", instance.actual_end);
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
  }
  reference("node", instance.node);
  return result;
}

Occurrence::Occurrence(const Plan& plan, const PipelineRow& pipeline, const InstanceRow& instance,
                       const AttemptRow* attempt) {
  values_ = runtime_fields(pipeline, instance, attempt);
  run_.scheduled_start = {instance.scheduled_start};
  if (instance.scheduled_end) run_.scheduled_end = DateTime{*instance.scheduled_end};
  run_.attempt = attempt == nullptr ? 0 : static_cast<std::uint32_t>(attempt->number);
  items_.reserve(values_.size());
  for (const FieldValue& value : values_) {
    // The engine knows these by itself: ids, times and links of the run.
    if (value.name == "@scheduledStartTime" || value.name == "@scheduledEndTime" || value.name == "@pipelineId" ||
        value.name == "@componentParent" || value.name == "@instanceParent" || value.name == "node") {
      continue;
    }
    const base::RuntimeField* const known = base::find_runtime_field(value.name);
    const bool is_time = known != nullptr && known->type == SlotType::datetime;
    Result<DateTime> time = is_time ? parse_datetime(value.text) : Result<DateTime>(Diagnostics(1));
    std::optional<ObjectId> target = value.is_reference ? plan.definition().find(value.text) : std::nullopt;
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

void Occurrence::set_node(ObjectId node) {
  node_item_ = FieldItem::of_value(ValueView(node, Sphere::instance));
  own_fields_.assign(1, Binding{"node", Field{&node_item_, 1, SlotType::reference}});
}

Context Occurrence::context(ObjectId object) const { return {.object = object, .run = run_, .fields = own_fields_}; }

}  // namespace pipexpr::service
