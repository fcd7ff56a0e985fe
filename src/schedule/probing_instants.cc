// Makes the lists of instants, of whole seconds as scheduled times are, and of runs, and finds the time zones that
// texts name.
#include "schedule/probing_instants.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string_view>

#include "base/char_class.h"
#include "time/zone.h"

namespace pipexpr {
namespace {

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
// Every part of this date has its own value, so that confusing two of them shows.
constexpr std::string_view kDistinct = "2001-02-03T04:05:06";
constexpr std::size_t kMaxZones = 16;

std::int64_t midnight(int year, unsigned month, unsigned day) {
  const std::chrono::sys_days days =
      std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day));
  return days.time_since_epoch().count() * kDay;
}

unsigned last_day(int year, unsigned month) {
  const auto last = std::chrono::year(year) / std::chrono::month(month) / std::chrono::last;
  return static_cast<unsigned>(std::chrono::year_month_day(last).day());
}

class Instants {
 public:
  void add(std::int64_t millis) {
    if (known_.insert(millis).second) out_.push_back({millis, {}});
  }

  void calendar() {
    add(parse_datetime(kDistinct)->epoch_millis);
    // Each day of a month at another hour, minute and second, before and after noon.
    for (unsigned day = 1; day <= 31; ++day) {
      add(midnight(2022, 10, day) + (day * 7 % 24) * kHour + (day * 11 % 60) * kMinute + (day * 13 % 60) * kSecond);
    }
    for (const int year : {2023, 2024}) {
      for (unsigned month = 1; month <= 12; ++month) {
        add(midnight(year, month, 1));
        add(midnight(year, month, 15) + (month + 10) * kHour + month * kMinute);
        add(midnight(year, month, last_day(year, month)) + 23 * kHour + 59 * kMinute + 59 * kSecond);
      }
    }
    for (const int year : {2015, 2018, 2019, 2020, 2021, 2024, 2026}) {
      for (int day = -3; day <= 4; ++day) add(midnight(year + 1, 1, 1) + day * kDay + (day + 4) * kHour);
    }
    for (int hour = 0; hour < 24; ++hour) add(midnight(2025, 6, 18) + hour * kHour + (hour % 2) * 30 * kMinute);
    // Two shifts of so many days, hours or minutes differ where one of them leads over the end of the year.
    const std::int64_t year = midnight(2025, 1, 1);
    for (int day = 1; day <= 31; ++day) {
      add(year - day * kDay);
      add(year + (day - 1) * kDay);
    }
    for (int hour = 1; hour <= 24; ++hour) {
      add(year - hour * kHour);
      add(year + (hour - 1) * kHour);
    }
    for (int minute = 1; minute <= 60; ++minute) {
      add(year - minute * kMinute);
      add(year + (minute - 1) * kMinute);
    }
  }

  // Around the changes of a year of our time, and of every year that differs from the one before it.
  void zone(TimeZone zone) {
    const time::ZoneTable* const table = time::table_of(zone);
    if (table == nullptr) return;
    std::size_t last_count = 2;
    for (int year = 2008; year <= 2030; ++year) {
      const std::int64_t begin = midnight(year, 1, 1) / kSecond, end = midnight(year + 1, 1, 1) / kSecond;
      const auto from = std::lower_bound(table->at.begin(), table->at.end(), begin);
      const auto to = std::lower_bound(from, table->at.end(), end);
      const auto count = static_cast<std::size_t>(to - from);
      if (count != last_count || year == 2024) {
        for (auto at = from; at != to; ++at) {
          for (const std::int64_t beside : {-kDay, -kHour, -kSecond, std::int64_t{0}, kHour / 2, kHour, kDay}) {
            add(*at * kSecond + beside);
          }
        }
      }
      last_count = count;
    }
  }

  std::vector<DateTime> take() { return std::move(out_); }

 private:
  std::vector<DateTime> out_;
  std::set<std::int64_t> known_;
};

class Zones {
 public:
  void read(const PipelineDefinition& definition) {
    const auto read_field = [&](const Field& field) {
      for (std::uint32_t k = 0; k < field.count; ++k) {
        if (field.items[k].value.is(Kind::string)) text(field.items[k].value.text());
      }
    };
    for (std::size_t i = 0; i < definition.object_count(); ++i) {
      for (const auto& field : definition.fields(definition.object(i))) read_field(field.field);
    }
    for (const auto& parameter : definition.parameters()) read_field(parameter.value);
  }

  const std::vector<TimeZone>& found() const { return found_; }

