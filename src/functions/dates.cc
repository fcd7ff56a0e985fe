// The bodies of the date functions.
#include "functions/dates.h"

#include "time/calendar_arithmetic.h"
#include "time/code.h"
#include "time/pattern.h"
#include "time/zone.h"

namespace pipexpr::functions {
namespace {

bool return_time(Call& call, bool good, DateTime time, time::Failure& failure) {
  return good ? call.return_value(time) : call.fail(time::code_of(failure.kind), std::move(failure.message));
}

template <bool (*Operation)(DateTime, DateTime&, time::Failure&)>
bool apply(Call& call) {
  DateTime result;
  time::Failure failure;
  const bool good = Operation(call.datetime(0), result, failure);
  return return_time(call, good, result, failure);
}

}  // namespace

template <>
bool get<Part::year>(Call& call) {
  return call.return_value(time::year(call.datetime(0)));
}
template <>
bool get<Part::month>(Call& call) {
  return call.return_value(time::month(call.datetime(0)));
}
template <>
bool get<Part::day>(Call& call) {
  return call.return_value(time::day(call.datetime(0)));
}
template <>
bool get<Part::day_of_year>(Call& call) {
  return call.return_value(time::day_of_year(call.datetime(0)));
}
template <>
bool get<Part::hour>(Call& call) {
  return call.return_value(time::hour(call.datetime(0)));
}
template <>
bool get<Part::minute>(Call& call) {
  return call.return_value(time::minute(call.datetime(0)));
}

template <>
bool change<Change::first_of_month>(Call& call) {
  return apply<time::first_of_month>(call);
}
template <>
bool change<Change::midnight>(Call& call) {
  return apply<time::midnight>(call);
}
template <>
bool change<Change::sunday>(Call& call) {
  return apply<time::sunday>(call);
}
template <>
bool change<Change::yesterday>(Call& call) {
  return apply<time::yesterday>(call);
}

template <TimeUnit Unit, int Sign>
bool plus(Call& call) {
  DateTime result;
  constexpr std::int64_t kMinute = 60'000, kDay = 1440 * kMinute;
  constexpr std::int64_t kUnit = Unit == TimeUnit::weeks   ? 7 * kDay
                                 : Unit == TimeUnit::days  ? kDay
                                 : Unit == TimeUnit::hours ? 60 * kMinute
                                                           : kMinute;
  if constexpr (Unit != TimeUnit::months && Unit != TimeUnit::years) {
    if (time::plus_utc(call.datetime(0), call.integer(1), Sign * kUnit, result)) return call.return_value(result);
  }
  time::Failure failure;
  const bool good = Sign > 0 ? time::plus(call.datetime(0), call.integer(1), Unit, result, failure)
                             : time::minus(call.datetime(0), call.integer(1), Unit, result, failure);
  return return_time(call, good, result, failure);
}
template bool plus<TimeUnit::years, 1>(Call&);
template bool plus<TimeUnit::months, 1>(Call&);
template bool plus<TimeUnit::weeks, 1>(Call&);
template bool plus<TimeUnit::days, 1>(Call&);
template bool plus<TimeUnit::hours, 1>(Call&);
template bool plus<TimeUnit::minutes, 1>(Call&);
template bool plus<TimeUnit::years, -1>(Call&);
template bool plus<TimeUnit::months, -1>(Call&);
template bool plus<TimeUnit::weeks, -1>(Call&);
template bool plus<TimeUnit::days, -1>(Call&);
template bool plus<TimeUnit::hours, -1>(Call&);
template bool plus<TimeUnit::minutes, -1>(Call&);

template <int Sign>
bool plus_period(Call& call) {
  const Period period = call.period(1);
  DateTime result;
  time::Failure failure;
  const bool good = Sign > 0 ? time::plus(call.datetime(0), period.count, period.unit, result, failure)
                             : time::minus(call.datetime(0), period.count, period.unit, result, failure);
  return return_time(call, good, result, failure);
}
template bool plus_period<1>(Call&);
template bool plus_period<-1>(Call&);

namespace {

struct Zone {
  TimeZone zone;
};

}  // namespace

bool in_time_zone(Call& call) {
  return call.return_value(DateTime{call.datetime(0).epoch_millis, call.prepared<Zone>().zone});
}

Prepared prepare_zone(std::string_view id, const Limits&) {
  auto found = std::make_shared<Zone>();
  time::Failure failure;
  if (time::find_zone(id, found->zone, failure)) return {.object = std::move(found)};
  return {.code = time::code_of(failure.kind), .message = std::move(failure.message)};
}

bool make_date(Call& call) {
  DateTime result;
  time::Failure failure;
  const bool good = time::make_date(call.integer(0), call.integer(1), call.integer(2), result, failure);
  return return_time(call, good, result, failure);
}

bool make_datetime(Call& call) {
  DateTime result;
  time::Failure failure;
  const bool good = time::make_datetime(call.integer(0), call.integer(1), call.integer(2), call.integer(3),
                                        call.integer(4), result, failure);
  return return_time(call, good, result, failure);
}

bool format(Call& call) {
  const auto& pattern = call.prepared<time::Pattern>();
  char* const text = call.allocate_text(pattern.max_size());
  if (text == nullptr) return false;
  return call.return_text(static_cast<std::size_t>(pattern.write(call.datetime(0), text) - text));
}

Prepared prepare_pattern(std::string_view text, const Limits& limits) {
  auto pattern = std::make_shared<time::Pattern>();
  time::Failure failure;
  if (time::Pattern::compile(text, limits.max_pattern_bytes, limits.max_pattern_run, *pattern, failure)) {
    return {.object = std::move(pattern)};
  }
  return {.code = time::code_of(failure.kind),
          .message = std::move(failure.message),
          .part = {failure.offset, failure.length}};
}

}  // namespace pipexpr::functions
