// Makes the runtime fields of an instance or attempt from its row.
#include "service/scheduler/runtime_values.h"

#include <algorithm>
#include <set>

#include "adapter/json_view.h"
#include "base/runtime_fields.h"
#include "service/protocol.h"

namespace pipexpr::service {
namespace {

// What stays of earlier reports, beside the last one.
constexpr std::size_t kEarlierBytes = std::size_t{64} << 10;

rapidjson::Document read_report(const std::string& reported) {
  rapidjson::Document fields;
  fields.Parse<rapidjson::kParseIterativeFlag>(reported.data(), reported.size());
  if (fields.HasParseError() || !fields.IsArray()) fields.SetArray();
  return fields;
}

// A field that the object has in its definition, of which it has but one, or that an attempt's end gives: a report of
// what happens meanwhile neither replaces it nor makes a run that has finished look like one that failed.
bool is_defined(const ScheduledDefinition& scheduled, const Component* component, std::string_view name) {
  constexpr std::string_view kOnly[] = {
      "id", "name", "type", "parent", "node", "errorId", "errorMessage", "errorStackTrace", "cancellationReason"};
  if (std::find(std::begin(kOnly), std::end(kOnly), name) != std::end(kOnly)) return true;
  return component != nullptr && scheduled.definition().find_field(component->object, name).has_value();
}

// What the runner told, except names that are the service's own, and those of the definition. Of an instance only what
// is documented of it.
void add_reported(const ScheduledDefinition& scheduled, const Component* component, const std::string& reported,
                  bool is_attempt, std::vector<FieldValue>& out) {
  if (reported.empty()) return;
  const rapidjson::Document fields = read_report(reported);
  const std::size_t known = out.size();
  for (const Json& field : fields.GetArray()) {
    std::string name(text_of(field, "key"));
    bool is_known = std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(known),
                                [&](const FieldValue& value) { return value.name == name; });
    if (name.empty() || name.front() == '@' || is_known || is_defined(scheduled, component, name)) continue;
    if (!is_attempt && base::find_runtime_field(name) == nullptr) continue;
    const Json* target = member_of(field, "refValue");
    out.push_back(
        {name, std::string(target != nullptr ? text_of(*target) : text_of(field, "stringValue")), target != nullptr});
  }
}

}  // namespace

std::string merged_report(const std::string& earlier, const Json* latest) {
  if (latest == nullptr || latest->Empty()) return earlier;
  std::set<std::string_view> told;
  for (const Json& field : latest->GetArray()) told.insert(text_of(field, "key"));
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  const rapidjson::Document before = read_report(earlier);
  std::size_t kept = 0;
  for (const Json& field : before.GetArray()) {
    if (told.count(text_of(field, "key")) != 0) continue;
    const std::string text = dump(field);
    if (kept + text.size() > kEarlierBytes) continue;
    kept += text.size();
    writer.RawValue(text.data(), text.size(), rapidjson::kObjectType);
  }
  for (const Json& field : latest->GetArray()) field.Accept(writer);
  writer.EndArray();
  return {buffer.GetString(), buffer.GetSize()};
}

std::vector<std::string> reported_secrets(const std::string& reported) {
  std::vector<std::string> result;
  if (reported.empty()) return result;
  const rapidjson::Document fields = read_report(reported);
  for (const Json& field : fields.GetArray()) {
    if (text_of(field, "key").starts_with('*')) result.emplace_back(text_of(field, "stringValue"));
  }
  return result;
}

std::string run_name(const ScheduledDefinition& scheduled, const InstanceRow& instance, const AttemptRow* attempt) {
  const Component* component = scheduled.find(instance.component);
  std::string name = component == nullptr ? instance.id
                                          : instance_id(scheduled.definition().name(component->object),
                                                        DateTime{instance.scheduled_start});
  return attempt == nullptr ? name : attempt_id(name, attempt->number);
}