 private:
  // Words between quotes, and a text that is one word.
  void text(std::string_view text) {
    for (std::size_t at = 0; at < text.size() && found_.size() < kMaxZones;) {
      if (!time::is_zone_character(text[at])) {
        ++at;
        continue;
      }
      const std::size_t begin = at;
      while (at < text.size() && time::is_zone_character(text[at])) ++at;
      const bool opened = begin == 0 || text[begin - 1] == '\'' || text[begin - 1] == '"';
      const bool closed = at == text.size() || text[at] == '\'' || text[at] == '"';
      if (opened && closed) word(text.substr(begin, at - begin));
    }
  }

  void word(std::string_view word) {
    const bool is_short = word.size() <= 8 && std::none_of(word.begin(), word.end(), base::is_lower);
    if (word.size() < 3 || word.size() > time::kMaxZoneIdSize) return;
    if (!is_short && word.find('/') == std::string_view::npos) return;
    if (!tried_.insert(word).second) return;
    TimeZone zone;
    time::Failure failure;
    if (time::find_zone(word, zone, failure)) found_.push_back(zone);
  }

  std::set<std::string_view> tried_;
  std::vector<TimeZone> found_;
};

}  // namespace

std::vector<DateTime> probing_instants(const PipelineDefinition& a, const PipelineDefinition& b) {
  Instants instants;
  instants.calendar();
  Zones zones;
  zones.read(a);
  zones.read(b);
  for (const TimeZone zone : zones.found()) instants.zone(zone);
  return instants.take();
}

std::vector<TimeZone> named_zones(const PipelineDefinition& definition) {
  Zones zones;
  zones.read(definition);
  return zones.found();
}

std::vector<Run> probing_runs(const Schedule& schedule, std::span<const TimeZone> zones, std::size_t count) {
  constexpr int kYears = 6;        // in which every kind of New Year comes: of 52 and of 53 weeks, with a leap day
  constexpr int kClockYears = 2;   // two of each change
  constexpr int kLastYear = 9000;  // beyond, there is no room for the rest of the calendar
  const std::int64_t begin = schedule.start().epoch_millis;
  const std::int64_t end = begin + kYears * 366 * kDay;
  std::map<std::int64_t, Run> runs;  // by number
  const auto add = [&](std::int64_t number) {
    const auto run = schedule.run(number);
    if (!run || run->scheduled_start.epoch_millis >= end) return false;
    runs.emplace(number, *run);
    return true;
  };
  const auto add_from = [&](std::int64_t millis) {
    if (millis >= begin && millis < end) add(schedule.first_from({millis, {}}));
  };
  for (std::size_t i = 0; i < count && add(static_cast<std::int64_t>(i)); ++i) {
  }
  for (std::size_t i = 0; i < count; ++i) add_from(begin + static_cast<std::int64_t>(i) * kDay);
  const std::chrono::sys_days first_day{std::chrono::days(begin / kDay - (begin % kDay < 0 ? 1 : 0))};
  const int year = static_cast<int>(std::chrono::year_month_day(first_day).year());
  if (year > 0 && year < kLastYear && begin < midnight(kLastYear, 1, 1)) {
    const std::int64_t time_of_day = begin - first_day.time_since_epoch().count() * kDay;
    for (int next = year; next <= year + kYears; ++next) {
      for (int day = -5; day <= 6; ++day) add_from(midnight(next, 1, 1) + day * kDay + time_of_day);
    }
  }
  for (const TimeZone zone : zones) {
    const time::ZoneTable* const table = time::table_of(zone);
    if (table == nullptr) continue;
    const std::int64_t to = (begin + kClockYears * 366 * kDay) / kSecond;
    for (auto at = std::lower_bound(table->at.begin(), table->at.end(), begin / kSecond);
         at != table->at.end() && *at < to; ++at) {
      const std::int64_t change = *at * kSecond;
      const std::int64_t back = time::offset_millis(zone, change - 1) - time::offset_millis(zone, change);
      if (back <= 0) continue;
      // What the clock shows in the time before the change it shows again in as much time after it. Texts may read an
      // end, or hours before the start: as many runs as may be of the day before and of the day after.
      const std::int64_t first = schedule.first_from({std::max(begin, change - back), {}});
      const std::int64_t day = schedule.first_from({std::max(begin, change - kDay), {}});
      std::int64_t number = std::max(day, first - static_cast<std::int64_t>(count / 4));
      for (std::size_t i = 0; i < count; ++i, ++number) {
        const auto run = schedule.run(number);
        if (!run || run->scheduled_start.epoch_millis >= change + kDay) break;
        add(number);
      }
    }
  }
  std::vector<Run> out;
  for (const auto& [number, run] : runs) out.push_back(run);
  return out;
}

}  // namespace pipexpr
