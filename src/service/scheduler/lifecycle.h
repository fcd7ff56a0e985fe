// Runs: the life of instances and attempts of one pipeline, inside one transaction that holds the pipeline's
// row.
//
//   schedules -> instances -> (dependencies met) -> attempts -> WAITING_FOR_RUNNER -> RUNNING -> FINISHED |
//   FAILED
//
// A change makes others possible; settle() follows them until nothing moves. What must happen after the
// commit (waking pollers, logging alarms) is collected and left to the caller.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/scheduler/clock.h"
#include "service/scheduler/plan.h"
#include "service/store/store_session.h"

namespace pipexpr::service {

struct PipelineRow {
  std::string id;
  std::string name;
  std::string description;
  std::string unique_id;
  std::string tags;  // JSON: [{"key", "value"}]
  std::string state;
  Millis created = 0;
  std::optional<Millis> activated;
  std::optional<Millis> first_activated;
  std::optional<Millis> resume_from;
  std::int64_t version = 0;
  std::int64_t active_version = 0;
  bool deleted = false;
};

// The pipeline's row, locked until the transaction ends when `lock` is set.
std::optional<PipelineRow> find_pipeline(Session& session, std::string_view id, bool lock);

struct InstanceRow {
  std::string id;
  std::string component;
  std::string role;
  std::string node;
  std::int64_t version = 0;
  std::string status;
  Millis scheduled_start = 0;
  std::optional<Millis> scheduled_end;  // none: a run on demand
  std::optional<Millis> actual_start;
  std::optional<Millis> actual_end;
  std::string worker_group;
  std::int64_t max_retries = 0;
  Millis retry_delay = 0;
  Millis report_timeout = 0;
  std::optional<Millis> attempt_timeout;
  std::optional<Millis> late_at;
  bool cascade = false;
  std::int64_t attempts = 0;  // numbers given so far
  std::int64_t tries = 0;     // attempts that count against max_retries
  std::string waiting_on;
  std::string cascade_failed_on;
  std::string cancellation_reason;
  std::string error_id;
  std::string error_message;
  std::string error_stack;
};

std::optional<InstanceRow> find_instance(Session& session, std::string_view pipeline, std::string_view id);
std::vector<InstanceRow> all_instances(Session& session, std::string_view pipeline);
bool is_final(std::string_view status);

struct Failure {
  std::string id;
  std::string message;
  std::string stack;
};

struct AlarmRecord {
  std::string pipeline;
  std::string alarm;
  std::string node;
  std::string event;
  std::string topic;
  std::string subject;
  std::string message;
};

// What a transaction leaves to do after its commit.
struct Aftermath {
  std::map<std::string, int> ready;  // tasks that became ready, by worker group
  std::vector<AlarmRecord> alarms;
  std::map<std::string, int> ended;  // attempts by their final status
};

class Runs {
 public:
  // The plan of a definition's version.
  using Plans = std::function<std::shared_ptr<const Plan>(std::int64_t version)>;

  Runs(Session& session, PipelineRow& pipeline, Plans plans, Millis now);

  void activate();                           // instances of on-demand schedules
  void materialise();                        // instances of intervals that are due
  void expire();                             // attempts whose runner is silent or too slow
  void raise_late();                         // onLateAction
  void complete(std::string_view instance);  // FINISHED
  void attempt_failed(std::string_view instance, const Failure& failure, bool may_retry, bool counts = true);
  void fail(const std::string& instance, const Failure& failure);
  void cancel(const std::string& instance, std::string_view reason);
  void rerun(const std::string& instance);
  void pause(const std::string& component);
  void resume(const std::string& component);
  void settle();  // follow all consequences, then set the pipeline's next event

  void note_end(std::string_view status) { ++aftermath_.ended[std::string(status)]; }
  Aftermath take() { return std::move(aftermath_); }

 private:
  void add_interval(const Plan& plan, std::size_t schedule, ScheduleType mode, const Run& run);
  void add_instance(const Plan& plan, const Component& component, const Run& run, const std::string& id,
                    const std::string& node, const std::string& fallback_group);
  std::vector<std::string> dependencies(const Plan& plan, const Component& component, const Run& run);
  const std::optional<Schedule>& schedule(const Plan& plan, std::size_t index);  // of the active version
  bool has_room(const Plan& plan, std::size_t schedule, ScheduleType mode);
  void promote(const std::string& instance);
  void start(const InstanceRow& instance, Millis ready_at);
  void cascade(const std::string& failed);
  void set_status(std::string_view instance, std::string_view status);
  void raise(const InstanceRow& node, std::string_view event_field, std::string_view status, const Failure& failure);
  void plan_next_event();

  Session& session_;
  PipelineRow& pipeline_;
  Plans plans_;
  Millis now_;
  std::vector<std::string> pending_;  // instances to look at
  std::map<std::size_t, std::optional<Schedule>> schedules_;
  Aftermath aftermath_;
};

std::string attempt_id(std::string_view instance, std::int64_t number);

// 2 minutes: what a runner has to acknowledge a task; 15: to report again unless reportProgressTimeout says
// otherwise.
inline constexpr Millis kFirstReport = 2 * 60 * 1000;
inline constexpr Millis kReport = 15 * 60 * 1000;
inline constexpr Millis kRetryDelay = 10 * 60 * 1000;
inline constexpr std::int64_t kRetries = 3;
inline constexpr std::int64_t kActiveInstances = 5;

std::string random_token(std::size_t length);

}  // namespace pipexpr::service
