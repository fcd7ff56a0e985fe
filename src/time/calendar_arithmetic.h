// Calendar arithmetic as Joda-Time does it, on the clock of the time's zone.
#pragma once

#include <cstdint>

#include <pipexpr/datetime.h>

#include "base/checked_arithmetic.h"
#include "time/failure.h"

namespace pipexpr::time {

// Amounts are Java ints; anything wider is refused. Days and longer keep the time of day, and the day of the month as
// far as the month has it; hours and minutes are exact.
// The fast path of `plus` for UTC, where days and weeks have one length, and of `minus` with a negative unit; false:
// `plus` or `minus` must be called.
constexpr bool plus_utc(DateTime time, std::int64_t amount, std::int64_t unit_millis, DateTime& result) {
  std::int64_t millis = 0;
  if (!time.zone.is_utc() || amount < -INT32_MAX || amount > INT32_MAX ||
      base::add_overflows(time.epoch_millis, amount * unit_millis, millis)) {
    return false;
  }
  result = {millis, time.zone};
  return true;
}

bool plus(DateTime time, std::int64_t amount, TimeUnit unit, DateTime& result, Failure& failure);
bool minus(DateTime time, std::int64_t amount, TimeUnit unit, DateTime& result, Failure& failure);

bool first_of_month(DateTime time, DateTime& result, Failure& failure);
bool midnight(DateTime time, DateTime& result, Failure& failure);
bool sunday(DateTime time, DateTime& result, Failure& failure);
bool yesterday(DateTime time, DateTime& result, Failure& failure);

std::int64_t year(DateTime time);
std::int64_t month(DateTime time);
std::int64_t day(DateTime time);
std::int64_t day_of_year(DateTime time);
std::int64_t hour(DateTime time);
std::int64_t minute(DateTime time);

bool make_date(std::int64_t year, std::int64_t month, std::int64_t day, DateTime& result, Failure& failure);
bool make_datetime(std::int64_t year, std::int64_t month, std::int64_t day, std::int64_t hour, std::int64_t minute,
                   DateTime& result, Failure& failure);

}  // namespace pipexpr::time
