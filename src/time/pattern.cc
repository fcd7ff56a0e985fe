// Compiles Joda-Time's date patterns and formats date-times with them.
#include "time/pattern.h"

#include <fmt/format.h>

#include "base/char_class.h"
#include "time/calendar.h"
#include "time/digits.h"
#include "time/zone.h"
#include "time/zone_names.h"

namespace pipexpr::time {
namespace {

constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kWeekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// +hh:mm or +hhmm; seconds are cut off.
char* put_offset(char* out, std::int64_t millis, bool colon) {
  *out++ = millis < 0 ? '-' : '+';
  const auto minutes = static_cast<std::uint32_t>((millis < 0 ? -millis : millis) / 60'000);
  out = put_two(out, minutes / 60);
  if (colon) *out++ = ':';
  return put_two(out, minutes % 60);
}

// Exactly `count` digits of the second's fraction, cut off; beyond 15 Joda-Time's arithmetic gives up on fractions
// that are not zero.
char* put_fraction(char* out, std::uint32_t millis, std::uint32_t count) {
  const std::uint32_t digits = millis != 0 && count > 15 ? 15 : count;
  char buffer[3] = {static_cast<char>('0' + millis / 100), static_cast<char>('0' + millis / 10 % 10),
                    static_cast<char>('0' + millis % 10)};
  for (std::uint32_t i = 0; i < digits; ++i) *out++ = i < 3 ? buffer[i] : '0';
  return out;
}

}  // namespace

// A time taken apart as far as the pattern needs it.
struct Pattern::Fields {
  DateTime time;
  std::int64_t offset;  // milliseconds
  std::int64_t days;
  std::uint32_t of_day;  // milliseconds
  Civil date;

