// InstanceRow, AttemptRow: what the store keeps of the runs of a component and of their attempts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/scheduler/clock.h"
#include "service/store/store_session.h"

namespace pipexpr::service {

// The store's `resumes` of a canceled instance that is not canceled for good.
inline constexpr std::int64_t kResumes = 1;  // a deactivation has stopped it: the next activation takes it up again
inline constexpr std::int64_t kSkipped = 2;  // that one began later: one that begins earlier takes it up

struct InstanceRow {
  std::string id;
  std::string component;
  std::string role;
  std::string node;             // of a precondition: the instance that it guards
  std::int64_t version = 0;     // of the definition that it runs by
  std::int64_t activation = 0;  // the pipeline's count when it got that definition
  std::string status;
  Millis scheduled_start = 0;
  Millis scheduled_end = 0;
  bool has_end = true;  // a run on demand has none
  std::optional<Millis> actual_start;
  std::optional<Millis> actual_end;
  std::string worker_group;
  std::string group_alias;  // the bare id of its resource, by which runners may also poll
  std::string resource;     // the resource's instance
  std::int64_t max_retries = 0;
  Millis retry_delay = 0;
  Millis report_timeout = 0;
  std::optional<Millis> attempt_timeout;
  std::optional<Millis> late_at;
  std::optional<Millis> give_up_after;  // preconditionTimeout
  std::optional<Millis> give_up_at;
  bool cascade = false;
  bool resumes = false;                 // canceled by a deactivation; the next activation takes it up again
  std::int64_t attempts = 0;            // numbers given so far
  std::int64_t tries = 0;               // attempts that count against max_retries
  std::vector<std::string> waiting_on;  // instances that have not finished; the store has an id a line
  std::string cascade_failed_on;
  std::string cancellation_reason;
  std::string error_id;
  std::string error_message;
  std::string error_stack;
  // What the runner that took the last attempt told.
  std::string hostname;
  std::optional<Millis> report_time;
  std::string reported;
};

// The columns of an attempt that its runtime fields are made of.
struct AttemptRow {
  std::string id;
  std::string instance;
  std::int64_t number = 0;
  std::int64_t version = 0;     // of the definition that it ran by, also when its instance has gone on with another
  std::int64_t activation = 0;  // the pipeline's count when it got that definition
  std::string status;
  std::string worker_group;
  std::string hostname;
  std::optional<Millis> actual_start;
  std::optional<Millis> actual_end;
  std::optional<Millis> report_time;
  std::string error_id;
  std::string error_message;
  std::string error_stack;
  std::string reported;  // JSON: the fields of ReportTaskProgress, each as it was reported last
};

inline constexpr std::size_t kInstanceColumnCount = 35;
inline constexpr std::size_t kAttemptColumnCount = 15;
// Columns of a SELECT, each with the table's name or alias before it.
std::string instance_columns(std::string_view table);
std::string attempt_columns(std::string_view table);
InstanceRow instance_of(const Row& row, std::size_t first_column = 0);
AttemptRow attempt_of(const Row& row, std::size_t first_column = 0);

std::optional<InstanceRow> find_instance(Session& session, std::string_view pipeline, std::string_view id);
std::optional<AttemptRow> find_attempt(Session& session, std::string_view pipeline, std::string_view id);

// The definition by which the instance, or the attempt when there is one, runs or has run.
inline std::int64_t definition_version(const InstanceRow& instance, const AttemptRow* attempt) {
  return attempt != nullptr && attempt->version != 0 ? attempt->version : instance.version;
}

std::string attempt_id(std::string_view instance, std::int64_t number);

// States that an instance or attempt leaves by RERUN only.
bool is_final(std::string_view status);
// The others, as a list of SQL.
inline constexpr std::string_view kActiveStatuses =
    "('WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'CREATING', 'RUNNING', 'PAUSED')";

}  // namespace pipexpr::service
