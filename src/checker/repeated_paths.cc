// Evaluates a path in the first runs, and in those at which calendars and clocks do something unusual.
#include "checker/repeated_paths.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include <pipexpr/field.h>

#include "schedule/probing_instants.h"
#include "time/zone.h"

namespace pipexpr::checker {
namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr DateTime kActivation{1'704'067'200'000};  // 2024-01-01, of schedules that begin when they are activated
constexpr std::size_t kRuns = 400;                  // more than a year of days
// A pipeline has 100 objects at most. What is larger, or takes longer, is tried in fewer runs.
constexpr std::size_t kEvaluations = 200'000, kMinRuns = 50;
constexpr std::uint64_t kSteps = 1'000'000;
constexpr FieldOverride kConstants[] = {{"@pipelineId", "df-0"}, {"@version", "1"}};

std::chrono::year_month_day date(DateTime time) {
  const std::int64_t days = time.epoch_millis / kDay - (time.epoch_millis % kDay < 0 ? 1 : 0);
  return std::chrono::sys_days(std::chrono::days(days));
}

}  // namespace

RepeatedPaths::RepeatedPaths(Stage& stage)
    : stage_(stage),
      count_(std::clamp(kEvaluations / (stage.graph.object_count() + 1), kMinRuns, kRuns)),
      zones_(named_zones(stage.graph)) {
  constants_.assign(kConstants, {}, stage.graph, kNoObject);
}

std::optional<std::string> RepeatedPaths::evaluate(const Place& place, const Field& field, const Run& run) {
  Context context{.object = place.object, .run = run};
  context.run->fields = constants_.runtime();
  const auto value = evaluate_item(stage_.evaluator, stage_.graph, field, place.item, context);
  return value ? std::optional(value->text()) : std::nullopt;
}

const std::vector<Run>& RepeatedPaths::runs_of(ObjectId schedule) {
  const auto [known, is_new] = runs_.try_emplace(schedule);
  if (!is_new) return known->second;
  const auto read = Schedule::read(stage_.graph, schedule, {kActivation, stage_.options.evaluate});
  if (read && read->period()) known->second = probing_runs(*read, zones_, count_);
  return known->second;
}

// Whether nothing in the path tells the years apart. After 28 years every date has its day of the week and its week
// again. Such a path is meant to come round, as one of seven files by the day of the week.
bool RepeatedPaths::comes_round(const Place& place, const Field& field, const std::vector<Run>& runs) {
  constexpr std::int64_t kSameCalendar = (28 * 365 + 7) * kDay;
  constexpr std::size_t kTries = 5;
  for (std::size_t i = 0; i < kTries; ++i) {
    Run run = runs[i * (runs.size() - 1) / kTries];
    const auto now = evaluate(place, field, run);
    run.scheduled_start.epoch_millis += kSameCalendar;
    if (run.scheduled_end) run.scheduled_end->epoch_millis += kSameCalendar;
    const auto later = evaluate(place, field, run);
    if (!now || !later || *now != *later) return false;
  }
  return true;
}

// Two runs that show one time, or one day, by the clock of a zone that is set back between them, or between the times
// that are calculated from them, within a day.
std::optional<TimeZone> RepeatedPaths::set_back_between(const Run& first, const Run& second) const {
  const auto is_set_back = [](TimeZone zone, std::int64_t a, std::int64_t b) {
    const std::int64_t before = time::offset_millis(zone, a), after = time::offset_millis(zone, b);
    if (b - a <= time::offset_millis(zone, a - kDay) - time::offset_millis(zone, b + kDay)) return true;
    if (before <= after || b - a > kDay) return false;
    const auto day = [](std::int64_t millis) { return date(DateTime{millis, {}}); };
    return day(a + before) == day(b + after) && day(a + before) != day(b + before);
  };
  for (const TimeZone zone : zones_) {
    if (is_set_back(zone, first.scheduled_start.epoch_millis, second.scheduled_start.epoch_millis)) return zone;
    if (first.scheduled_end && second.scheduled_end &&
        is_set_back(zone, first.scheduled_end->epoch_millis, second.scheduled_end->epoch_millis))
      return zone;
  }
  return std::nullopt;
}

