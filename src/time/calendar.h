// Days and dates of the proleptic Gregorian calendar. Howard Hinnant's algorithms in 64 bits: his library's year is
// 16 bits wide and Joda-Time's calendar reaches from -292275054 to 292278993.
#pragma once

#include <cstdint>

#include "base/checked_arithmetic.h"

namespace pipexpr::time {

inline constexpr std::int64_t kMinYear = -292275054;
inline constexpr std::int64_t kMaxYear = 292278993;
// Fields given as numbers may touch the years that int64 milliseconds reach in part.
inline constexpr std::int64_t kMinGivenYear = kMinYear - 1;
inline constexpr std::int64_t kMaxGivenYear = kMaxYear + 1;
inline constexpr std::int64_t kDayMillis = 86'400'000;

struct Civil {
  std::int64_t year = 1970;
  std::int32_t month = 1;
  std::int32_t day = 1;
};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
constexpr std::int64_t floor_mod(std::int64_t a, std::int64_t b) {
  const std::int64_t rest = a % b;
  return rest < 0 ? rest + b : rest;
}

constexpr bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr std::int32_t days_in_month(std::int64_t year, std::int32_t month) {
  return month == 2 ? (is_leap(year) ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
}

constexpr std::int64_t days_from_civil(std::int64_t year, std::int32_t month, std::int32_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = floor_div(year, 400);
  const auto of_era = static_cast<std::uint32_t>(year - era * 400);
  const auto of_year = static_cast<std::uint32_t>((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1);
  const std::uint32_t day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

// Neri and Schneider's way (Euclidean affine functions, 2022), which divides less, for some 1,400,000 years around
// 1970.
constexpr bool civil_from_near_days(std::int64_t days, Civil& date) {
  constexpr std::uint32_t kEras = 1'800;  // of 400 years, so that nothing is negative
  const std::int64_t moved = days + 719468 + std::int64_t{146097} * kEras;
  if (moved < 0 || moved >= std::int64_t{1} << 30) return false;
  const std::uint32_t quarters = 4 * static_cast<std::uint32_t>(moved) + 3;
  const std::uint32_t century = quarters / 146097;
  const std::uint64_t of_year = std::uint64_t{2939745} * (quarters % 146097 / 4 * 4 + 3);
  const std::uint32_t day_of_year = static_cast<std::uint32_t>(of_year) / 2939745 / 4;  // from the first of March
  const std::uint32_t month_and_day = 2141 * day_of_year + 197913;
  const bool next_year = day_of_year >= 306;
  date.year =
      static_cast<std::int64_t>(100 * century + static_cast<std::uint32_t>(of_year >> 32)) - 400 * kEras + next_year;
  date.month = static_cast<std::int32_t>((month_and_day >> 16) - (next_year ? 12 : 0));
  date.day = static_cast<std::int32_t>((month_and_day & 0xFFFF) / 2141) + 1;
  return true;
}

constexpr Civil civil_from_days(std::int64_t days) {
  Civil near;
  if (civil_from_near_days(days, near)) return near;
  days += 719468;
  const std::int64_t era = floor_div(days, 146097);
  const auto day_of_era = static_cast<std::uint32_t>(days - era * 146097);
  const std::uint32_t of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::uint32_t of_year = day_of_era - (365 * of_era + of_era / 4 - of_era / 100);
  const std::uint32_t shifted = (5 * of_year + 2) / 153;
  const std::uint32_t day = of_year - (153 * shifted + 2) / 5 + 1;
  const std::uint32_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(of_era) + era * 400 + (month <= 2 ? 1 : 0), static_cast<std::int32_t>(month),
          static_cast<std::int32_t>(day)};
}

// A clock's time at the ends of all time, where an offset would lead beyond them: the end itself.
constexpr std::int64_t saturated_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (base::add_overflows(a, b, sum)) return b > 0 ? INT64_MAX : INT64_MIN;
  return sum;
}

// Milliseconds of a day and a time in it; false on overflow. The first day of all begins before INT64_MIN, so a
// negative day is joined from its end.
constexpr bool join_days(std::int64_t days, std::int64_t millis, std::int64_t& result) {
  if (days < 0) {
    ++days;
    millis -= kDayMillis;
  }
  return !base::multiply_overflows(days, kDayMillis, result) && !base::add_overflows(result, millis, result);
}

// Monday 1 ... Sunday 7.
constexpr std::int32_t iso_weekday(std::int64_t days) { return static_cast<std::int32_t>(floor_mod(days + 3, 7)) + 1; }

constexpr std::int32_t day_of_year(std::int64_t days, std::int64_t year) {
  return static_cast<std::int32_t>(days - days_from_civil(year, 1, 1)) + 1;
}

struct IsoWeek {
  std::int64_t year;
  std::int32_t week;
};

// The ISO week of a day: that of its Thursday.
constexpr IsoWeek iso_week(std::int64_t days) {
  const std::int64_t thursday = days + 4 - iso_weekday(days);
  const std::int64_t year = civil_from_days(thursday).year;
  return {year, (day_of_year(thursday, year) - 1) / 7 + 1};
}

}  // namespace pipexpr::time
