// Adds periods to date-times on the calendar of their zone, as Joda-Time does.
#include "time/calendar_arithmetic.h"

#include <fmt/format.h>

#include "base/checked_arithmetic.h"
#include "time/calendar.h"
#include "time/zone.h"

namespace pipexpr::time {
namespace {

// A local time split into day and millisecond of the day.
struct Local {
  std::int64_t days;
  std::int64_t millis;
};

std::int64_t local_millis(DateTime time) {
  return saturated_sum(time.epoch_millis, offset_millis(time.zone, time.epoch_millis));
}

Local local_of(DateTime time) {
  const std::int64_t local = local_millis(time);
  const std::int64_t days = floor_div(local, kDayMillis);
  return {days, floor_mod(local, kDayMillis)};
}

bool overflow(Failure& failure) {
  return failure.set(FailureKind::overflow, "the date is out of range: years reach from -292275054 to 292278993");
}

bool join(std::int64_t days, std::int64_t millis, std::int64_t& local, Failure& failure) {
  return join_days(days, millis, local) || overflow(failure);
}

bool plus_exact(DateTime time, std::int64_t amount, std::int64_t unit, DateTime& result, Failure& failure) {
  result = time;
  if (base::add_overflows(time.epoch_millis, amount * unit, result.epoch_millis)) return overflow(failure);
  return true;
}

bool plus_days(DateTime time, std::int64_t days, DateTime& result, Failure& failure) {
  std::int64_t local = 0;
  if (base::add_overflows(local_millis(time), days * kDayMillis, local)) return overflow(failure);
  result = {instant_of_local(time.zone, local), time.zone};
  return true;
}

bool plus_months(DateTime time, std::int64_t months, DateTime& result, Failure& failure) {
  const Local local = local_of(time);
  const Civil date = civil_from_days(local.days);
  const std::int64_t count = date.year * 12 + date.month - 1 + months;
  const std::int64_t year = floor_div(count, 12);
  const auto month = static_cast<std::int32_t>(floor_mod(count, 12)) + 1;
  if (year < kMinYear || year > kMaxYear) {
    return failure.set(FailureKind::range,
                       fmt::format("Value {} for year must be in the range [{},{}]", year, kMinYear, kMaxYear));
  }
  const std::int32_t day = std::min(date.day, days_in_month(year, month));
  std::int64_t moved = 0;
  if (!join(days_from_civil(year, month, day), local.millis, moved, failure)) return false;
  result = {instant_of_local(time.zone, moved), time.zone};
  return true;
}

bool plus_years(DateTime time, std::int64_t years, DateTime& result, Failure& failure) {
  const std::int64_t from = civil_from_days(local_of(time).days).year;
  const std::int64_t to = from + years;
  if (to < INT32_MIN || to > INT32_MAX) {
    return failure.set(FailureKind::overflow, fmt::format("The calculation caused an overflow: {} + {}", from, years));
  }
  return plus_months(time, 12 * years, result, failure);
}

bool shift(DateTime time, std::int64_t amount, TimeUnit unit, DateTime& result, Failure& failure) {
  if (amount == 0) {  // not even an overlap's later side changes
    result = time;
    return true;
  }
  switch (unit) {
    case TimeUnit::minutes: return plus_exact(time, amount, 60'000, result, failure);
    case TimeUnit::hours: return plus_exact(time, amount, 3'600'000, result, failure);
    case TimeUnit::days: return plus_days(time, amount, result, failure);
    case TimeUnit::weeks: return plus_days(time, 7 * amount, result, failure);
    case TimeUnit::months: return plus_months(time, amount, result, failure);
    case TimeUnit::years: return plus_years(time, amount, result, failure);
  }
  return failure.set(FailureKind::range, fmt::format("there is no unit of time {}", static_cast<unsigned>(unit)));
}

bool is_int(std::int64_t amount, Failure& failure) {
  if (amount >= INT32_MIN && amount <= INT32_MAX) return true;
  return failure.set(FailureKind::overflow,
                     fmt::format("the count {} must be in the range [{},{}]", amount, INT32_MIN, INT32_MAX));
}

bool in_range(std::int64_t value, std::string_view field, std::int64_t low, std::int64_t high, Failure& failure) {
  if (value >= low && value <= high) return true;
  return failure.set(FailureKind::range,
                     fmt::format("Value {} for {} must be in the range [{},{}]", value, field, low, high));
}

}  // namespace

bool plus(DateTime time, std::int64_t amount, TimeUnit unit, DateTime& result, Failure& failure) {
  return is_int(amount, failure) && shift(time, amount, unit, result, failure);
}

bool minus(DateTime time, std::int64_t amount, TimeUnit unit, DateTime& result, Failure& failure) {
  if (!is_int(amount, failure)) return false;
  if (unit == TimeUnit::years && amount == INT32_MIN) {  // Joda-Time negates years as an int
    return failure.set(FailureKind::overflow, fmt::format("Value cannot fit in an int: {}", -amount));
  }
  return shift(time, -amount, unit, result, failure);
}

bool first_of_month(DateTime time, DateTime& result, Failure& failure) {
  const Local local = local_of(time);
  std::int64_t moved = 0;
  if (!join(local.days - civil_from_days(local.days).day + 1, local.millis, moved, failure)) return false;
  result = {instant_of_local(time.zone, moved, time.epoch_millis), time.zone};
  return true;
}

// By way of six o'clock, which a change of the clocks at night has passed: Joda-Time's start of day.
bool midnight(DateTime time, DateTime& result, Failure& failure) {
  std::int64_t start = 0;
  if (!join(local_of(time).days, 0, start, failure)) return false;
  const std::int64_t six = instant_of_clock(time.zone, start + 6 * 3'600'000);
  if (!join(local_of({six, time.zone}).days, 0, start, failure)) return false;
  result = {earlier_instant(time.zone, instant_of_local(time.zone, start, six)), time.zone};
  return true;
}

bool sunday(DateTime time, DateTime& result, Failure& failure) {
  return shift(time, -(iso_weekday(local_of(time).days) % 7), TimeUnit::days, result, failure);
}

bool yesterday(DateTime time, DateTime& result, Failure& failure) {
  return shift(time, -1, TimeUnit::days, result, failure);
}

std::int64_t year(DateTime time) { return civil_from_days(local_of(time).days).year; }
std::int64_t month(DateTime time) { return civil_from_days(local_of(time).days).month; }
std::int64_t day(DateTime time) { return civil_from_days(local_of(time).days).day; }
std::int64_t day_of_year(DateTime time) {
  const std::int64_t days = local_of(time).days;
  return day_of_year(days, civil_from_days(days).year);
}
std::int64_t hour(DateTime time) { return local_of(time).millis / 3'600'000; }
std::int64_t minute(DateTime time) { return local_of(time).millis / 60'000 % 60; }

bool make_date(std::int64_t year, std::int64_t month, std::int64_t day, DateTime& result, Failure& failure) {
  return make_datetime(year, month, day, 0, 0, result, failure);
}

bool make_datetime(std::int64_t year, std::int64_t month, std::int64_t day, std::int64_t hour, std::int64_t minute,
                   DateTime& result, Failure& failure) {
  if (!in_range(hour, "hourOfDay", 0, 23, failure) || !in_range(minute, "minuteOfHour", 0, 59, failure) ||
      !in_range(year, "year", kMinGivenYear, kMaxGivenYear, failure) ||
      !in_range(month, "monthOfYear", 1, 12, failure)) {
    return false;
  }
  const auto in_month = static_cast<std::int32_t>(month);
  const std::int32_t last = days_in_month(year, in_month);
  if (day < 1 || day > last) {
    return failure.set(
        FailureKind::range,
        fmt::format("Value {} for dayOfMonth must be in the range [1,{}]: year: {} month: {}", day, last, year, month));
  }
  std::int64_t millis = 0;
  const std::int64_t of_day = (hour * 60 + minute) * 60'000;
  if (!join(days_from_civil(year, in_month, static_cast<std::int32_t>(day)), of_day, millis, failure)) return false;
  result = {millis, {}};
  return true;
}

}  // namespace pipexpr::time
