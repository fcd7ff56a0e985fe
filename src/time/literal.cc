// Reads and writes date-times and periods as text.
#include "time/literal.h"

#include <fmt/format.h>

#include "base/char_class.h"
#include "time/calendar.h"
#include "time/calendar_arithmetic.h"
#include "time/digits.h"
#include "time/zone.h"

namespace pipexpr::time {
namespace {

constexpr std::string_view kUnits[] = {"minute", "hour", "day", "week", "month", "year"};

// Reads the literal form from the left; `good` turns false at the first thing that does not fit.
struct Reader {
  std::string_view text;
  bool good = true;

  bool take(char a, char b) {
    if (text.empty() || (text[0] != a && text[0] != b)) return false;
    text.remove_prefix(1);
    return true;
  }
  void expect(char c) { good = take(c, c) && good; }
  std::int64_t number(std::size_t most) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < most && digits < text.size() && base::is_digit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    good = good && digits > 0;
    text.remove_prefix(digits);
    return value;
  }
};

std::string shown(std::string_view text) {
  std::string result(text.substr(0, 60));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text.size() > 60 ? result + "..." : result;
}

bool in_range(std::string_view text, std::int64_t value, std::string_view field, std::int64_t low, std::int64_t high,
              Failure& failure) {
  if (value >= low && value <= high) return true;
  return failure.set(FailureKind::text,
                     fmt::format("cannot read '{}' as a date-time: value {} for {} must be in the range [{},{}]",
                                 shown(text), value, field, low, high));
}

std::int64_t fraction_millis(Reader& reader) {
  const std::size_t before = reader.text.size();
  std::int64_t value = reader.number(9);
  for (std::size_t digits = before - reader.text.size(); digits > 3; --digits) value /= 10;
  for (std::size_t digits = before - reader.text.size(); digits < 3; ++digits) value *= 10;
  return value;
}

// Z, +hh, +hhmm or +hh:mm; milliseconds east of UTC.
std::int64_t zone_offset(Reader& reader) {
  if (reader.text.empty() || reader.take('Z', 'z')) return 0;
  const bool negative = reader.take('-', '-');
  if (!negative) reader.expect('+');
  const std::size_t before = reader.text.size();
  const std::int64_t hours = reader.number(2);
  reader.good = reader.good && before - reader.text.size() == 2;
  std::int64_t minutes = 0;
  if (!reader.text.empty()) {
    reader.take(':', ':');
    reader.good = reader.good && reader.text.size() == 2;
    minutes = reader.number(2);
  }
  reader.good = reader.good && hours <= 23 && minutes <= 59;
  const std::int64_t offset = (hours * 60 + minutes) * 60'000;
  return negative ? -offset : offset;
}

}  // namespace

bool parse_datetime(std::string_view text, DateTime& result, Failure& failure) {
  Reader reader{text};
  const bool negative = reader.take('-', '-');
  if (!negative) reader.take('+', '+');
  std::int64_t year = reader.number(9);
  if (negative) year = -year;
  reader.expect('-');
  const std::int64_t month = reader.number(2);
  reader.expect('-');
  const std::int64_t day = reader.number(2);
  std::int64_t hour = 0, minute = 0, second = 0, millis = 0, offset = 0;
  if (reader.good && !reader.text.empty()) {
    reader.good = reader.take('T', 't') && reader.good;
    hour = reader.number(2);
    reader.expect(':');
    minute = reader.number(2);
    if (reader.take(':', ':')) {
      second = reader.number(2);
      if (reader.good && reader.take('.', '.')) millis = fraction_millis(reader);
    }
    if (reader.good) offset = zone_offset(reader);
  }
  if (!reader.good || !reader.text.empty()) {
    return failure.set(FailureKind::text,
                       fmt::format("cannot read '{}' as a date-time: expected YYYY-MM-DDTHH:MM:SS, with or without a "
                                   "fraction, 'Z' or an offset such as +02:00",
                                   shown(text)));
  }
  if (!in_range(text, month, "monthOfYear", 1, 12, failure)) return false;
  const std::int64_t last = days_in_month(year, static_cast<std::int32_t>(month));
  if (!in_range(text, day, "dayOfMonth", 1, last, failure) || !in_range(text, hour, "hourOfDay", 0, 23, failure) ||
      !in_range(text, minute, "minuteOfHour", 0, 59, failure) ||
      !in_range(text, second, "secondOfMinute", 0, 59, failure) ||
      !in_range(text, year, "year", kMinGivenYear, kMaxGivenYear, failure)) {
    return false;
  }
  const std::int64_t days = days_from_civil(year, static_cast<std::int32_t>(month), static_cast<std::int32_t>(day));
  const std::int64_t of_day = ((hour * 60 + minute) * 60 + second) * 1000 + millis - offset;
  std::int64_t total = 0;
  if (!join_days(days, of_day, total)) {
    return failure.set(FailureKind::overflow,
                       fmt::format("cannot read '{}' as a date-time: it is out of range", shown(text)));
  }
  result = {total, {}};
  return true;
}

bool parse_period(std::string_view text, Period& result, Failure& failure) {
  std::string_view rest = text;
  const auto trim = [&] {
    const std::size_t blanks = rest.find_first_not_of(" \t");
    rest.remove_prefix(std::min(blanks, rest.size()));
  };
  trim();
  while (!rest.empty() && (rest.back() == ' ' || rest.back() == '\t')) rest.remove_suffix(1);
  Reader reader{rest};
  const std::int64_t count = reader.number(10);
  rest = reader.text;
  trim();
  std::string unit = base::lowercase(rest.substr(0, 16));
  if (unit.ends_with('s')) unit.pop_back();
  if (reader.good && count > 0 && reader.text.size() != rest.size()) {
    for (std::size_t i = 0; i < std::size(kUnits); ++i) {
      if (unit != kUnits[i]) continue;
      result = {count, static_cast<TimeUnit>(i)};
      return true;
    }
  }
  return failure.set(FailureKind::text,
                     fmt::format("cannot read '{}' as a period: expected a positive number and a unit, such "
                                 "as '15 minutes', '1 hour', '2 days', '1 week', '3 months' or '1 year'",
                                 shown(text)));
}

char* write_default(DateTime time, char* out) {
  const std::int64_t local = saturated_sum(time.epoch_millis, offset_millis(time.zone, time.epoch_millis));
  const std::int64_t days = floor_div(local, kDayMillis);
  const auto of_day = static_cast<std::uint32_t>(floor_mod(local, kDayMillis));
  const Civil date = civil_from_days(days);
  out = put_padded(out, date.year, 4);
  *out++ = '-';
  out = put_two(out, static_cast<std::uint32_t>(date.month));
  *out++ = '-';
  out = put_two(out, static_cast<std::uint32_t>(date.day));
  *out++ = 'T';
  out = put_two(out, of_day / 3'600'000);
  *out++ = ':';
  out = put_two(out, of_day / 60'000 % 60);
  *out++ = ':';
  return put_two(out, of_day / 1000 % 60);
}

char* write_period(Period period, char* out) {
  if (static_cast<std::size_t>(period.unit) >= std::size(kUnits)) return out;  // a host's: no unit, no text
  out = put_padded(out, period.count, 1);
  *out++ = ' ';
  const std::string_view unit = kUnits[static_cast<std::size_t>(period.unit)];
  std::memcpy(out, unit.data(), unit.size());
  out += unit.size();
  if (period.count != 1) *out++ = 's';
  return out;
}

}  // namespace pipexpr::time
