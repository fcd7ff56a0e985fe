// Finds out which instances stand for a component in a run.
#include "service/scheduler/referred_instances.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "service/scheduler/instance_settings.h"

namespace pipexpr::service {
namespace {

// What one source keeps: beyond it everything is forgotten, and read again when it is asked for.
constexpr std::size_t kMaxRows = 20'000, kMaxEdges = 200'000;
// An interval that meets more than this many of another schedule's has the first ones only.
constexpr std::size_t kMaxIntervals = 100;

}  // namespace

void InstanceSource::keep_within_bounds(std::size_t rows) {
  if (rows_.size() + rows > kMaxRows) rows_.clear();
}

const std::optional<InstanceRow>& InstanceSource::instance(const std::string& id) {
  const auto known = rows_.find(id);
  if (known != rows_.end()) return known->second;
  keep_within_bounds(1);
  std::optional<InstanceRow> row;
  read([&](Session& session) { row = find_instance(session, pipeline_, id); });
  return rows_[id] = std::move(row);
}

const std::vector<std::string>& InstanceSource::waits_for(const std::string& id) {
  const auto known = edges_.find(id);
  if (known != edges_.end()) return known->second;
  std::vector<std::string> found;
  read([&](Session& session) {
    found.clear();
    for (const Row& edge :
         session.query("SELECT waits_for FROM edges WHERE pipeline = $1 AND waiter = $2", {pipeline_, id})) {
      found.push_back(edge.text(0));
    }
    std::sort(found.begin(), found.end());  // as bytes, in whatever order a database compares texts
  });
  if (edge_count_ + found.size() > kMaxEdges) {
    edges_.clear();
    edge_count_ = 0;
  }
  edge_count_ += found.size();
  return edges_[id] = std::move(found);
}

std::int64_t InstanceSource::next_run(const Component& component) {
  if (!next_runs_) {
    read([&](Session& session) {
      next_runs_.emplace();
      for (const Row& row : session.query(
               "SELECT component, mode, next_index FROM component_progress WHERE pipeline = $1", {pipeline_})) {
        (*next_runs_)[{row.text(0), row.text(1)}] = row.number(2);
      }
    });
  }
  const auto known = next_runs_->find({component.id, std::string(mode_name(component.mode))});
  return known == next_runs_->end() ? 0 : known->second;
}

void InstanceSource::expect_waited_for(const std::string& id) {
  const std::vector<std::string>& ids = waits_for(id);
  keep_within_bounds(ids.size());
  if (ids.size() < 2 || rows_.count(ids.front()) + rows_.count(ids.back()) == 2) return;
  static const std::string kSelect = fmt::format(
      "SELECT {} FROM edges e JOIN instances i ON i.pipeline = e.pipeline AND i.id = e.waits_for WHERE e.pipeline = $1 "
      "AND e.waiter = $2",
      instance_columns("i"));
  std::vector<InstanceRow> found;
  read([&](Session& session) {
    found.clear();
    for (const Row& row : session.query(kSelect, {pipeline_, id})) found.push_back(instance_of(row));
  });
  // A row that is known already stays as it is; one that was not found is not there.
  for (InstanceRow& row : found) rows_.try_emplace(row.id, std::move(row));
  for (const std::string& each : ids) rows_.try_emplace(each, std::nullopt);
}

bool has_instances(const Component& component) { return component.role != Role::other; }

bool guards(const ScheduledDefinition& scheduled, const Component& precondition, const Component& guarded) {
  return std::any_of(guarded.preconditions.begin(), guarded.preconditions.end(),
                     [&](std::size_t index) { return &scheduled.components()[index] == &precondition; });
}

std::vector<Run> runs_belonging_to(const Schedule& other, const Run& run) {
  std::vector<Run> result;
  const std::int64_t first = other.first_from(run.scheduled_start);
  for (std::int64_t k = first; result.size() < kMaxIntervals; ++k) {
    const std::optional<Run> at = other.run(k);
    if (!at || at->scheduled_start.epoch_millis >= end_of(run).epoch_millis) break;
    result.push_back(*at);
  }
  if (!result.empty() || first == 0) return result;
  const std::optional<Run> at = other.run(first - 1);
  if (at && end_of(*at).epoch_millis > run.scheduled_start.epoch_millis) result.push_back(*at);
  return result;
}

bool will_be_made(const Component& component, const std::optional<Schedule>& schedule, std::int64_t next,
                  DateTime start) {
  // What is on demand runs at no times that are known before.
  if (!schedule || component.mode == ScheduleType::ondemand) return false;
  const std::int64_t index = schedule->first_from(start);
  const std::optional<Run> run = index < next ? std::nullopt : schedule->run(index);
  return run && run->scheduled_start == start;
}

namespace {

// The one component that a precondition guards; nullptr when they are several.
const Component* only_guarded(const ScheduledDefinition& scheduled, const Component& precondition) {
  return precondition.guarded < scheduled.components().size() ? &scheduled.components()[precondition.guarded] : nullptr;
}

// Runs of an activity or a data node, seen from the run of `instance`, which is one of `own` or guards one.
ReferredRuns runs_of(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, const Component& own,
                     const InstanceRow& instance, const Component& target, InstanceSource& source) {
  const Run run = run_of(instance);
  const bool is_same = target.schedule == own.schedule;
  // These two go on together.
  if (is_same && target.mode == own.mode) return {{{instance_id(target.id, run.scheduled_start), run}}};
  // What is on demand runs at no times that are known before.
  if (target.schedule == Component::kNone || target.mode == ScheduleType::ondemand) return {};
  const std::optional<Schedule> other = scheduled.schedule(target.schedule, pipeline.first_activated);
  if (!other) return {};
  ReferredRuns result{{}, !is_same};
  // Before any row: a run that is made in between is then one that will be made.
  const std::int64_t next = source.next_run(target);
  const std::vector<Run> belonging = is_same ? std::vector<Run>{run} : runs_belonging_to(*other, run);
  if (belonging.size() > 1) source.expect_waited_for(instance.id);
  for (const Run& each : belonging) {
    std::string id = instance_id(target.id, each.scheduled_start);
    if (will_be_made(target, other, next, each.scheduled_start) || source.instance(id)) {
      result.runs.push_back({std::move(id), each});
    } else {
      result.has_left_out = true;
    }
  }
  return result;
}

}  // namespace

ReferredRuns referred_runs(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                           const InstanceRow& instance, const Component& target, InstanceSource& source) {
  const Component* own = scheduled.find(instance.component);
  if (own == nullptr || !has_instances(target)) return {};
  const Run run = run_of(instance);
  if (own == &target) return {{{instance.id, run}}};
  if (!instance.node.empty()) {
    // A precondition has the time of what it guards.
    const std::optional<InstanceRow>& node = source.instance(instance.node);
    const Component* guarded = node ? scheduled.find(node->component) : only_guarded(scheduled, *own);
    if (guarded == &target) return {{{instance.node, run}}};
    if (guarded != nullptr) own = guarded;
  }
  if (target.role == Role::resource) return {{{instance_id(target.id, run.scheduled_start), run}}};
  if (target.role != Role::precondition) return runs_of(scheduled, pipeline, *own, instance, target, source);
  if (guards(scheduled, target, *own)) {
    return {{{instance_id(scheduled.instance_name(target, *own), run.scheduled_start), run}}};
  }
  const Component* guarded = only_guarded(scheduled, target);
  if (guarded == nullptr) return {};
  ReferredRuns result = runs_of(scheduled, pipeline, *own, instance, *guarded, source);
  for (ReferredRun& each : result.runs) {
    each.node = std::exchange(each.id, instance_id(target.id, each.run.scheduled_start));
    each.guarded = guarded;
  }
  return result;
}

std::vector<std::string> referred_instances(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                                            const InstanceRow& instance, const Component& target,
                                            InstanceSource& source) {
  std::vector<std::string> result;
  for (ReferredRun& run : referred_runs(scheduled, pipeline, instance, target, source).runs) {
    result.push_back(std::move(run.id));
  }
  return result;
}

}  // namespace pipexpr::service
