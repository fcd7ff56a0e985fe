// Schedules whose fields are fine one by one and do not go together.
#include <pipexpr/datetime.h>
#include <pipexpr/schedule.h>

#include "checker/checks.h"
#include "checker/value_rules.h"

namespace pipexpr::checker {
namespace {

constexpr DateTime kActivation = {};  // any will do

// Whether the field is missing, or has a value that other rules have nothing to say about.
bool is_fine(const Stage& stage, ObjectId object, std::string_view name, SlotType slot) {
  const auto info = stage.graph.find_field(object, name);
  if (!info || info->field.count == 0) return true;
  const auto value = evaluate_field(stage.evaluator, stage.graph, object, *info);
  return value && value->text().find("${") == std::string::npos && type_mismatch(slot, value->text()).empty() &&
         wrong_word(name, value->text()).empty();
}

bool has_one(const PipelineDefinition& graph, ObjectId object, std::string_view name, std::string_view other) {
  Field field;
  return graph.field(object, {name}, field) || graph.field(object, {other}, field);
}

}  // namespace

void check_schedules(Stage& stage) {
  const PipelineDefinition& graph = stage.graph;
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    const ObjectId object = graph.object(i);
    if (graph.type(object) != "Schedule" || stage.scope.is_parent(object)) continue;
    const bool fine = is_fine(stage, object, "period", SlotType::period) &&
                      is_fine(stage, object, "startDateTime", SlotType::datetime) &&
                      is_fine(stage, object, "endDateTime", SlotType::datetime) &&
                      is_fine(stage, object, "occurrences", SlotType::integer) &&
                      is_fine(stage, object, "startAt", SlotType::string);
    if (!fine || !has_one(graph, object, "period", "period") || !has_one(graph, object, "startDateTime", "startAt")) {
      continue;
    }
    const auto schedule = Schedule::read(graph, object, {kActivation, stage.options.evaluate});
    if (schedule) continue;
    const Diagnostic& why = schedule.error().front();
    if (why.span == graph.key_span(object, "period")) continue;  // its length is a limit of the service
    const std::string id(graph.id(object));
    std::string_view message = why.message;
    const std::string prefix = fmt::format("schedule '{}': ", base::excerpt(id));
    if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
    stage.report.add_span(Rule::schedule_fields, why.span, id, "", std::string(message));
  }
}

}  // namespace pipexpr::checker
