// Plan: a definition as the scheduler sees it: what runs, when, after what, and what to tell whom.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "clock.h"

namespace pipexpr::service {

enum class Role : std::uint8_t { activity, data_node, precondition, other };
enum class Mode : std::uint8_t { timeseries, cron, ondemand };

std::string_view role_name(Role role);
std::string_view mode_name(Mode mode);
Role role_of(std::string_view type);

// An interval of a schedule: [start, end).
struct Interval {
  Millis start;
  Millis end;
};

struct Schedule {
  std::string id;
  bool valid = false;            // has a period and a start that could be read
  bool from_activation = false;  // startAt FIRST_ACTIVATION_DATE_TIME
  DateTime start;
  std::optional<Millis> end;
  std::int64_t occurrences = std::numeric_limits<std::int64_t>::max();
  Period period;

  // The interval of that number, or nothing when the schedule is over by then.
  std::optional<Interval> interval(std::int64_t index, std::optional<Millis> first_activated) const;
  // Number of the first interval that begins at or after `time`.
  std::int64_t first_from(Millis time, std::optional<Millis> first_activated) const;
};

struct Component {
  ObjectId object = kNoObject;
  std::string id;
  Role role = Role::other;
  Mode mode = Mode::timeseries;
  std::size_t schedule = kNone;             // in Plan::schedules
  std::vector<std::size_t> waits_for = {};  // in Plan::components: dependencies, inputs, producers
  std::vector<std::size_t> preconditions = {};
  std::size_t guarded = kNone;  // of a precondition: the one component that it guards, if it is one

  static constexpr std::size_t kNone = ~std::size_t{0};
};

class Plan {
 public:
  // Loads what PutPipelineDefinition was given. The definition owns all text that views refer to.
  static Result<std::shared_ptr<const Plan>> load(const std::string& json, const std::string& pipeline_id);

  const PipelineDefinition& definition() const { return *definition_; }
  const std::vector<Component>& components() const { return components_; }
  const std::vector<Schedule>& schedules() const { return schedules_; }
  const Component* find(std::string_view id) const;

  // The field's text, evaluated; nothing when it has none or it cannot be evaluated.
  std::optional<std::string> text(ObjectId object, std::string_view field, const Run* run = nullptr) const;
  std::optional<std::int64_t> number(ObjectId object, std::string_view field, const Run* run = nullptr) const;
  // A field such as retryDelay, `15 Minutes`.
  std::optional<Millis> duration(ObjectId object, std::string_view field, const Run* run = nullptr) const;
  // The objects that a reference field names.
  std::vector<ObjectId> references(ObjectId object, std::string_view field) const;

 private:
  void add_schedules();
  void add_components();
  void connect();

  std::shared_ptr<const PipelineDefinition> definition_;
  std::vector<Component> components_;
  std::vector<Schedule> schedules_;
};

// The text that the service writes for a time: 2012-12-12T00:00:00.
std::string time_text(Millis time);

// One value of a field, evaluated: a text or a reference to an object.
struct FieldValue {
  std::string name;
  std::string text;
  bool is_reference = false;
};

// A field's values as the context gives them; a list becomes several. Diagnostics when one cannot be
// evaluated.
Result<std::vector<FieldValue>> evaluate_field(const PipelineDefinition& graph,
                                               const PipelineDefinition::FieldInfo& field, const Context& context,
                                               const EvaluateOptions& options);
// The same without evaluating: as it was put.
std::vector<FieldValue> written_field(const PipelineDefinition& graph, const PipelineDefinition::FieldInfo& field);

// A diagnostic as one line: its code, its message and the way to it.
std::string describe(const Diagnostics& diagnostics);

}  // namespace pipexpr::service
