// Points in time, time zones and periods, as the expression language sees them.
//
//   auto start = pipexpr::parse_datetime("2011-05-24T17:10:00").value();
//   auto zone = pipexpr::parse_time_zone("America/Los_Angeles").value();
//   pipexpr::to_string({start.epoch_millis, zone});            // "2011-05-24T10:10:00"
//   pipexpr::parse_time_zone("PST");                            // a diagnostic: the id is not recognised
//
// The calendar is Joda-Time's ISO calendar: proleptic Gregorian, year 0 exists, years -292275054 to 292278993.
// Zones come from the system's time-zone database, which is read when a zone is first asked for. Everything here may be
// used from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pipexpr/export.h>
#include <pipexpr/result.h>

namespace pipexpr {

// A time zone: UTC, a fixed offset, or a zone of the database. Two are equal exactly when they are the same zone. A
// value like any other; it owns nothing.
class TimeZone {
 public:
  constexpr TimeZone() = default;  // UTC
  constexpr bool is_utc() const { return code_ == 0; }
  friend bool operator==(const TimeZone&, const TimeZone&) = default;

  // For the library: 0 is UTC, a fixed offset has the highest bit, others are numbers of zones that this process has
  // read so far. A code of another process means nothing here: store the id. A time in a zone that does not exist has
  // no text.
  static constexpr TimeZone from_code(std::uint32_t code) { return TimeZone(code); }
  constexpr std::uint32_t code() const { return code_; }

 private:
  constexpr explicit TimeZone(std::uint32_t code) : code_(code) {}
  std::uint32_t code_ = 0;
};

// An instant in milliseconds since 1970-01-01T00:00:00Z, and the zone whose clock shows it.
struct DateTime {
  std::int64_t epoch_millis = 0;
  TimeZone zone = {};

  friend bool operator==(const DateTime&, const DateTime&) = default;
};

enum class TimeUnit : std::uint8_t { minutes, hours, days, weeks, months, years };

// A length of calendar time such as `1 hour` or `3 Days`; count is positive.
struct Period {
  std::int64_t count = 0;
  TimeUnit unit = TimeUnit::hours;

  friend bool operator==(const Period&, const Period&) = default;
};

// A zone by its id: `UTC`, an id of the database (`US/Pacific` gives America/Los_Angeles) or an offset (`+05:30`).
PIPEXPR_API Result<TimeZone> parse_time_zone(std::string_view id);

// The canonical id; empty for a zone that does not exist.
PIPEXPR_API std::string time_zone_id(TimeZone zone);

// The documented literal form `YYYY-MM-DDTHH:MM:SS` in UTC, and supersets of it: a fraction of a second, `Z` or an
// offset, missing seconds, a date alone, signed years of up to nine digits.
PIPEXPR_API Result<DateTime> parse_datetime(std::string_view text);

// The text of a bare DateTime: `yyyy-MM-dd'T'HH:mm:ss` on the clock of its zone, no fraction, no offset.
PIPEXPR_API std::string to_string(DateTime time);

// `N unit` with a positive N: `1 hour`, `15 Minutes`, `3 days`.
PIPEXPR_API Result<Period> parse_period(std::string_view text);

// `1 hour`, `3 days`; empty for a unit that does not exist.
PIPEXPR_API std::string to_string(Period period);

// time + count periods on the calendar of its zone (count may be negative); an error when out of range.
PIPEXPR_API Result<DateTime> add(DateTime time, Period period, std::int64_t count = 1);

// Version of the time-zone database in use, such as "2025b"; "missing" when it cannot be read (UTC still works).
PIPEXPR_API std::string_view time_zone_database_version();

}  // namespace pipexpr