std::vector<FieldValue> runtime_fields(const ScheduledDefinition* scheduled, const PipelineRow& pipeline,
                                       const InstanceRow& instance, const AttemptRow* attempt) {
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
  // Of two runs on demand that are activated within one second the second is scheduled a second later, and does not
  // begin before.
  const auto actual_time = [&](const char* name, const std::optional<Millis>& value) {
    if (value) time(name, std::max(*value, instance.scheduled_start));
  };
  const auto told_by_runner = [&](const auto& row) {
    text("hostname", row.hostname);
    time("reportProgressTime", row.report_time);
    text("errorId", row.error_id);
    text("errorMessage", row.error_message);
    text("errorStackTrace", row.error_stack);
    if (scheduled != nullptr)
      add_reported(*scheduled, scheduled->find(instance.component), row.reported, attempt != nullptr, result);
  };
  text("@sphere", attempt != nullptr ? "ATTEMPT" : "INSTANCE");
  text("@pipelineId", pipeline.id);
  text("@version", std::to_string(attempt != nullptr ? attempt->activation : instance.activation));
  text("@status", attempt != nullptr ? attempt->status : instance.status);
  reference("@componentParent", instance.component);
  if (attempt != nullptr) reference("@instanceParent", instance.id);
  time("@scheduledStartTime", instance.scheduled_start);
  if (instance.has_end) time("@scheduledEndTime", instance.scheduled_end);
  actual_time("@actualStartTime", attempt != nullptr ? attempt->actual_start : instance.actual_start);
  actual_time("@actualEndTime", attempt != nullptr ? attempt->actual_end : instance.actual_end);
  // An attempt shows how far its instance is, so that what its task is told need not go through `@instanceParent`.
  if (instance.attempts > 0) reference("@headAttempt", attempt_id(instance.id, instance.attempts));
  if (instance.role != "data_node" && instance.role != "resource") {
    text("@attemptCount", std::to_string(instance.attempts));
    text("@triesLeft", std::to_string(std::max<std::int64_t>(0, instance.max_retries - instance.tries)));
  }
  reference("@resource", instance.resource);
  if (attempt == nullptr) {
    actual_time("@finishedTime", instance.actual_end);
    for (const std::string& id : instance.waiting_on) reference("@waitingOn", id);
    reference("@cascadeFailedOn", instance.cascade_failed_on);
    text("cancellationReason", instance.cancellation_reason);
    told_by_runner(instance);
  } else {
    told_by_runner(*attempt);
  }
  reference("node", instance.node);
  return result;
}

namespace {

// The engine knows these by itself: ids, times and links of the run.
bool is_known_to_engine(std::string_view name) {
  constexpr std::string_view kKnown[] = {"@scheduledStartTime",
                                         "@scheduledEndTime",
                                         "@pipelineId",
                                         "@componentParent",
                                         "@instanceParent",
                                         "node",
                                         "id",
                                         "name",
                                         "parent"};
  return std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown);
}

}  // namespace

RuntimeValues::RuntimeValues(const PipelineDefinition& definition, std::vector<FieldValue> values)
    : values_(std::move(values)) {
  std::stable_sort(values_.begin(), values_.end(),
                   [](const FieldValue& a, const FieldValue& b) { return a.name < b.name; });
  items_.reserve(values_.size());
  for (const FieldValue& value : values_) {
    if (is_known_to_engine(value.name)) continue;
    const base::RuntimeField* const known = base::find_runtime_field(value.name);
    const SlotType type = value.is_reference ? SlotType::reference : known != nullptr ? known->type : SlotType::string;
    const Result<DateTime> time =
        type == SlotType::datetime ? parse_datetime(value.text) : Result<DateTime>(Diagnostics(1));
    const std::optional<ObjectId> target = value.is_reference ? definition.find(value.text) : std::nullopt;
    items_.push_back(FieldItem::of_value(time     ? ValueView(*time)
                                         : target ? ValueView(*target)
                                                  : ValueView(std::string_view(value.text))));
    if (!fields_.empty() && fields_.back().name == value.name) {
      ++fields_.back().field.count;
    } else {
      fields_.push_back(Binding{value.name, Field{&items_.back(), 1, type}});
    }
  }
}

const Field* RuntimeValues::find(std::string_view name) const {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const Binding& field) { return field.name == name; });
  return found == fields_.end() ? nullptr : &found->field;
}

}  // namespace pipexpr::service
