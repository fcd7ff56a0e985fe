// Implements RunSequence: which runs of which schedules lie in a range, in order.
#include <pipexpr/runs.h>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>

#include "base/shown.h"

namespace pipexpr {
namespace {

// The timetable's runs that lie in the range.
Diagnostics cut(Timetable& table, const RunRange& range, const PipelineDefinition& graph, ObjectId object) {
  const Schedule& schedule = table.schedule;
  if (range.from) table.first = schedule.first_from(*range.from);
  if (range.to) {
    table.end = schedule.first_from(*range.to);
  } else if (range.runs == 0 && schedule.endless()) {
    Diagnostic endless;
    endless.code = DiagnosticCode::invalid_schedule;
    endless.message = fmt::format("schedule '{}' has no end: give --to or --runs", table.name);
    endless.span = graph.span(object);
    return {endless};
  } else if (schedule.endless()) {
    table.end = std::numeric_limits<std::int64_t>::max();
  } else {
    table.end = schedule.first_from({std::numeric_limits<std::int64_t>::max()});
  }
  if (range.runs != 0 && table.end - table.first > range.runs) table.end = table.first + range.runs;
  return {};
}

// The objects of a run in the order in which they can take place: what others read, write and wait for comes first, and
// of what is independent that which stands first in the file. Objects that wait for each other stay as they are.
std::vector<ObjectId> in_order(const PipelineDefinition& graph, const std::vector<ObjectId>& objects) {
  std::unordered_map<std::uint64_t, std::size_t> index;
  for (std::size_t i = 0; i < objects.size(); ++i) index.emplace(static_cast<std::uint64_t>(objects[i]), i);
  std::vector<std::vector<std::size_t>> later(objects.size());
  std::vector<std::size_t> waits(objects.size(), 0);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto each = [&](std::string_view name, auto visit) {
      Field field;
      if (!graph.field(objects[i], {name}, field)) return;
      for (std::uint32_t k = 0; k < field.count; ++k) {
        const ValueView& value = field.items[k].value;
        if (!value.is(Kind::reference)) continue;
        const auto other = index.find(static_cast<std::uint64_t>(value.object()));
        if (other != index.end() && other->second != i) visit(other->second);
      }
    };
    const auto after = [&](std::size_t other) {
      later[other].push_back(i);
      ++waits[i];
    };
    each("dependsOn", after);
    each("input", after);
    each("runsOn", after);
    each("output", [&](std::size_t other) {
      later[i].push_back(other);
      ++waits[other];
    });
  }
  std::set<std::size_t> ready;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (waits[i] == 0) ready.insert(i);
  }
  std::vector<ObjectId> order;
  std::vector<bool> taken(objects.size(), false);
  while (!ready.empty()) {
    const std::size_t next = *ready.begin();
    ready.erase(ready.begin());
    taken[next] = true;
    order.push_back(objects[next]);
    for (const std::size_t other : later[next]) {
      if (--waits[other] == 0) ready.insert(other);
    }
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (!taken[i]) order.push_back(objects[i]);
  }
  return order;
}

}  // namespace

Result<RunSequence> RunSequence::plan(const PipelineDefinition& graph, const RunRange& range,
                                      std::span<const std::string> only, const EvaluateOptions& options) {
  RunSequence walk;
  walk.range_ = range;
  std::unordered_map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    const ObjectId object = graph.object(i);
    const std::string_view id = graph.id(object);
    if (!graph.has_instances(object)) continue;
    if (!only.empty() && std::find(only.begin(), only.end(), id) == only.end()) continue;
    const auto type = schedule_type(graph, object, options);
    if (!type) return type.error();
    const bool on_demand = *type == ScheduleType::ondemand;
    const ObjectId scheduled_by = schedule_of(graph, object);
    if (scheduled_by == kNoObject && !on_demand) continue;
    const std::string_view name = on_demand ? std::string_view() : graph.id(scheduled_by);
    const auto [found, is_new] = known.emplace(name, walk.timetables_.size());
    if (is_new) {
      if (on_demand && !range.activation) {
        Diagnostic unknown;
        unknown.code = DiagnosticCode::invalid_schedule;
        unknown.message = fmt::format("'{}' runs on demand, at the activation: give --activation TIME", id);
        unknown.span = graph.span(object);
        return unknown;
      }
      const auto schedule = on_demand ? Result<Schedule>(Schedule::on_demand(*range.activation))
                                      : Schedule::read(graph, scheduled_by, {range.activation, options});
      if (!schedule) return schedule.error();
      Timetable table{name, *schedule, {}};
      if (auto why = cut(table, range, graph, on_demand ? object : scheduled_by); !why.empty()) return why;
      walk.timetables_.push_back(std::move(table));
    }
    walk.timetables_[found->second].objects.push_back(object);
  }
  for (Timetable& table : walk.timetables_) table.objects = in_order(graph, table.objects);
  for (std::size_t i = 0; i < walk.timetables_.size(); ++i) walk.push(i, walk.timetables_[i].first);
  return walk;
}

