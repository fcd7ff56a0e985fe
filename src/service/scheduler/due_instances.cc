// How schedules become instances, and when the pipeline wants to be looked at next.
#include <algorithm>

#include <fmt/format.h>

#include "service/scheduler/lifecycle.h"

namespace pipexpr::service {
namespace {

// An interval that meets more than this many of another schedule's waits for the first ones only.
constexpr std::size_t kMaxIntervals = 100;
// Instances made by one look at a pipeline; the rest follows at the next.
constexpr int kMaxIntervalsAtOnce = 50;

constexpr const char* kActive =
    "SELECT component, count(*) FROM instances WHERE pipeline = $1 AND status IN ('WAITING_ON_DEPENDENCIES', "
    "'WAITING_FOR_RUNNER', 'RUNNING', 'PAUSED') GROUP BY component";

bool runs_by(const Component& component, std::size_t schedule, ScheduleType mode) {
  return component.schedule == schedule && component.mode == mode &&
         (component.role == Role::activity || component.role == Role::data_node);
}

DateTime end_of(const Run& run) { return run.scheduled_end.value_or(run.scheduled_start); }

Millis due_at(const Run& run, ScheduleType mode) {
  return (mode == ScheduleType::cron ? run.scheduled_start : end_of(run)).epoch_millis;
}

}  // namespace

// Read once: its fields may be expressions.
const std::optional<Schedule>& Runs::schedule(const Plan& plan, std::size_t index) {
  auto found = schedules_.find(index);
  if (found == schedules_.end())
    found = schedules_.emplace(index, plan.schedule(index, pipeline_.first_activated)).first;
  return found->second;
}

// Instances that this one waits for. They need not exist yet: their ids follow from their schedule.
std::vector<std::string> Runs::dependencies(const Plan& plan, const Component& component, const Run& run) {
  std::vector<std::string> result;
  for (std::size_t index : component.waits_for) {
    const Component& target = plan.components()[index];
    if (target.schedule == component.schedule) {
      result.push_back(instance_id(target.id, run.scheduled_start));
      continue;
    }
    if (target.schedule == Component::kNone) continue;  // never runs, so nobody can wait for it
    // Of another schedule: all of its intervals that begin inside this one, or else the one that this begins
    // in.
    const std::optional<Schedule>& other = schedule(plan, target.schedule);
    if (!other) continue;
    std::int64_t first = other->first_from(run.scheduled_start);
    std::size_t found = 0;
    for (std::int64_t k = first; found < kMaxIntervals; ++k) {
      std::optional<Run> at = other->run(k);
      if (!at || at->scheduled_start.epoch_millis >= end_of(run).epoch_millis) break;
      result.push_back(instance_id(target.id, at->scheduled_start));
      ++found;
    }
    if (found == 0 && first > 0) {
      std::optional<Run> at = other->run(first - 1);
      if (at && end_of(*at).epoch_millis > run.scheduled_start.epoch_millis)
        result.push_back(instance_id(target.id, at->scheduled_start));
    }
  }
  return result;
}

void Runs::add_instance(const Plan& plan, const Component& component, const Run& run, const std::string& id,
                        const std::string& node, const std::string& fallback_group) {
  std::optional<std::string> group = plan.text(component.object, "workerGroup", run);
  if (!group || group->empty()) {
    // Without a worker group the resource that it runs on is its group: a runner polls for the resource's id.
    std::vector<ObjectId> resource = plan.references(component.object, "runsOn");
    group = resource.empty() ? fallback_group : std::string(plan.definition().id(resource.front()));
  }
  std::optional<Millis> late = plan.duration(component.object, "lateAfterTimeout", run);
  std::optional<std::string> mode = plan.text(component.object, "failureAndRerunMode", run);
  bool cascades = mode && (*mode == "CASCADE" || *mode == "cascade");
  session_.query(
      "INSERT INTO instances (pipeline, id, component, role, node, version, status, scheduled_start, "
      "scheduled_end, "
      "worker_group, max_retries, retry_delay, report_timeout, attempt_timeout, late_at, cascade, attempts, "
      "tries) "
      "VALUES ($1, $2, $3, $4, $5, $6, 'WAITING_ON_DEPENDENCIES', $7, $8, $9, $10, $11, $12, $13, $14, $15, "
      "0, 0) "
      "ON CONFLICT DO NOTHING",
      {pipeline_.id, id, component.id, role_name(component.role), node.empty() ? Argument() : Argument(node),
       pipeline_.active_version, run.scheduled_start.epoch_millis, end_of(run).epoch_millis, *group,
       std::max<std::int64_t>(0, plan.number(component.object, "maximumRetries", run).value_or(kRetries)),
       plan.duration(component.object, "retryDelay", run).value_or(kRetryDelay),
       plan.duration(component.object, "reportProgressTimeout", run).value_or(kReport),
       plan.duration(component.object, "attemptTimeout", run), late ? std::optional(now_ + *late) : std::nullopt,
       cascades});
  if (session_.changed() == 0) return;
  pending_.push_back(id);
}

void Runs::add_interval(const Plan& plan, std::size_t schedule, ScheduleType mode, const Run& run) {
  auto add_edge = [&](const std::string& waiter, const std::string& waits_for) {
    session_.query("INSERT INTO edges (pipeline, waiter, waits_for) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                   {pipeline_.id, waiter, waits_for});
  };
  for (const Component& component : plan.components()) {
    if (!runs_by(component, schedule, mode)) continue;
    std::string id = instance_id(component.id, run.scheduled_start);
    add_instance(plan, component, run, id, {}, {});
    for (const std::string& target : dependencies(plan, component, run)) add_edge(id, target);
    if (component.preconditions.empty()) continue;
    // A precondition runs where the object that it guards runs, or, for a data node, where its readers run.
    std::string group = plan.text(component.object, "workerGroup", run).value_or("");
    for (const Component& reader : plan.components()) {
      if (!group.empty()) break;
      std::size_t self = static_cast<std::size_t>(&component - plan.components().data());
      if (&reader != &component &&
          std::find(reader.waits_for.begin(), reader.waits_for.end(), self) == reader.waits_for.end()) {
        continue;
      }
      std::vector<ObjectId> resource = plan.references(reader.object, "runsOn");
      group = plan.text(reader.object, "workerGroup", run)
                  .value_or(resource.empty() ? "" : std::string(plan.definition().id(resource.front())));
    }
    for (std::size_t guard : component.preconditions) {
      const Component& precondition = plan.components()[guard];
      bool shared = precondition.guarded >= plan.components().size();
      std::string guard_id = shared ? instance_id(precondition.id + "_" + component.id, run.scheduled_start)
                                    : instance_id(precondition.id, run.scheduled_start);
      add_instance(plan, precondition, run, guard_id, id, group);
      add_edge(id, guard_id);
      // The precondition is looked at when everything else is there.
      for (const std::string& target : dependencies(plan, component, run)) add_edge(guard_id, target);
    }
  }
}

bool Runs::has_room(const Plan& plan, std::size_t schedule, ScheduleType mode) {
  std::map<std::string, std::int64_t> active;
  for (const Row& row : session_.query(kActive, {pipeline_.id})) active[row.text(0)] = row.number(1);
  for (const Component& component : plan.components()) {
    if (!runs_by(component, schedule, mode)) continue;
    std::int64_t limit = plan.number(component.object, "maxActiveInstances").value_or(kActiveInstances);
    if (active[component.id] >= limit) return false;
  }
  return true;
}

void Runs::activate() {
  std::shared_ptr<const Plan> plan = plans_(pipeline_.active_version);
  std::set<std::size_t> schedules;
  for (const Component& component : plan->components()) {
    if (component.mode == ScheduleType::ondemand) schedules.insert(component.schedule);
  }
  if (schedules.empty()) return;
  // One run for each activation, beginning now. Ids have whole seconds, so a second activation within one
  // counts on.
  Rows rows = session_.query("SELECT max(scheduled_start) FROM instances WHERE pipeline = $1", {pipeline_.id});
  Millis start = std::max(now_ / 1000 * 1000, rows.front().is_null(0) ? 0 : rows.front().number(0) + 1000);
  for (std::size_t schedule : schedules)
    add_interval(*plan, schedule, ScheduleType::ondemand, {.scheduled_start = {start}});
}

void Runs::materialise() {
  if (pipeline_.state != "SCHEDULED") return;
  std::shared_ptr<const Plan> plan = plans_(pipeline_.active_version);
  for (std::size_t i = 0; i < plan->schedules().size(); ++i) {
    const std::optional<Schedule>& schedule = this->schedule(*plan, i);
    if (!schedule) continue;
    std::string_view id = plan->definition().id(plan->schedules()[i]);
    for (ScheduleType mode : {ScheduleType::timeseries, ScheduleType::cron}) {
      if (std::none_of(plan->components().begin(), plan->components().end(),
                       [&](const Component& c) { return runs_by(c, i, mode); })) {
        continue;
      }
      Rows rows = session_.query("SELECT next_index FROM progress WHERE pipeline = $1 AND schedule = $2 AND mode = $3",
                                 {pipeline_.id, id, mode_name(mode)});
      std::int64_t first = rows.empty() ? 0 : rows.front().number(0);
      if (pipeline_.resume_from) first = std::max(first, schedule->first_from({*pipeline_.resume_from}));
      std::int64_t next = first;
      for (int made = 0; made < kMaxIntervalsAtOnce; ++made, ++next) {
        std::optional<Run> run = schedule->run(next);
        if (!run || due_at(*run, mode) > now_) break;
        if (!has_room(*plan, i, mode)) break;
        add_interval(*plan, i, mode, *run);
      }
      if (next == first && !rows.empty()) continue;
      session_.query(
          "INSERT INTO progress (pipeline, schedule, mode, next_index) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (pipeline, schedule, mode) DO UPDATE SET next_index = excluded.next_index",
          {pipeline_.id, id, mode_name(mode), next});
    }
  }
}

// The earliest time at which something happens by itself. Silent runners are found through their attempts
// instead.
void Runs::plan_next_event() {
  std::optional<Millis> next;
  auto consider = [&](std::optional<Millis> time) {
    if (time && (!next || *time < *next)) next = time;
  };
  bool more_intervals = false;
  if (pipeline_.state == "SCHEDULED") {
    std::shared_ptr<const Plan> plan = plans_(pipeline_.active_version);
    for (std::size_t i = 0; i < plan->schedules().size(); ++i) {
      for (ScheduleType mode : {ScheduleType::timeseries, ScheduleType::cron}) {
        Rows rows =
            session_.query("SELECT next_index FROM progress WHERE pipeline = $1 AND schedule = $2 AND mode = $3",
                           {pipeline_.id, plan->definition().id(plan->schedules()[i]), mode_name(mode)});
        if (rows.empty()) continue;
        const std::optional<Schedule>& schedule = this->schedule(*plan, i);
        std::optional<Run> run = schedule ? schedule->run(rows.front().number(0)) : std::nullopt;
        if (!run) continue;
        more_intervals = true;
        Millis due = due_at(*run, mode);
        // One that is due and has no room waits for an instance to end, which looks here again.
        if (due > now_) {
          consider(due);
        } else if (has_room(*plan, i, mode)) {
          consider(now_);
        }
      }
    }
  }
  Rows rows = session_.query(
      "SELECT min(ready_at) FROM attempts WHERE pipeline = $1 AND status = 'WAITING_FOR_RUNNER' AND ready_at "
      "> $2",
      {pipeline_.id, now_});
  consider(rows.front().optional(0));
  rows =
      session_.query("SELECT min(late_at) FROM instances WHERE pipeline = $1 AND late_at IS NOT NULL", {pipeline_.id});
  consider(rows.front().optional(0));

  if (pipeline_.state == "SCHEDULED" && !more_intervals && session_.query(kActive, {pipeline_.id}).empty()) {
    // A pipeline with on-demand runs can always be activated again.
    Rows made = session_.query("SELECT 1 FROM instances WHERE pipeline = $1 LIMIT 1", {pipeline_.id});
    if (!made.empty()) pipeline_.state = "FINISHED";
  }
  if (pipeline_.state == "DEACTIVATING" && session_.query(kActive, {pipeline_.id}).empty())
    pipeline_.state = "INACTIVE";
  session_.query("UPDATE pipelines SET next_event = $2, state = $3 WHERE id = $1",
                 {pipeline_.id, next, pipeline_.state});
}

void Runs::expire() {
  Rows rows = session_.query(
      "SELECT id, instance, timeout_at, hostname FROM attempts WHERE pipeline = $1 AND status = 'RUNNING' "
      "AND deadline <= $2",
      {pipeline_.id, now_});
  for (const Row& row : rows) {
    bool too_slow = !row.is_null(2) && row.number(2) <= now_;
    Failure failure{
        too_slow ? "AttemptTimeout" : "TaskRunnerTimeout",
        too_slow ? "the attempt did not end within attemptTimeout" : "the task runner did not report progress in time",
        ""};
    session_.query(
        "UPDATE attempts SET status = 'TIMEDOUT', actual_end = $3, deadline = NULL, error_id = $4, "
        "error_message = $5 "
        "WHERE pipeline = $1 AND id = $2 AND status = 'RUNNING' AND deadline <= $3",
        {pipeline_.id, row.text(0), now_, failure.id, failure.message});
    // A report that was acknowledged in the meantime has extended the lease.
    if (session_.changed() == 0) continue;
    ++aftermath_.ended["TIMEDOUT"];
    // Another runner gets a task that was abandoned at once; one that ran and was too slow waits its
    // retryDelay.
    attempt_failed(row.text(1), failure, too_slow);
  }
}

void Runs::raise_late() {
  Rows rows = session_.query("SELECT id FROM instances WHERE pipeline = $1 AND late_at IS NOT NULL AND late_at <= $2",
                             {pipeline_.id, now_});
  for (const Row& row : rows) {
    session_.query("UPDATE instances SET late_at = NULL WHERE pipeline = $1 AND id = $2", {pipeline_.id, row.text(0)});
    std::optional<InstanceRow> instance = find_instance(session_, pipeline_.id, row.text(0));
    if (instance && !is_final(instance->status)) raise(*instance, "onLateAction", instance->status, {});
  }
}

}  // namespace pipexpr::service
