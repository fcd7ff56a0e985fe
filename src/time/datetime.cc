// Implements the public functions on date-times, periods and time zones.
#include <pipexpr/datetime.h>

#include <fmt/format.h>

#include "base/checked_arithmetic.h"
#include "time/calendar_arithmetic.h"
#include "time/code.h"
#include "time/literal.h"
#include "time/zone.h"

namespace pipexpr {
namespace {

Diagnostic diagnostic(time::Failure&& failure) {
  Diagnostic result;
  result.code = time::code_of(failure.kind);
  result.message = std::move(failure.message);
  result.arguments = {result.message};  // these codes have one gap, which is all of the message
  result.span = {failure.offset, failure.length};
  return result;
}

}  // namespace

Result<TimeZone> parse_time_zone(std::string_view id) {
  TimeZone zone;
  time::Failure failure;
  if (!time::find_zone(id, zone, failure)) return diagnostic(std::move(failure));
  return zone;
}

std::string time_zone_id(TimeZone zone) {
  if (!time::is_known(zone)) return "";
  char buffer[time::kMaxZoneIdSize];
  return {buffer, time::write_zone_id(zone, buffer)};
}

Result<DateTime> parse_datetime(std::string_view text) {
  DateTime result;
  time::Failure failure;
  if (!time::parse_datetime(text, result, failure)) return diagnostic(std::move(failure));
  return result;
}

std::string to_string(DateTime time) {
  if (!time::is_known(time.zone)) return "";
  char buffer[time::kMaxDefaultText];
  return {buffer, time::write_default(time, buffer)};
}

Result<Period> parse_period(std::string_view text) {
  Period result;
  time::Failure failure;
  if (!time::parse_period(text, result, failure)) {
    Diagnostic why = diagnostic(std::move(failure));
    why.code = DiagnosticCode::invalid_period;
    return why;
  }
  return result;
}

std::string to_string(Period period) {
  char buffer[time::kMaxPeriodText];
  return {buffer, time::write_period(period, buffer)};
}

Result<DateTime> add(DateTime time, Period period, std::int64_t count) {
  std::int64_t amount = 0;
  time::Failure failure;
  DateTime result;
  if (!time::is_known(time.zone)) {
    failure.set(time::FailureKind::zone, fmt::format("there is no time zone of code {}", time.zone.code()));
    return diagnostic(std::move(failure));
  }
  if (base::multiply_overflows(period.count, count, amount)) amount = INT64_MAX;
  if (!time::plus(time, amount, period.unit, result, failure)) return diagnostic(std::move(failure));
  return result;
}

std::string_view time_zone_database_version() { return time::tzdata_version(); }

}  // namespace pipexpr