std::string RepeatedPaths::advice(std::string_view written, const Run& first, const Run& second,
                                  std::string_view pattern, bool is_whole) const {
  const auto reads = [&](std::string_view part) { return written.find(part) != written.npos; };
  const std::string whole = fmt::format(
      "#{{format({}, '{}')}}",
      reads("@scheduledEndTime") && !reads("@scheduledStart") ? "@scheduledEndTime" : "@scheduledStartTime", pattern);
  if (const auto zone = set_back_between(first, second))
    return fmt::format(": the clock of '{}' is set back between them; write the time in UTC, as {}",
                       time_zone_id(*zone), whole);
  const auto b = date(second.scheduled_start);
  const std::int64_t apart = second.scheduled_start.epoch_millis - first.scheduled_start.epoch_millis;
  const bool has_week = (reads("'w") || reads("\"w")) && !reads("'x") && !reads("\"x");
  if (has_week && apart > 300 * kDay && (b.month() == std::chrono::December || b.month() == std::chrono::January))
    return ": the last days of December are in week 1 of the next year; beside a week write its own year, 'xxxx'";
  for (const std::string_view function : {"minusMonths", "plusMonths", "minusYears", "plusYears"}) {
    if (reads(function) && apart < 4 * kDay)
      return fmt::format(": '{}' gives the last day of a month that is too short", function);
  }
  if (is_whole) return "";
  return fmt::format(": write the whole time in one pattern, as {}", whole);
}

// Both questions about a path are asked one after the other.
const RepeatedPaths::Shared& RepeatedPaths::shared(const Place& place, const Field& field, ObjectId schedule) {
  const Asked asked{field.items + place.item, schedule, place.object};
  if (asked == asked_) return shared_;
  asked_ = asked;
  shared_ = {};
  const std::vector<Run>& runs = runs_of(schedule);
  if (runs.size() < 2 || !evaluate(place, field, runs[0])) return shared_;
  const std::uint64_t steps = std::max<std::uint64_t>(stage_.evaluator.usage().steps, 1);
  const std::size_t count = std::min<std::size_t>(runs.size(), kSteps / steps);
  std::unordered_map<std::string, std::size_t> known;  // the last run of a path
  for (std::size_t i = 0; i < count; ++i) {
    const auto path = evaluate(place, field, runs[i]);
    if (!path) return shared_;
    const auto [at, fresh] = known.try_emplace(*path, i);
    if (!fresh) shared_.pairs.emplace_back(at->second, i);
    at->second = i;
  }
  shared_.is_known = true;
  shared_.is_constant = known.size() == 1;
  return shared_;
}

bool RepeatedPaths::may_share_hour(const Place& place, const Field& field, ObjectId schedule, TimeZone zone) {
  const auto is_zone = [&](TimeZone known) { return time_zone_id(known) == time_zone_id(zone); };
  if (std::none_of(zones_.begin(), zones_.end(), is_zone)) return true;  // of many zones some are not tried
  const std::vector<Run>& runs = runs_of(schedule);
  const Shared& found = shared(place, field, schedule);
  return !found.is_known || std::any_of(found.pairs.begin(), found.pairs.end(), [&](const auto& pair) {
    return set_back_between(runs[pair.first], runs[pair.second]).has_value();
  });
}

void RepeatedPaths::check(const Place& place, const Field& field, ObjectId schedule, std::string_view pattern,
                          bool is_whole) {
  const std::vector<Run>& runs = runs_of(schedule);
  const Shared& found = shared(place, field, schedule);
  // A path that is one in all runs is another usual form, as one that holds what is newest.
  if (!found.is_known || found.pairs.empty() || found.is_constant) return;
  const auto [first, second] = found.pairs.front();
  if (first + 1 != second && comes_round(place, field, runs)) return;
  const std::string path = *evaluate(place, field, runs[first]);
  const std::string_view written = field.items[place.item].value.text();
  stage_.report.add(place,
                    {Rule::repeated_path,
                     {0, static_cast<std::uint32_t>(written.size())},
                     fmt::format("the runs of {} and {} write to one path, '{}', so that the second overwrites "
                                 "the first{}",
                                 to_string(runs[first].scheduled_start), to_string(runs[second].scheduled_start),
                                 base::excerpt(path), advice(written, runs[first], runs[second], pattern, is_whole))});
}

}  // namespace pipexpr::checker
