#include "validation.h"

#include <fmt/format.h>

namespace pipexpr::service {
namespace {

// Date-time fields of a Schedule must be literal: the one validation text of the service that is documented.
constexpr std::string_view kDateFields[] = {"startDateTime", "endDateTime"};

class Checker {
 public:
  explicit Checker(const Plan& plan) : plan_(plan), graph_(plan.definition()) {}

  Findings run() {
    for (const Component& component : plan_.components()) {
      object_ = component.object;
      std::string_view type = graph_.type(object_);
      if (type.empty() && component.id != "Default" && !is_parent(object_)) {
        error("MISSING_FIELD: every object needs a 'type', except Default and those that are only parents");
      }
      for (const PipelineDefinition::FieldInfo& field : graph_.fields(object_)) check_field(field);
      if (type == "Schedule") check_schedule();
      if (component.role == Role::activity) check_activity(component);
    }
    return std::move(findings_);
  }

 private:
  void check_field(const PipelineDefinition::FieldInfo& field) {
    for (std::uint32_t i = 0; i < field.field.count; ++i) {
      const FieldItem& item = field.field.items[i];
      // The engine keeps a dangling reference as the text of the id.
      bool dangling = item.value.is(Kind::string) && item.form == FieldItem::Form::literal &&
                      field.field.type == SlotType::reference;
      if (dangling) {
        error(
            fmt::format("INVALID_REFERENCE: '{}' refers to '{}', which does not exist", field.name, item.value.text()));
        continue;
      }
      if (!item.value.is(Kind::string) || item.form == FieldItem::Form::literal ||
          field.field.type == SlotType::verbatim)
        continue;
      CompileOptions options;
      options.borrow_source = true;
      Result<Expression> compiled = Expression::compile(item.value.text(), options);
      if (!compiled) error(fmt::format("INVALID_EXPRESSION: '{}': {}", field.name, describe(compiled.error())));
    }
  }

  void check_schedule() {
    for (std::string_view name : kDateFields) {
      std::optional<std::string> text = plan_.text(object_, name);
      if (has(name) && (!text || !parse_datetime(*text))) {
        error(fmt::format("INVALID_FIELD_VALUE: '{}' value must be a literal datetime value.", name));
      }
    }
    std::optional<std::string> period = plan_.text(object_, "period");
    if (!period) {
      error("MISSING_FIELD: a Schedule needs a 'period'");
    } else if (!parse_period(*period)) {
      error("INVALID_FIELD_VALUE: 'period' value must be a period such as '1 hour'.");
    }
    if (!has("startDateTime") && !has("startAt")) {
      error("MISSING_FIELD: a Schedule needs a 'startDateTime' or a 'startAt'");
    }
    if (has("endDateTime") && has("occurrences")) {
      error("INVALID_FIELD_VALUE: a Schedule has either an 'endDateTime' or 'occurrences', not both");
    }
  }

  void check_activity(const Component& component) {
    if (!has("workerGroup") && !has("runsOn")) {
      error("MISSING_FIELD: an activity needs a 'workerGroup' or a 'runsOn'");
    }
    if (component.schedule == Component::kNone && component.mode != Mode::ondemand) {
      warning("NO_SCHEDULE: without a 'schedule' this activity never runs");
    }
  }

  bool has(std::string_view field) const {
    Field found;
    return graph_.field(object_, {field, graph_.key(field)}, found);
  }

  bool is_parent(ObjectId object) const {
    for (const auto& [referrer, field] : graph_.referrers(object)) {
      if (field == "parent") return true;
    }
    return false;
  }

  void error(std::string text) { findings_.errors.push_back({std::string(graph_.id(object_)), std::move(text)}); }
  void warning(std::string text) { findings_.warnings.push_back({std::string(graph_.id(object_)), std::move(text)}); }

  const Plan& plan_;
  const PipelineDefinition& graph_;
  ObjectId object_ = kNoObject;
  Findings findings_;
};

}  // namespace

Findings check_definition(const Plan& plan) { return Checker(plan).run(); }

}  // namespace pipexpr::service
