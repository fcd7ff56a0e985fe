// Schedule: the runs that a Schedule object of a definition gives.
//
//   auto schedule = pipexpr::Schedule::read(definition, *definition.find("Hourly"));
//   if (!schedule) std::cerr << pipexpr::render(schedule.error().front());
//   for (std::int64_t i = 0; auto run = schedule->run(i); ++i) {
//     evaluator.append(command, *definition, {.object = activity, .run = run}, out);
//   }
//
// Run number i covers [start + i periods, start + (i + 1) periods) on the calendar of UTC, counted from the start and
// not step by step: the 31st of a month stays the 31st where there is one. The last run is the last that begins before
// endDateTime, or that of number `occurrences` - 1. The fields may hold expressions, as all fields may. Where the rules
// come from: the service's documentation of the Schedule object; docs/schedules.md has them with their reasons.
//
// A Schedule owns nothing of the definition and may be used from any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <pipexpr/context.h>
#include <pipexpr/datetime.h>
#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/options.h>
#include <pipexpr/result.h>

namespace pipexpr {

// When a run takes place: at its start or at its end. It does not change the two. `ondemand` runs once for each
// activation.
enum class ScheduleType : std::uint8_t { timeseries, cron, ondemand };
// Case does not matter: definitions have 'CRON' as often as not. Nothing for any other word.
PIPEXPR_API std::optional<ScheduleType> parse_schedule_type(std::string_view word);

struct ScheduleOptions {
  // When the pipeline is activated: the start of a schedule with startAt, and of a run on demand.
  std::optional<DateTime> activation = {};
  EvaluateOptions evaluate = {};  // for fields that hold expressions
};

class PIPEXPR_API Schedule {
 public:
  // What a Schedule object says. Diagnostic invalid_schedule, with its span in the definition's JSON, when the object
  // is no Schedule, has no period or start, says two things at once, or has a period that the service refuses
  // (15 minutes to 3 years).
  static Result<Schedule> read(const PipelineDefinition& definition, ObjectId object,
                               const ScheduleOptions& options = {});
  // The one run that an activation gives.
  static Schedule on_demand(DateTime activation);

  // The run of that number, from 0; nothing when the schedule has ended by then, or the calendar has. A run on demand
  // has no end.
  std::optional<Run> run(std::int64_t index) const;
  // Number of the first run that begins at `time` or later; the number of runs when there is none.
  std::int64_t first_from(DateTime time) const;

  bool endless() const { return !end_ && occurrences_ == kEndless; }
  DateTime start() const { return start_; }
  const std::optional<DateTime>& end() const { return end_; }      // endDateTime
  const std::optional<Period>& period() const { return period_; }  // nothing: a single run, on demand

 private:
  static constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max();

  DateTime start_ = {};
  std::optional<DateTime> end_;
  std::optional<Period> period_;
  std::int64_t occurrences_ = kEndless;
};

// The Schedule object of an object, own or inherited; kNoObject when it has none.
PIPEXPR_API ObjectId schedule_of(const PipelineDefinition& definition, ObjectId object);

// The period of the schedule that an object runs on, or a Schedule has. An alarm or a precondition runs with the
// objects it belongs to: their period, when they all have the same. Nothing when there is none, or it has no value.
PIPEXPR_API std::optional<Period> period_of(const PipelineDefinition& definition, ObjectId object,
                                            const EvaluateOptions& options = {});

// Its scheduleType, own or inherited; timeseries when it has none. Diagnostic invalid_schedule for any other word.
PIPEXPR_API Result<ScheduleType> schedule_type(const PipelineDefinition& definition, ObjectId object,
                                               const EvaluateOptions& options = {});

// The id that the service forms for an instance: `@Copy_2017-08-13T14:20:27`.
PIPEXPR_API std::string instance_id(std::string_view component, DateTime scheduled_start);

}  // namespace pipexpr
