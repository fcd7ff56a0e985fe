// Sorts the checker's findings into errors and warnings of objects.
#include "service/operations/validation.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <pipexpr/check.h>

#include "adapter/json_view.h"
#include "base/utf8.h"
#include "service/protocol.h"
#include "service/scheduler/instance_settings.h"

namespace pipexpr::service {
namespace {

// Date-time fields of a Schedule must be literal: the one validation text of the service that is documented.
constexpr std::string_view kDateFields[] = {"startDateTime", "endDateTime"};

// Findings without an object are reported on Default.
constexpr std::string_view kWhole = "Default";

constexpr std::size_t kMaxNamed = 80;  // of an id, in a message

bool is_date_field(std::string_view name) {
  return std::find(std::begin(kDateFields), std::end(kDateFields), name) != std::end(kDateFields);
}

// References that were given as texts: the two of which the service's own words are known.
struct ReferenceSlot {
  std::string_view field;
  std::string_view type;
};
constexpr ReferenceSlot kReferenceSlots[] = {{"parent", "Default"}, {"schedule", "Schedule"}};

class Checker {
 public:
  Checker(const ScheduledDefinition& scheduled, const std::string& body)
      : scheduled_(scheduled), graph_(scheduled.definition()), body_(body) {}

  ValidationIssues run() {
    add_findings();
    check_references();
    for (const Component& component : scheduled_.components()) {
      object_ = component.object;
      if (graph_.type(object_) == "Schedule") check_schedule();
      check_instance_names(component);
      check_limit(component);
      check_preconditions(component);
      check_guarded_data(component);
      check_settings();
      bool never_runs = component.schedule == Component::kNone && component.mode != ScheduleType::ondemand;
      if (component.role == Role::activity && never_runs) {
        add(issues_.warnings, "without a 'schedule' this activity never runs");
      }
    }
    group(issues_.errors);
    group(issues_.warnings);
    return std::move(issues_);
  }

 private:
  void add_findings() {
    CheckOptions options;
    // How many objects there may be is an option here, and was looked at by now.
    options.ignore = {Rule::too_many_objects};
    for (const Finding& finding : check(graph_, options)) {
      std::optional<ObjectId> object = graph_.find(finding.object);
      bool is_date = object && graph_.type(*object) == "Schedule" && is_date_field(finding.field);
      if (is_date && finding.rule == Rule::field_value) continue;  // said below, in the service's words
      // Without a code before it, as in the service's answers.
      std::string text = finding.object.empty() || finding.field.empty()
                             ? finding.message
                             : fmt::format("'{}': {}", finding.field, finding.message);
      const std::string& owner = finding.object.empty() ? finding.field : finding.object;
      // A value may still come with the activation, which asks for it.
      bool is_error = finding.severity == Severity::error && finding.rule != Rule::parameter_without_value;
      auto& list = is_error ? issues_.errors : issues_.warnings;
      list.push_back({owner.empty() ? std::string(kWhole) : owner, std::move(text)});
    }
  }

  void check_references() {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(body_.data(), body_.size());
    for (const Json& object : std::as_const(document)["pipelineObjects"].GetArray()) {
      for (const Json& field : object["fields"].GetArray()) {
        for (const ReferenceSlot& slot : kReferenceSlots) {
          if (text_of(field, "key") != slot.field || member_of(field, "stringValue") == nullptr) continue;
          std::string text =
              fmt::format("'{}' values must be of type '{}'. Found values of type 'String'", slot.field, slot.type);
          std::string id(text_of(object, "id"));
          // The checker knows more of the same, in its own words.
          std::erase_if(issues_.errors, [&](const ValidationIssue& known) {
            return known.object == id && known.text.starts_with(fmt::format("'{}': ", slot.field));
          });
          issues_.errors.push_back({id, std::move(text)});
        }
      }
    }
  }

  // Two instances of one id would be one.
  void check_instance_names(const Component& component) {
    for (std::size_t guard : component.preconditions) {
      const Component& precondition = scheduled_.components()[guard];
      const std::string name = scheduled_.instance_name(precondition, component);
      const Component* other = scheduled_.find(name);
      if (other == nullptr || other == &precondition || other->role == Role::other) continue;
      add(issues_.errors,
          fmt::format("its instances would have the ids of those of '{}', the precondition of '{}' and "
                      "others: give one of the objects another id",
                      precondition.id, component.id),
          other->object);
    }
  }

  void check_limit(const Component& component) {
    const std::optional<std::int64_t> limit = scheduled_.number(object_, "maxActiveInstances");
    if (component.role != Role::activity || component.mode != ScheduleType::ondemand) return;
    if (!limit || *limit <= kMaxOnDemandInstances) return;
    add(issues_.warnings,
        fmt::format("'maxActiveInstances': a pipeline on demand has at most {} runs at a time", kMaxOnDemandInstances));
  }