bool RunSequence::later(const Next& a, const Next& b) {
  const auto starts = [](const Next& next) { return next.run.scheduled_start.epoch_millis; };
  return starts(a) != starts(b) ? starts(a) > starts(b) : a.timetable > b.timetable;
}

void RunSequence::push(std::size_t timetable, std::int64_t number) {
  if (number >= timetables_[timetable].end) return;
  const auto run = timetables_[timetable].schedule.run(number);
  if (!run) return;  // the calendar ends here
  next_.push_back({*run, timetable, number});
  std::push_heap(next_.begin(), next_.end(), later);
}

bool RunSequence::next(Step& out) {
  if (next_.empty()) return false;
  std::pop_heap(next_.begin(), next_.end(), later);
  const Next earliest = next_.back();
  next_.pop_back();
  push(earliest.timetable, earliest.number + 1);
  out = {&timetables_[earliest.timetable], earliest.run};
  return true;
}

std::uint64_t RunSequence::instances() const {
  std::uint64_t sum = 0;
  for (const Timetable& table : timetables_) {
    sum += static_cast<std::uint64_t>(table.end - table.first) * table.objects.size();
  }
  return sum;
}

bool RunSequence::has_run(ObjectId object, DateTime start) const {
  for (const Timetable& table : timetables_) {
    if (std::find(table.objects.begin(), table.objects.end(), object) == table.objects.end()) continue;
    const std::int64_t number = table.schedule.first_from(start);
    const auto run = table.schedule.run(number);
    return number >= table.first && number < table.end && run &&
           run->scheduled_start.epoch_millis == start.epoch_millis;
  }
  return false;
}

std::string RunSequence::gaps() const {
  const RunRange& range = range_;
  std::string out;
  for (const Timetable& table : timetables_) {
    if (!table.schedule.period()) continue;
    const auto say = [&](std::string_view kind, DateTime from, DateTime to, std::string_view why) {
      out += base::show("{}: {} {} to {}: {}\n", kind, table.name, to_string(from), to_string(to), why);
    };
    const auto first = table.schedule.run(table.first), last = table.schedule.run(table.end - 1);
    if (table.first >= table.end || !first || !last) {
      if (!range.from || !range.to) continue;
      // A run that started before the range may cover its beginning, or all of it.
      const std::int64_t next = table.schedule.first_from(*range.from);
      const auto before = next > 0 ? table.schedule.run(next - 1) : std::nullopt;
      DateTime covered = before && before->scheduled_end ? *before->scheduled_end : *range.from;
      if (covered.epoch_millis > range.to->epoch_millis) covered = *range.to;
      if (covered.epoch_millis > range.from->epoch_millis)
        say("gap", *range.from, covered, "the run over this time started before the range");
      else
        covered = *range.from;
      if (covered.epoch_millis == range.to->epoch_millis) continue;
      const bool has_ended = !table.schedule.run(next);
      say("gap", covered, *range.to,
          has_ended   ? "the schedule has ended"
          : next == 0 ? "the schedule has not begun"
                      : "no run starts in this range");
      continue;
    }
    if (range.from && first->scheduled_start.epoch_millis > range.from->epoch_millis) {
      say("gap", *range.from, first->scheduled_start,
          table.first == 0 ? "the schedule has not begun" : "the run over this time started before the range");
    }
    const DateTime last_end = *last->scheduled_end;  // there is one, as the schedule has a period
    const auto& end = table.schedule.end();
    if (end && last_end.epoch_millis > end->epoch_millis) {
      say("overlap", *end, last_end, "the last run reaches over endDateTime");
    }
    if (!range.to || (range.runs != 0 && table.end - table.first == range.runs)) continue;
    if (last_end.epoch_millis < range.to->epoch_millis) say("gap", last_end, *range.to, "the schedule has ended");
    if (last_end.epoch_millis > range.to->epoch_millis) {
      say("overlap", *range.to, last_end, "the last run reaches over the range");
    }
  }
  return out;
}

}  // namespace pipexpr
