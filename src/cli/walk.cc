#include "cli/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace cli {
namespace {

using pipexpr::DateTime;
using pipexpr::ObjectId;

// The timetable's runs that lie in the range.
pipexpr::Diagnostics cut(Timetable& table, const Range& range, const pipexpr::PipelineDefinition& graph,
                         ObjectId object) {
  const pipexpr::Schedule& schedule = table.schedule;
  if (range.from) table.first = schedule.first_from(*range.from);
  if (range.to) {
    table.end = schedule.first_from(*range.to);
  } else if (range.runs == 0 && schedule.endless()) {
    pipexpr::Diagnostic endless;
    endless.code = pipexpr::DiagnosticCode::invalid_schedule;
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

}  // namespace

pipexpr::Result<Walk> Walk::plan(const pipexpr::PipelineDefinition& graph, const Range& range,
                                 const std::vector<std::string>& only) {
  Walk walk;
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    const ObjectId object = graph.object(i);
    const std::string_view id = graph.id(object);
    if (!graph.has_instances(object)) continue;
    if (!only.empty() && std::find(only.begin(), only.end(), id) == only.end()) continue;
    const auto type = pipexpr::schedule_type(graph, object);
    if (!type) return type.error();
    const bool on_demand = *type == pipexpr::ScheduleType::ondemand;
    const ObjectId scheduled_by = pipexpr::schedule_of(graph, object);
    if (scheduled_by == pipexpr::kNoObject && !on_demand) continue;
    const std::string_view name = on_demand ? std::string_view() : graph.id(scheduled_by);
    const auto same = [&](const Timetable& table) { return table.name == name; };
    auto found = std::find_if(walk.timetables_.begin(), walk.timetables_.end(), same);
    if (found == walk.timetables_.end()) {
      if (on_demand && !range.activation) {
        pipexpr::Diagnostic unknown;
        unknown.code = pipexpr::DiagnosticCode::invalid_schedule;
        unknown.message = fmt::format("'{}' runs on demand, at the activation: give --activation TIME", id);
        unknown.span = graph.span(object);
        return unknown;
      }
      const auto schedule = on_demand
                                ? pipexpr::Result<pipexpr::Schedule>(pipexpr::Schedule::on_demand(*range.activation))
                                : pipexpr::Schedule::read(graph, scheduled_by, {range.activation});
      if (!schedule) return schedule.error();
      Timetable table{name, *schedule, {}};
      if (auto why = cut(table, range, graph, on_demand ? object : scheduled_by); !why.empty()) return why;
      walk.timetables_.push_back(std::move(table));
      found = walk.timetables_.end() - 1;
    }
    found->objects.push_back(object);
  }
  for (const Timetable& table : walk.timetables_) walk.at_.push_back(table.first);
  return walk;
}

bool Walk::next(Step& out) {
  std::size_t earliest = timetables_.size();
  for (std::size_t i = 0; i < timetables_.size(); ++i) {
    if (at_[i] >= timetables_[i].end) continue;
    const auto interval = timetables_[i].schedule.interval(at_[i]);
    if (!interval) {
      at_[i] = timetables_[i].end;  // the calendar ends here
    } else if (earliest == timetables_.size() || interval->start.epoch_millis < out.interval.start.epoch_millis) {
      earliest = i;
      out = {&timetables_[i], *interval};
    }
  }
  if (earliest == timetables_.size()) return false;
  ++at_[earliest];
  return true;
}

std::uint64_t Walk::instances() const {
  std::uint64_t sum = 0;
  for (const Timetable& table : timetables_) {
    sum += static_cast<std::uint64_t>(table.end - table.first) * table.objects.size();
  }
  return sum;
}

std::string Walk::gaps(const Range& range) const {
  std::string out;
  for (const Timetable& table : timetables_) {
    if (!table.schedule.period()) continue;
    const auto say = [&](std::string_view kind, DateTime from, DateTime to, std::string_view why) {
      out +=
          fmt::format("{}: {} {} to {}: {}\n", kind, table.name, pipexpr::to_string(from), pipexpr::to_string(to), why);
    };
    const auto first = table.schedule.interval(table.first), last = table.schedule.interval(table.end - 1);
    if (table.first >= table.end || !first || !last) {
      if (range.from && range.to) say("gap", *range.from, *range.to, "no run starts in this range");
      continue;
    }
    if (range.from && first->start.epoch_millis > range.from->epoch_millis) {
      say("gap", *range.from, first->start,
          table.first == 0 ? "the schedule has not begun" : "the run over this time started before the range");
    }
    const auto& end = table.schedule.end();
    if (end && last->end.epoch_millis > end->epoch_millis) {
      say("overlap", *end, last->end, "the last run reaches over endDateTime");
    }
    if (!range.to || (range.runs != 0 && table.end - table.first == range.runs)) continue;
    if (last->end.epoch_millis < range.to->epoch_millis) say("gap", last->end, *range.to, "the schedule has ended");
    if (last->end.epoch_millis > range.to->epoch_millis) {
      say("overlap", *range.to, last->end, "the last run reaches over the range");
    }
  }
  return out;
}

}  // namespace cli
