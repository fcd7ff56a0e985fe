// InstanceLifecycle: the life of instances and attempts of one pipeline, inside one transaction that holds the
// pipeline's row.
//
//   schedules -> instances -> (dependencies met) -> attempts -> WAITING_FOR_RUNNER -> RUNNING -> FINISHED |
//   FAILED
//
// A change makes others possible; settle() follows them until nothing moves. What must happen after the
// commit (waking pollers, logging) is collected and left to the caller. The documents' sentences that this follows
// stand in docs/service-rules.md, each with its test.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/scheduler/instance_settings.h"
#include "service/scheduler/pipeline_record.h"

namespace pipexpr::service {

class InstanceSource;

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

// Something that an operator wants to read of: one line of the log.
struct LogRecord {
  std::string event;
  std::string object;  // an instance, attempt or component
  std::string error_id;
  std::string why;  // without secrets
};

// What a transaction leaves to do after its commit.
struct PostCommit {
  std::string pipeline;
  std::map<std::string, int> ready;  // tasks that became ready, by worker group
  std::vector<AlarmRecord> alarms;
  std::vector<LogRecord> log;
  std::map<std::string, int> ended;  // attempts by their final status
};

class InstanceLifecycle {
 public:
  // The scheduled form of a definition's version.
  using DefinitionsByVersion = std::function<std::shared_ptr<const ScheduledDefinition>(std::int64_t version)>;

  InstanceLifecycle(Session& session, PipelineRow& pipeline, DefinitionsByVersion definitions, Millis now);

  // The pipeline's latest definition becomes the active one. What a deactivation stopped goes on, except what was
  // scheduled before `start`; schedules go on at `start`, when it is given.
  void activate(std::optional<Millis> start);
  // Stops what has not finished, in a way that activate() takes up again; running tasks may finish when `running` is
  // false.
  void deactivate(bool running);
  // Runs on demand that have not ended, and how many there may be; nothing when no component is on demand.
  std::int64_t runs_on_demand();
  static std::optional<std::int64_t> max_runs_on_demand(const ScheduledDefinition& scheduled);

  void create_due_instances();  // of intervals that are due
  void expire();                // attempts whose runner is silent or too slow, preconditions not met in time
  void raise_late();            // onLateAction
  void complete(std::string_view instance);  // FINISHED
  // An attempt ended without success; the next one is due after retryDelay, or at once.
  void attempt_failed(std::string_view instance, std::string_view status, const Failure& failure, bool at_once = false);
  void not_met(std::string_view instance);  // a precondition: it is asked again until preconditionTimeout
  void fail(const std::string& instance, const Failure& failure);
  void cancel(const std::string& instance, std::string_view reason);
  void mark_finished(const std::string& instance);  // whatever it was at
  void rerun(const std::string& instance);
  void pause(const std::string& component);
  void resume(const std::string& component);
  void settle();  // follow all consequences, then write the pipeline's row with its next event

  void note_end(std::string_view status) { ++post_commit_.ended[std::string(status)]; }
  void log(std::string_view event, std::string_view object, std::string_view error_id, std::string_view why);
  // The text, of an instance or attempt, without secrets.
  std::string masked(std::string_view object, std::string text);
  PostCommit take() { return std::move(post_commit_); }

 private:
  enum class Cause : std::uint8_t { user, deactivation };

  const ScheduledDefinition& active_definition();
  const std::optional<Schedule>& schedule(std::size_t index);  // of the active version

  // due_instances.cc
  bool add_interval(const Component& component, const Run& run);  // whether the run is new
  bool add_instance(const Component& component, const Run& run, const std::string& id, const std::string& node,
                    const Component* guarded);
  std::optional<Millis> late_at(const Component& component, const Run& run);
  void add_resources(const Component& component, const Run& run);
  void add_edge(const std::string& dependent, const std::string& waits_for);
  std::vector<std::string> dependencies(const Component& component, const Run& run);
  bool will_be_made(std::string_view instance);
  void create_due_instances_of(const Component& component, std::int64_t active);
  void hold_back(const Component& component, std::int64_t limit, const Run& run);
  std::map<std::string, std::int64_t> active_counts();
  struct Progress {
    std::int64_t next_index = 0;
    bool is_held = false;  // it was refused because the limit was reached
  };
  Progress& progress_of(const Component& component);
  void set_progress(const Component& component, const Progress& progress);
  std::string_view schedule_id(const Component& component);
  void start_on_demand();
  void plan_next_event();
  void describe_schedule();

  // transitions, in lifecycle.cc
  void promote(const std::string& instance);
  void start(InstanceRow instance, Millis ready_at);
  void refresh(InstanceRow& instance);  // takes the active definition's settings
  void cascade(const std::string& failed);
  void cascade_fail(const InstanceRow& instance, const std::string& cause);
  void cancel_preconditions(std::string_view instance);
  void stop(const InstanceRow& instance, std::string_view reason, Cause cause);
  void restart(InstanceRow instance, bool is_rerun);
  void renew_resource(InstanceRow resource);
  void begin_again(const InstanceRow& instance);
  void set_status(std::string_view instance, std::string_view status);
  void raise(const InstanceRow& node, std::string_view event_field);
  void render_alarms();
  void render_alarm(const InstanceRow& node, std::string_view event_field, ObjectId action, InstanceSource& instances);
  void record_alarm(const AlarmRecord& alarm, AlarmRecord logged);  // of which one has no secrets
  void withdraw_attempts(std::string_view instance);
  std::optional<std::string> failed_dependency(std::string_view instance);

  // resources.cc, health.cc
  void settle_resources();
  void note_first_instance(const Component& component, const std::string& instance);
  void note_health(const InstanceRow& instance, bool good);
  void settle_health();

  Session& session_;
  PipelineRow& pipeline_;
  DefinitionsByVersion definitions_;
  Millis now_;
  std::shared_ptr<const ScheduledDefinition> active_definition_;
  std::vector<std::string> pending_;  // instances to look at
  std::set<std::string> resources_;   // whose activities changed
  // Raised, and rendered when all that follows from the change has happened.
  struct RaisedAlarm {
    std::string node;
    std::string_view event_field;
    ObjectId action = kNoObject;  // of the definition by which the node has run
  };
  std::vector<RaisedAlarm> raised_;
  bool health_changed_ = false;
  bool more_due_ = false;  // than one look may make
  std::map<std::size_t, std::optional<Schedule>> schedules_;
  std::map<std::pair<std::string, std::string>, Progress> progress_;  // by component and mode
  bool progress_read_ = false;
  PostCommit post_commit_;
};

std::string random_token(std::size_t length);
// As the service forms them: df-0, six digits, and letters.
std::string random_pipeline_id();

}  // namespace pipexpr::service