  void check_preconditions(const Component& component) {
    if (component.role != Role::precondition && component.role != Role::resource) return;
    for (ObjectId target : scheduled_.references(object_, "precondition")) {
      add(issues_.warnings, fmt::format("'precondition': '{}' is never asked: only activities and data nodes wait for "
                                        "their preconditions here",
                                        base::cut_utf8(graph_.id(target), kMaxNamed)));
    }
  }

  // What says how runs are handled is read when they are made. The checker does not tell these fields from the others.
  void check_settings() {
    constexpr std::string_view kPeriods[] = {"retryDelay", "reportProgressTimeout", "attemptTimeout",
                                             "lateAfterTimeout", "preconditionTimeout"};
    constexpr std::string_view kOthers[] = {"workerGroup", "maximumRetries", "maxActiveInstances",
                                            "failureAndRerunMode"};
    const Run any{.scheduled_start = {0}, .scheduled_end = DateTime{0}};
    for (const PipelineDefinition::FieldInfo& info : graph_.fields(object_, false)) {
      const bool is_period = std::find(std::begin(kPeriods), std::end(kPeriods), info.name) != std::end(kPeriods);
      if (!is_period && std::find(std::begin(kOthers), std::end(kOthers), info.name) == std::end(kOthers)) continue;
      if (info.field.count == 0 || info.field.items[0].form == FieldItem::Form::literal) continue;
      std::optional<Run> run;
      if (info.name != "maxActiveInstances") run = any;
      const auto values = evaluate_field(graph_, info, {.object = object_, .run = run}, small_budget());
      if (!values && values.error().front().code == DiagnosticCode::runtime_field_unset) {
        const bool is_group = info.name == "workerGroup";
        add(is_group ? issues_.errors : issues_.warnings,
            fmt::format("'{}': '{}' has no value when a run is made, and {}", info.name,
                        base::cut_utf8(values.error().front().arguments.front(), kMaxNamed),
                        is_group ? "no group would be offered its tasks" : "the field counts as not given"));
      } else if (values && is_period && !values->empty() && !parse_period(values->front().text)) {
        add(issues_.warnings,
            fmt::format("'{}': the value is no period such as '15 minutes', and the field counts as not given",
                        info.name));
      }
    }
  }

  void check_guarded_data(const Component& component) {
    if (component.role != Role::data_node) return;
    const Run any{.scheduled_start = {0}, .scheduled_end = DateTime{0}};
    for (std::size_t guard : component.preconditions) {
      const Component& precondition = scheduled_.components()[guard];
      if (!group_of_run(scheduled_, precondition, &component, any, "").name.empty()) continue;
      add(issues_.warnings,
          fmt::format("'precondition': '{}' is never asked, and this data node waits for it without end: no activity "
                      "with 'runsOn' or 'workerGroup' reads or writes it; give '{}' a 'workerGroup'",
                      base::cut_utf8(precondition.id, kMaxNamed), base::cut_utf8(precondition.id, kMaxNamed)));
    }
  }

  void check_schedule() {
    for (std::string_view name : kDateFields) {
      std::optional<std::string> text = scheduled_.text(object_, name);
      if (has(name) && (!text || !parse_datetime(*text))) {
        add(issues_.errors, fmt::format("INVALID_FIELD_VALUE: '{}' value must be a literal datetime value.", name));
      }
    }
    // The checker is silent about what is an expression; here it has a value, or the schedule never comes.
    bool is_known = std::any_of(issues_.errors.begin(), issues_.errors.end(),
                                [&](const ValidationIssue& known) { return known.object == graph_.id(object_); });
    Result<Schedule> schedule = Schedule::read(graph_, object_, {.activation = DateTime{}});
    if (!schedule && !is_known) add(issues_.errors, schedule.error().front().message);
  }

  void add(std::vector<ValidationIssue>& list, std::string text) { add(list, std::move(text), object_); }
  void add(std::vector<ValidationIssue>& list, std::string text, ObjectId object) {
    list.push_back({std::string(graph_.id(object)), std::move(text)});
  }

  bool has(std::string_view field) const {
    Field found;
    return graph_.field(object_, {field, graph_.key(field)}, found);
  }

  // Objects in their order, then parameters.
  void group(std::vector<ValidationIssue>& list) const {
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) places.emplace(graph_.id(graph_.object(i)), i);
    for (const ValidationIssue& issue : list) places.emplace(issue.object, places.size());
    std::stable_sort(list.begin(), list.end(), [&](const ValidationIssue& a, const ValidationIssue& b) {
      return places.at(a.object) < places.at(b.object);
    });
  }

  const ScheduledDefinition& scheduled_;
  const PipelineDefinition& graph_;
  const std::string& body_;
  ObjectId object_ = kNoObject;
  ValidationIssues issues_;
};

}  // namespace

ValidationIssues check_definition(const ScheduledDefinition& scheduled, const std::string& body) {
  return Checker(scheduled, body).run();
}

}  // namespace pipexpr::service
