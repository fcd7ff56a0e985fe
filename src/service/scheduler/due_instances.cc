// How schedules become instances, and when the pipeline wants to be looked at next.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "service/scheduler/lifecycle.h"
#include "service/scheduler/referred_instances.h"

namespace pipexpr::service {
namespace {

// What one look at a pipeline may make of a component, and take; the rest follows at the next.
constexpr int kMaxIntervalsAtOnce = 50;
constexpr std::chrono::milliseconds kMaxLook{200};

bool has_schedule(const Component& component) {
  return component.schedule != Component::kNone && component.mode != ScheduleType::ondemand &&
         (component.role == Role::activity || component.role == Role::data_node);
}

bool is_on_demand(const Component& component) {
  return component.mode == ScheduleType::ondemand &&
         (component.role == Role::activity || component.role == Role::data_node);
}

Millis due_at(const Run& run, ScheduleType mode) {
  return (mode == ScheduleType::cron ? run.scheduled_start : end_of(run)).epoch_millis;
}

}  // namespace

// Read once: its fields may be expressions.
const std::optional<Schedule>& InstanceLifecycle::schedule(std::size_t index) {
  auto found = schedules_.find(index);
  if (found == schedules_.end())
    found = schedules_.emplace(index, active_definition().schedule(index, pipeline_.first_activated)).first;
  return found->second;
}

// Instances that this one waits for. They need not exist yet: their ids follow from their schedule. Those that were
// left out are among them: an activation with an earlier startTimestamp makes them.
std::vector<std::string> InstanceLifecycle::dependencies(const Component& component, const Run& run) {
  std::vector<std::string> result;
  for (std::size_t index : component.waits_for) {
    const Component& target = active_definition().components()[index];
    if (target.schedule == component.schedule) {
      result.push_back(instance_id(target.id, run.scheduled_start));
      continue;
    }
    if (target.schedule == Component::kNone) continue;  // never runs, so nothing can wait for it
    const std::optional<Schedule>& other = schedule(target.schedule);
    if (!other) continue;
    for (const Run& at : runs_belonging_to(*other, run)) result.push_back(instance_id(target.id, at.scheduled_start));
  }
  return result;
}

// Of an instance that is not in the store.
bool InstanceLifecycle::will_be_made(std::string_view instance) {
  const std::size_t end = instance.rfind('_');
  if (!instance.starts_with('@') || end == std::string_view::npos) return false;
  const Component* const component = active_definition().find(instance.substr(1, end - 1));
  const Result<DateTime> start = parse_datetime(instance.substr(end + 1));
  if (component == nullptr || !has_schedule(*component) || !start) return false;
  return service::will_be_made(*component, schedule(component->schedule), progress_of(*component).next_index, *start);
}

// When a run that begins now is late. "It is triggered only when the schedule type is not set to ondemand."
std::optional<Millis> InstanceLifecycle::late_at(const Component& component, const Run& run) {
  if (component.mode == ScheduleType::ondemand) return std::nullopt;
  std::optional<Millis> late = active_definition().duration(component.object, "lateAfterTimeout", run);
  return late ? std::optional(now_ + *late) : std::nullopt;
}

bool InstanceLifecycle::add_instance(const Component& component, const Run& run, const std::string& id,
                                     const std::string& node, const Component* guarded) {
  const ScheduledDefinition& scheduled = active_definition();
  InstanceRow row;
  row.scheduled_start = run.scheduled_start.epoch_millis;
  row.scheduled_end = end_of(run).epoch_millis;
  row.has_end = run.scheduled_end.has_value();
  apply_settings(scheduled, component, guarded, pipeline_.id, row);
  auto or_null = [](const std::string& text) { return text.empty() ? Argument() : Argument(text); };
  // It has begun when it begins to wait: the service shows such a time for every instance from the start.
  session_.query(
      "INSERT INTO instances (pipeline, id, component, role, node, version, activation, status, scheduled_start, "
      "scheduled_end, has_end, actual_start, worker_group, group_alias, resource, max_retries, retry_delay, "
      "report_timeout, attempt_timeout, late_at, give_up_after, cascade, attempts, tries) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, 'WAITING_ON_DEPENDENCIES', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
      "$18, $19, $20, $21, 0, 0) ON CONFLICT DO NOTHING",
      {pipeline_.id,
       id,
       component.id,
       role_name(component.role),
       or_null(node),
       pipeline_.active_version,
       pipeline_.activations,
       row.scheduled_start,
       row.scheduled_end,
       row.has_end,
       now_,
       row.worker_group,
       or_null(row.group_alias),
       or_null(row.resource),
       row.max_retries,
       row.retry_delay,
       row.report_timeout,
       row.attempt_timeout,
       late_at(component, run),
       row.give_up_after,
       row.cascade});
  if (session_.changed() == 0) return false;
  note_first_instance(component, id);
  pending_.push_back(id);
  return true;
}

void InstanceLifecycle::add_edge(const std::string& dependent, const std::string& waits_for) {
  session_.query("INSERT INTO edges (pipeline, waiter, waits_for) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                 {pipeline_.id, dependent, waits_for});
}

void InstanceLifecycle::add_resources(const Component& component, const Run& run) {
  if (component.role != Role::activity) return;
  for (ObjectId object : active_definition().references(component.object, "runsOn")) {
    const Component* resource = active_definition().find(active_definition().definition().id(object));
    if (resource == nullptr || resource->role != Role::resource) continue;
    std::string id = instance_id(resource->id, run.scheduled_start);
    add_instance(*resource, run, id, {}, nullptr);
    resources_.insert(id);
  }
}

bool InstanceLifecycle::add_interval(const Component& component, const Run& run) {
  const ScheduledDefinition& scheduled = active_definition();
  if (!pipeline_.latest_run || run.scheduled_start.epoch_millis > *pipeline_.latest_run)
    pipeline_.latest_run = run.scheduled_start.epoch_millis;
  std::string id = instance_id(component.id, run.scheduled_start);
  add_resources(component, run);
  const bool is_new = add_instance(component, run, id, {}, nullptr);
  std::vector<std::string> targets = dependencies(component, run);
  for (const std::string& target : targets) add_edge(id, target);
  for (std::size_t guard : component.preconditions) {
    const Component& precondition = scheduled.components()[guard];
    std::string guard_id = instance_id(scheduled.instance_name(precondition, component), run.scheduled_start);
    add_instance(precondition, run, guard_id, id, &component);
    add_edge(id, guard_id);
    // The precondition is looked at when everything else is there.
    for (const std::string& target : targets) add_edge(guard_id, target);
  }
  return is_new;
}

// Instances that have not ended, by component. Not grouped by the column itself: SQLite would then read all instances
// by their components, to find the few that have not ended. "Re-runs do not count toward the number of active
// instances."
std::map<std::string, std::int64_t> InstanceLifecycle::active_counts() {
  static const std::string kSelect = fmt::format(
      "SELECT component || '', count(*) FROM instances WHERE pipeline = $1 AND status IN {} AND rerun = 0 GROUP BY "
      "component || ''",
      kActiveStatuses);
  std::map<std::string, std::int64_t> result;
  for (const Row& row : session_.query(kSelect, {pipeline_.id})) result[row.text(0)] = row.number(1);
  return result;
}

// How far each component has come. One that was added later begins where its schedule stands, and that is looked at for
// all of them before any goes on.
InstanceLifecycle::Progress& InstanceLifecycle::progress_of(const Component& component) {
  if (!progress_read_) {
    progress_read_ = true;
    for (const Row& row : session_.query(
             "SELECT component, mode, next_index, held FROM component_progress WHERE pipeline = $1", {pipeline_.id})) {
      progress_[{row.text(0), row.text(1)}] = {row.number(2), row.number(3) != 0};
    }
    std::map<std::pair<std::string, std::string>, std::int64_t> schedules;
    for (const Row& row :
         session_.query("SELECT schedule, mode, next_index FROM progress WHERE pipeline = $1", {pipeline_.id})) {
      schedules[{row.text(0), row.text(1)}] = row.number(2);
    }
    for (const Component& each : active_definition().components()) {
      if (!has_schedule(each)) continue;
      std::string mode(mode_name(each.mode));
      if (progress_.count({each.id, mode}) != 0) continue;
      auto found = schedules.find({std::string(schedule_id(each)), mode});
      set_progress(each, {found == schedules.end() ? 0 : found->second, false});
    }
  }
  return progress_[{component.id, std::string(mode_name(component.mode))}];
}

std::string_view InstanceLifecycle::schedule_id(const Component& component) {
  return active_definition().definition().id(active_definition().schedules()[component.schedule]);
}

void InstanceLifecycle::set_progress(const Component& component, const Progress& progress) {
  std::string mode(mode_name(component.mode));
  progress_[{component.id, mode}] = progress;
  session_.query(
      "INSERT INTO component_progress (pipeline, component, mode, next_index, held) VALUES ($1, $2, $3, $4, $5) ON "
      "CONFLICT (pipeline, component, mode) DO UPDATE SET next_index = excluded.next_index, held = excluded.held",
      {pipeline_.id, component.id, mode, progress.next_index, progress.is_held});
  session_.query(
      "INSERT INTO progress (pipeline, schedule, mode, next_index) VALUES ($1, $2, $3, $4) ON CONFLICT (pipeline, "
      "schedule, mode) DO UPDATE SET next_index = CASE WHEN excluded.next_index > progress.next_index THEN "
      "excluded.next_index ELSE progress.next_index END",
      {pipeline_.id, schedule_id(component), mode, progress.next_index});
}

// A component that has as many unfinished instances as it may have stops its own runs, and no user would see it: it is
// said once, until it goes on.
void InstanceLifecycle::hold_back(const Component& component, std::int64_t limit, const Run& run) {
  Progress progress = progress_of(component);
  if (progress.is_held) return;
  set_progress(component, {progress.next_index, true});
  std::string why = fmt::format(
      "{} has {} instances that have not ended, as many as maxActiveInstances allows: its run of {} and all later ones "
      "wait until one ends",
      component.id, limit, time_text(run.scheduled_start.epoch_millis));
  log("held_back", component.id, "", why);
  AlarmRecord alarm{pipeline_.id, "", component.id, "maxActiveInstances", "", "A component is held back", why};
  record_alarm(alarm, alarm);
}

void InstanceLifecycle::create_due_instances_of(const Component& component, std::int64_t active) {
  const std::optional<Schedule>& schedule = this->schedule(component.schedule);
  if (!schedule) return;
  std::int64_t limit = active_definition().number(component.object, "maxActiveInstances").value_or(kActiveInstances);
  std::int64_t first = progress_of(component).next_index;
  std::int64_t next = first;
  std::optional<Run> held;
  auto begin = std::chrono::steady_clock::now();
  std::int64_t made = 0;
  for (int looked_at = 0;; ++looked_at, ++next) {
    std::optional<Run> run = schedule->run(next);
    if (!run || due_at(*run, component.mode) > now_) break;
    if (active + made >= limit) {
      held = run;
      break;
    }
    if (looked_at == kMaxIntervalsAtOnce || std::chrono::steady_clock::now() - begin > kMaxLook) {
      more_due_ = true;
      break;
    }
    if (add_interval(component, *run)) ++made;  // a schedule that goes back meets runs that were made before
  }
  if (next != first) set_progress(component, {next, held && progress_of(component).is_held});
  if (held) hold_back(component, limit, *held);
}

void InstanceLifecycle::create_due_instances() {
  if (pipeline_.state != "SCHEDULED") return;
  more_due_ = false;
  std::map<std::string, std::int64_t> active = active_counts();
  for (const Component& component : active_definition().components()) {
    if (has_schedule(component)) create_due_instances_of(component, active[component.id]);
  }
}

std::optional<std::int64_t> InstanceLifecycle::max_runs_on_demand(const ScheduledDefinition& scheduled) {
  std::optional<std::int64_t> result;
  for (const Component& component : scheduled.components()) {
    if (!is_on_demand(component)) continue;
    std::int64_t own = scheduled.number(component.object, "maxActiveInstances").value_or(kOnDemandInstances);
    own = std::clamp<std::int64_t>(own, 1, kMaxOnDemandInstances);
    result = std::min(result.value_or(own), own);
  }
  return result;
}

std::int64_t InstanceLifecycle::runs_on_demand() {
  static const std::string kSelect = fmt::format(
      "SELECT count(DISTINCT scheduled_start) FROM instances WHERE pipeline = $1 AND status IN {} AND rerun = 0 AND "
      "has_end = 0",
      kActiveStatuses);
  return session_.query(kSelect, {pipeline_.id}).front().number(0);
}

// One run for each activation, beginning now. Ids have whole seconds, so a second activation within one counts on.
void InstanceLifecycle::start_on_demand() {
  Rows rows = session_.query("SELECT max(scheduled_start) FROM instances WHERE pipeline = $1", {pipeline_.id});
  Millis start = std::max(now_ / 1000 * 1000, rows.front().is_null(0) ? 0 : rows.front().number(0) + 1000);
  Run run{.scheduled_start = {start}};
  for (const Component& component : active_definition().components()) {
    if (is_on_demand(component)) add_interval(component, run);
  }
}

void InstanceLifecycle::activate(std::optional<Millis> start) {
  active_definition_.reset();
  schedules_.clear();
  progress_.clear();
  progress_read_ = false;
  pipeline_.active_version = pipeline_.version;
  ++pipeline_.activations;
  pipeline_.activated = now_;
  if (!pipeline_.first_activated) pipeline_.first_activated = now_;
  pipeline_.state = "SCHEDULED";
  pipeline_.finished.reset();
  describe_schedule();
  if (start) {
    for (const Component& component : active_definition().components()) {
      if (!has_schedule(component)) continue;
      if (const std::optional<Schedule>& schedule = this->schedule(component.schedule))
        set_progress(component, {schedule->first_from({*start}), false});
    }
  }
  bool on_demand_resumed = false;
  static const std::string kStopped = fmt::format(
      "SELECT {} FROM instances i WHERE i.pipeline = $1 AND i.status = 'CANCELED' AND i.resumes IN ($2, $3) ORDER BY "
      "i.scheduled_start, i.id",
      instance_columns("i"));
  // What a start has skipped comes back with an earlier start alone: without one, long forgotten runs would begin.
  for (const Row& row : session_.query(kStopped, {pipeline_.id, kResumes, start ? kSkipped : kResumes})) {
    InstanceRow instance = instance_of(row);
    if (start && instance.scheduled_start < *start) {
      session_.query("UPDATE instances SET resumes = $3 WHERE pipeline = $1 AND id = $2",
                     {pipeline_.id, instance.id, kSkipped});
      continue;
    }
    on_demand_resumed = on_demand_resumed || !instance.has_end;
    restart(std::move(instance), false);
  }
  static const std::string kWaiting = fmt::format(
      "SELECT {} FROM instances i WHERE i.pipeline = $1 AND i.status IN ('WAITING_ON_DEPENDENCIES', "
      "'WAITING_FOR_RUNNER', 'PAUSED')",
      instance_columns("i"));
  for (const Row& row : session_.query(kWaiting, {pipeline_.id})) {
    InstanceRow instance = instance_of(row);
    refresh(instance);
    pending_.push_back(instance.id);
  }
  // A client that stopped a run on demand and activates again means that run.
  if (!on_demand_resumed && max_runs_on_demand(active_definition())) start_on_demand();
}

void InstanceLifecycle::deactivate(bool running) {
  static const std::string kActive = fmt::format("SELECT {} FROM instances i WHERE i.pipeline = $1 AND i.status IN {}",
                                                 instance_columns("i"), kActiveStatuses);
  pipeline_.state = "INACTIVE";
  pipeline_.deactivated = now_;
  for (const Row& row : session_.query(kActive, {pipeline_.id})) {
    InstanceRow instance = instance_of(row);
    if (instance.role == role_name(Role::resource)) {
      resources_.insert(instance.id);
    } else if (instance.status == "RUNNING" && !running) {
      pipeline_.state = "DEACTIVATING";
    } else {
      stop(instance, "the pipeline was deactivated", Cause::deactivation);
    }
  }
}

// What the pipeline tells of its schedule: that of Default, or the first.
void InstanceLifecycle::describe_schedule() {
  const ScheduledDefinition& scheduled = active_definition();
  pipeline_.schedule_start.reset();
  pipeline_.schedule_end.reset();
  pipeline_.schedule_period.clear();
  if (scheduled.schedules().empty()) return;
  const Component* whole = scheduled.find("Default");
  std::size_t index = whole != nullptr && whole->schedule != Component::kNone ? whole->schedule : 0;
  const std::optional<Schedule>& schedule = this->schedule(index);
  if (!schedule || !schedule->period()) return;
  pipeline_.schedule_start = schedule->start().epoch_millis;
  pipeline_.schedule_period = scheduled.text(scheduled.schedules()[index], "period").value_or("");
  if (schedule->end()) {
    pipeline_.schedule_end = schedule->end()->epoch_millis;
  } else if (!schedule->endless()) {
    constexpr Millis kEndOfTime = 253'402'300'799'000;
    std::int64_t runs = schedule->first_from({kEndOfTime});
    std::optional<Run> last = runs > 0 ? schedule->run(runs - 1) : std::nullopt;
    if (last) pipeline_.schedule_end = end_of(*last).epoch_millis;
  }
}

// The earliest time at which something happens by itself. Silent runners are found through their attempts
// instead.
void InstanceLifecycle::plan_next_event() {
  std::optional<Millis> next;
  auto consider = [&](std::optional<Millis> time) {
    if (time && (!next || *time < *next)) next = time;
  };
  bool more_intervals = false;
  pipeline_.next_run.reset();
  if (pipeline_.state == "SCHEDULED") {
    for (const Component& component : active_definition().components()) {
      if (!has_schedule(component)) continue;
      const std::optional<Schedule>& schedule = this->schedule(component.schedule);
      std::optional<Run> run = schedule ? schedule->run(progress_of(component).next_index) : std::nullopt;
      if (!run) continue;
      more_intervals = true;
      if (!pipeline_.next_run || run->scheduled_start.epoch_millis < *pipeline_.next_run)
        pipeline_.next_run = run->scheduled_start.epoch_millis;
      // One that is due above the limit waits for an instance to end, which looks here again.
      Millis due = due_at(*run, component.mode);
      if (due > now_) consider(due);
    }
    if (more_due_) consider(now_);
  }
  Rows rows = session_.query(
      "SELECT min(ready_at) FROM attempts WHERE pipeline = $1 AND status = 'WAITING_FOR_RUNNER' AND ready_at "
      "> $2",
      {pipeline_.id, now_});
  consider(rows.front().optional(0));
  rows =
      session_.query("SELECT min(late_at) FROM instances WHERE pipeline = $1 AND late_at IS NOT NULL", {pipeline_.id});
  consider(rows.front().optional(0));
  rows = session_.query("SELECT min(give_up_at) FROM instances WHERE pipeline = $1 AND give_up_at IS NOT NULL",
                        {pipeline_.id});
  consider(rows.front().optional(0));

  static const std::string kAnyActive =
      fmt::format("SELECT 1 FROM instances WHERE pipeline = $1 AND status IN {} LIMIT 1", kActiveStatuses);
  if (pipeline_.state == "SCHEDULED" && !more_intervals && session_.query(kAnyActive, {pipeline_.id}).empty()) {
    // Also with nothing to run at all. It can be activated again.
    pipeline_.state = "FINISHED";
    pipeline_.finished = now_;
  }
  if (pipeline_.state == "DEACTIVATING" &&
      session_
          .query("SELECT 1 FROM instances WHERE pipeline = $1 AND status = 'RUNNING' AND role <> 'resource' LIMIT 1",
                 {pipeline_.id})
          .empty())
    pipeline_.state = "INACTIVE";
  save_pipeline(session_, pipeline_, next);
}

void InstanceLifecycle::expire() {
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
    ++post_commit_.ended["TIMEDOUT"];
    // Another runner gets a task that was abandoned at once; one that ran and was too slow waits its
    // retryDelay.
    attempt_failed(row.text(1), "TIMEDOUT", failure, !too_slow);
  }
  rows = session_.query("SELECT id FROM instances WHERE pipeline = $1 AND give_up_at IS NOT NULL AND give_up_at <= $2",
                        {pipeline_.id, now_});
  for (const Row& row : rows) {
    withdraw_attempts(row.text(0));
    fail(row.text(0), {"PreconditionTimeout", "the precondition was not met within preconditionTimeout", ""});
  }
}

void InstanceLifecycle::raise_late() {
  Rows rows = session_.query("SELECT id FROM instances WHERE pipeline = $1 AND late_at IS NOT NULL AND late_at <= $2",
                             {pipeline_.id, now_});
  for (const Row& row : rows) {
    session_.query("UPDATE instances SET late_at = NULL WHERE pipeline = $1 AND id = $2", {pipeline_.id, row.text(0)});
    std::optional<InstanceRow> instance = find_instance(session_, pipeline_.id, row.text(0));
    if (!instance || is_final(instance->status)) continue;
    log("late", row.text(0), "", instance->status);
    raise(*instance, "onLateAction");
  }
}

}  // namespace pipexpr::service
