#include "service/operations/validation.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <pipexpr/check.h>

namespace pipexpr::service {
namespace {

// Date-time fields of a Schedule must be literal: the one validation text of the service that is documented.
constexpr std::string_view kDateFields[] = {"startDateTime", "endDateTime"};

// Whose id stands for what belongs to no object.
constexpr std::string_view kWhole = "Default";

bool is_date_field(std::string_view name) {
  return std::find(std::begin(kDateFields), std::end(kDateFields), name) != std::end(kDateFields);
}

// UNKNOWN_NAME, in the style of the service's own codes.
std::string code_of(Rule rule) {
  std::string result(rule_name(rule));
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

class Checker {
 public:
  explicit Checker(const Plan& plan) : plan_(plan), graph_(plan.definition()) {}

  Complaints run() {
    add_findings();
    for (const Component& component : plan_.components()) {
      object_ = component.object;
      if (graph_.type(object_) == "Schedule") check_schedule();
      bool never_runs = component.schedule == Component::kNone && component.mode != ScheduleType::ondemand;
      if (component.role == Role::activity && never_runs) {
        add(complaints_.warnings, "NO_SCHEDULE: without a 'schedule' this activity never runs");
      }
    }
    group(complaints_.errors);
    group(complaints_.warnings);
    return std::move(complaints_);
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
      std::string text = finding.object.empty() || finding.field.empty()
                             ? fmt::format("{}: {}", code_of(finding.rule), finding.message)
                             : fmt::format("{}: '{}': {}", code_of(finding.rule), finding.field, finding.message);
      const std::string& owner = finding.object.empty() ? finding.field : finding.object;
      auto& list = finding.severity == Severity::error ? complaints_.errors : complaints_.warnings;
      list.push_back({owner.empty() ? std::string(kWhole) : owner, std::move(text)});
    }
  }

  void check_schedule() {
    for (std::string_view name : kDateFields) {
      std::optional<std::string> text = plan_.text(object_, name);
      if (has(name) && (!text || !parse_datetime(*text))) {
        add(complaints_.errors, fmt::format("INVALID_FIELD_VALUE: '{}' value must be a literal datetime value.", name));
      }
    }
    // The checker is silent about what is an expression; here it has a value, or the schedule never comes.
    bool is_known = std::any_of(complaints_.errors.begin(), complaints_.errors.end(),
                                [&](const Complaint& known) { return known.object == graph_.id(object_); });
    Result<Schedule> schedule = Schedule::read(graph_, object_, {.activation = DateTime{}});
    if (!schedule && !is_known) add(complaints_.errors, "INVALID_SCHEDULE: " + schedule.error().front().message);
  }

  void add(std::vector<Complaint>& list, std::string text) {
    list.push_back({std::string(graph_.id(object_)), std::move(text)});
  }

  bool has(std::string_view field) const {
    Field found;
    return graph_.field(object_, {field, graph_.key(field)}, found);
  }

  // Objects in their order, then parameters.
  void group(std::vector<Complaint>& list) const {
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) places.emplace(graph_.id(graph_.object(i)), i);
    for (const Complaint& complaint : list) places.emplace(complaint.object, places.size());
    std::stable_sort(list.begin(), list.end(),
                     [&](const Complaint& a, const Complaint& b) { return places.at(a.object) < places.at(b.object); });
  }

  const Plan& plan_;
  const PipelineDefinition& graph_;
  ObjectId object_ = kNoObject;
  Complaints complaints_;
};

}  // namespace

Complaints check_definition(const Plan& plan) { return Checker(plan).run(); }

}  // namespace pipexpr::service