  std::uint32_t hour() const { return of_day / 3'600'000; }
  std::uint32_t minute() const { return of_day / 60'000 % 60; }
  std::uint32_t second() const { return of_day / 1000 % 60; }
};

bool Pattern::compile(std::string_view text, std::uint64_t max_bytes, std::uint64_t max_run, Pattern& pattern,
                      Failure& failure) {
  pattern = Pattern();
  if (text.empty()) return failure.set(FailureKind::pattern, "Invalid pattern specification");
  if (text.size() > max_bytes) return failure.set(FailureKind::limit, "max_pattern_bytes");
  pattern.steps_.reserve(std::min<std::size_t>(text.size(), 16));
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t begin = i;
    if (base::is_letter(text[i])) {
      while (i < text.size() && text[i] == text[begin]) ++i;
      if (i - begin > max_run) {
        failure.set(FailureKind::limit, "max_pattern_run");
        failure.offset = static_cast<std::uint32_t>(begin);
        failure.length = static_cast<std::uint32_t>(i - begin);
        return false;
      }
      if (!pattern.field(text.substr(begin, i - begin), static_cast<std::uint32_t>(begin), failure)) return false;
      continue;
    }
    std::string literal;
    for (bool quoted = false; i < text.size() && (quoted || !base::is_letter(text[i])); ++i) {
      if (text[i] != '\'') {
        literal += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '\'') {
        literal += '\'';
        ++i;
      } else {
        quoted = !quoted;
      }
    }
    pattern.literal(literal);
  }
  if (pattern.steps_.empty()) {
    failure.set(FailureKind::pattern, "the pattern has nothing to print: expected a field letter or a string");
    failure.length = static_cast<std::uint32_t>(text.size());
    return false;
  }
  pattern.fuse();
  pattern.measure();
  return true;
}

void Pattern::literal(std::string_view text) {
  if (text.empty()) return;
  steps_.push_back(
      {Op::literal, static_cast<std::uint16_t>(text.size()), static_cast<std::uint16_t>(literals_.size())});
  literals_ += text;
}

bool Pattern::field(std::string_view run, std::uint32_t at, Failure& failure) {
  const auto count = static_cast<std::uint16_t>(run.size());
  const auto add = [&](Op op) {
    steps_.push_back({op, count, 0});
    return true;
  };
  switch (run[0]) {
    case 'G': return add(Op::era);
    case 'C': return add(Op::century);
    case 'Y': return add(count == 2 ? Op::year_two : Op::year_of_era);
    case 'y': return add(count == 2 ? Op::year_two : Op::year);
    case 'x': return add(count == 2 ? Op::week_year_two : Op::week_year);
    case 'w': return add(Op::week);
    case 'e': return add(Op::weekday);
    case 'E': return add(count >= 4 ? Op::weekday_long : Op::weekday_short);
    case 'D': return add(Op::day_of_year);
    case 'M': return add(count >= 4 ? Op::month_long : count == 3 ? Op::month_short : Op::month);
    case 'd': return add(Op::day);
    case 'a': return add(Op::half_day);
    case 'K': return add(Op::hour_0_11);
    case 'h': return add(Op::hour_1_12);
    case 'H': return add(Op::hour);
    case 'k': return add(Op::hour_1_24);
    case 'm': return add(Op::minute);
    case 's': return add(Op::second);
    case 'S': return add(Op::fraction);
    case 'z': return add(count >= 4 ? Op::zone_long : Op::zone_short);
    case 'Z': return add(count == 1 ? Op::offset : count == 2 ? Op::offset_colon : Op::zone_id);
    default: break;
  }
  failure.set(FailureKind::pattern, fmt::format("Illegal pattern component: {}", run));
  failure.offset = at;
  failure.length = count;
  return false;
}

// The two runs that nearly every pattern has become one step each.
void Pattern::fuse() {
  const auto is_text = [&](const Step& step, char c) {
    return step.op == Op::literal && step.count == 1 && literals_[step.from] == c;
  };
  const auto is_field = [](const Step& step, Op op, std::uint16_t count) {
    return step.op == op && step.count == count;
  };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step* const s = steps_.data() + i;
    const bool five = i + 5 <= steps_.size();
    if (five && (is_field(s[0], Op::year, 4) || is_field(s[0], Op::year_of_era, 4)) && is_text(s[1], '-') &&
        is_field(s[2], Op::month, 2) && is_text(s[3], '-') && is_field(s[4], Op::day, 2)) {
      // `from` remembers which year it was, for the years where they differ.
      steps_[kept++] = {Op::iso_date, 4, static_cast<std::uint16_t>(s[0].op == Op::year_of_era)};
      i += 4;
    } else if (five && is_field(s[0], Op::hour, 2) && is_text(s[1], ':') && is_field(s[2], Op::minute, 2) &&
               is_text(s[3], ':') && is_field(s[4], Op::second, 2)) {
      steps_[kept++] = {Op::iso_time, 2, 0};
      i += 4;
    } else {
      steps_[kept++] = *s;
    }
  }
  steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(kept), steps_.end());
}

void Pattern::measure() {
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::literal: max_size_ += step.count; break;
      case Op::iso_date:
      case Op::iso_time: max_size_ += 24; break;
      case Op::zone_short:
      case Op::zone_long: max_size_ += std::max(longest_zone_name(), kMaxOffsetText); break;
      case Op::zone_id: max_size_ += kMaxZoneIdSize; break;
      default: max_size_ += std::max<std::size_t>(step.count, 12) + 1; break;
    }
    dates_ = dates_ || step.op == Op::iso_date || (step.op >= Op::era && step.op <= Op::day);
  }
}

char* Pattern::write_zone_name(const Fields& fields, int column, char* out) {
  if (fields.time.zone.is_utc()) return put(out, column == 0 ? "UTC" : "Coordinated Universal Time");
  const ZoneTable* const zone = table_of(fields.time.zone);
  if (zone == nullptr) return put_whole_offset(out, fields.offset);
  const std::string_view name = zone->names[column + (is_daylight(*zone, fields.time.epoch_millis) ? 1 : 0)];
  return name.empty() ? put_whole_offset(out, fields.offset) : put(out, name);
}

