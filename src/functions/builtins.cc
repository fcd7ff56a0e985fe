// The table of built-in functions.
#include "functions/builtins.h"

#include "functions/dates.h"

namespace pipexpr::functions {
namespace {

FunctionSpec shift(std::string name, std::string description, bool (*body)(Call&)) {
  return {.name = std::move(name),
          .parameters = {{"time", Kind::datetime}, {"count", Kind::integer}},
          .result = Kind::datetime,
          .description = std::move(description),
          .pure = true,
          .body = body};
}

FunctionSpec part(std::string name, std::string description, bool (*body)(Call&)) {
  return {.name = std::move(name),
          .parameters = {{"time", Kind::datetime}},
          .result = Kind::integer,
          .description = std::move(description),
          .pure = true,
          .body = body};
}

FunctionSpec move(std::string name, std::string description, bool (*body)(Call&)) {
  return {.name = std::move(name),
          .parameters = {{"time", Kind::datetime}},
          .result = Kind::datetime,
          .description = std::move(description),
          .pure = true,
          .body = body};
}

FunctionSpec by_period(std::string name, std::string description, bool (*body)(Call&)) {
  return {.name = std::move(name),
          .parameters = {{"time", Kind::datetime}, {"period", Kind::period}},
          .result = Kind::datetime,
          .description = std::move(description),
          .pure = true,
          .body = body};
}

}  // namespace

std::vector<FunctionSpec> builtins() {
  const Parameter year{"year", Kind::integer}, month{"month", Kind::integer}, day{"day", Kind::integer};
  const Parameter hour{"hour", Kind::integer}, minute{"minute", Kind::integer};
  using U = TimeUnit;
  std::vector<FunctionSpec> all = {
      part("day", "the day of the month, 1 to 31", get<Part::day>),
      part("dayOfYear", "the day of the year, 1 to 366", get<Part::day_of_year>),
      move("firstOfMonth", "the first day of the month, at the same time of day", change<Change::first_of_month>),
      {.name = "format",
       .parameters = {{"time", Kind::datetime}, {"pattern", Kind::string}},
       .result = Kind::string,
       .description = "the time as text, by a Joda-Time pattern such as 'YYYY-MM-dd'",
       .pure = true,
       .body = format,
       .prepare = prepare_pattern,
       .prepared_parameter = 1},
      part("hour", "the hour, 0 to 23", get<Part::hour>),
      {.name = "inTimeZone",
       .parameters = {{"time", Kind::datetime}, {"zone", Kind::string}},
       .result = Kind::datetime,
       .description = "the same instant on the clock of a time zone such as 'America/Los_Angeles'",
       .pure = true,
       .body = in_time_zone,
       .prepare = prepare_zone,
       .prepared_parameter = 1},
      {.name = "makeDate",
       .parameters = {year, month, day},
       .result = Kind::datetime,
       .description = "midnight of that day, UTC",
       .pure = true,
       .body = make_date},
      {.name = "makeDateTime",
       .parameters = {year, month, day, hour, minute},
       .result = Kind::datetime,
       .description = "that minute, UTC",
       .pure = true,
       .body = make_datetime},
      move("midnight", "the start of the same day", change<Change::midnight>),
      shift("minusDays", "count days before", plus<U::days, -1>),
      shift("minusHours", "count hours before", plus<U::hours, -1>),
      shift("minusMinutes", "count minutes before", plus<U::minutes, -1>),
      shift("minusMonths", "count months before, at the latest on the month's last day", plus<U::months, -1>),
      by_period("minusPeriod", "one period such as '1 day' before", plus_period<-1>),
      shift("minusWeeks", "count weeks before", plus<U::weeks, -1>),
      shift("minusYears", "count years before", plus<U::years, -1>),
      part("minute", "the minute, 0 to 59", get<Part::minute>),
      part("month", "the month, 1 to 12", get<Part::month>),
      shift("plusDays", "count days after", plus<U::days, 1>),
      shift("plusHours", "count hours after", plus<U::hours, 1>),
      shift("plusMinutes", "count minutes after", plus<U::minutes, 1>),
      shift("plusMonths", "count months after, at the latest on the month's last day", plus<U::months, 1>),
      by_period("plusPeriod", "one period such as '1 day' after", plus_period<1>),
      shift("plusWeeks", "count weeks after", plus<U::weeks, 1>),
      shift("plusYears", "count years after", plus<U::years, 1>),
      move("sunday", "the Sunday before, or the same day when it is one, at the same time of day",
           change<Change::sunday>),
      part("year", "the year", get<Part::year>),
      move("yesterday", "the day before, at the same time of day", change<Change::yesterday>),
  };
  return all;
}

}  // namespace pipexpr::functions