// What is rarely asked for, apart from the loop, which stays small.
[[gnu::noinline]] char* Pattern::write_other(const Step& step, const Fields& f, char* out) const {
  const std::uint32_t n = step.count;
  const std::int64_t year = f.date.year;
  switch (step.op) {
    case Op::era: return put(out, year > 0 ? "AD" : "BC");
    case Op::century: return put_padded(out, (year < 0 ? -year : year) / 100, n);
    case Op::year_two: return put_two(out, static_cast<std::uint32_t>((year < 0 ? -year : year) % 100));
    case Op::week_year: return put_padded(out, iso_week(f.days).year, n);
    case Op::week_year_two: {
      const std::int64_t week_year = iso_week(f.days).year;
      return put_two(out, static_cast<std::uint32_t>((week_year < 0 ? -week_year : week_year) % 100));
    }
    case Op::week: return put_padded(out, iso_week(f.days).week, n);
    case Op::weekday: return put_padded(out, iso_weekday(f.days), n);
    case Op::weekday_short: return put(out, kWeekdays[iso_weekday(f.days) - 1].substr(0, 3));
    case Op::weekday_long: return put(out, kWeekdays[iso_weekday(f.days) - 1]);
    case Op::day_of_year: return put_padded(out, time::day_of_year(f.days, year), n);
    case Op::month_short: return put(out, kMonths[f.date.month - 1].substr(0, 3));
    case Op::month_long: return put(out, kMonths[f.date.month - 1]);
    case Op::half_day: return put(out, f.hour() < 12 ? "AM" : "PM");
    case Op::hour_0_11: return put_padded(out, f.hour() % 12, n);
    case Op::hour_1_12: return put_padded(out, f.hour() % 12 == 0 ? 12 : f.hour() % 12, n);
    case Op::hour_1_24: return put_padded(out, f.hour() == 0 ? 24 : f.hour(), n);
    case Op::fraction: return put_fraction(out, f.of_day % 1000, n);
    case Op::zone_short: return write_zone_name(f, 0, out);
    case Op::zone_long: return write_zone_name(f, 2, out);
    case Op::offset: return put_offset(out, f.offset, false);
    case Op::offset_colon: return put_offset(out, f.offset, true);
    case Op::zone_id: return write_zone_id(f.time.zone, out);
    default: return out;  // those of `write`
  }
}

char* Pattern::write(DateTime time, char* out) const {
  Fields f;
  f.time = time;
  f.offset = time.zone.is_utc() ? 0 : offset_millis(time.zone, time.epoch_millis);
  const std::int64_t local = saturated_sum(time.epoch_millis, f.offset);
  f.days = floor_div(local, kDayMillis);
  // Unsigned: the first day of all begins before the first millisecond that there is.
  f.of_day = static_cast<std::uint32_t>(static_cast<std::uint64_t>(local) -
                                        static_cast<std::uint64_t>(f.days) * static_cast<std::uint64_t>(kDayMillis));
  if (dates_) f.date = civil_from_days(f.days);
  const std::int64_t year = f.date.year;
  for (const Step& step : steps_) {
    const std::uint32_t n = step.count;
    switch (step.op) {
      case Op::literal:
        if (n == 1) {
          *out++ = literals_[step.from];
        } else {
          std::memcpy(out, literals_.data() + step.from, n);
          out += n;
        }
        break;
      case Op::iso_date:
        out = put_padded(out, step.from != 0 && year <= 0 ? 1 - year : year, 4);
        *out++ = '-';
        out = put_two(out, static_cast<std::uint32_t>(f.date.month));
        *out++ = '-';
        out = put_two(out, static_cast<std::uint32_t>(f.date.day));
        break;
      case Op::iso_time:
        out = put_two(out, f.hour());
        *out++ = ':';
        out = put_two(out, f.minute());
        *out++ = ':';
        out = put_two(out, f.second());
        break;
      case Op::year_of_era: out = put_padded(out, year > 0 ? year : 1 - year, n); break;
      case Op::year: out = put_padded(out, year, n); break;
      case Op::month: out = put_padded(out, f.date.month, n); break;
      case Op::day: out = put_padded(out, f.date.day, n); break;
      case Op::hour: out = put_padded(out, f.hour(), n); break;
      case Op::minute: out = put_padded(out, f.minute(), n); break;
      case Op::second: out = put_padded(out, f.second(), n); break;
      default: out = write_other(step, f, out); break;
    }
  }
  return out;
}

}  // namespace pipexpr::time
