// Formatting alone: `YYYY-MM-dd` in UTC (D1) and `YYYY-MM-dd'T'HH:mm:ss.SSSZZ` in New York (D2).
#include <benchmark/benchmark.h>
#include <date/date.h>
#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

#ifdef PIPEXPR_ABSL
#include <absl/time/time.h>
#endif

#include "fixture.h"
#include "hand.h"
#include "time/pattern.h"

namespace bench {
namespace time = pipexpr::time;
namespace {

// `write(out, millis)` returns the end.
template <class Write>
void repeat(benchmark::State& state, Write write, std::string (*want)(std::int64_t)) {
  char out[128];
  for (unsigned i = 0; i < kTimes; ++i) {
    char* const end = write(out, time_at(i));
    expect_equal({out, static_cast<std::size_t>(end - out)}, want(time_at(i)), "a date");
  }
  unsigned i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(write(out, time_at(i++)));
    benchmark::ClobberMemory();
  }
}

std::string want_day(std::int64_t millis) { return want_date(millis, 0); }

// New York by the C library.
std::tm new_york(std::int64_t millis) {
  static const bool once = [] {
    setenv("TZ", "America/New_York", 1);
    tzset();
    return true;
  }();
  expect(once, "TZ");
  const std::time_t seconds = millis / 1000;
  std::tm fields{};
  localtime_r(&seconds, &fields);
  return fields;
}

std::string want_full(std::int64_t millis) {
  const std::tm fields = new_york(millis);
  char text[64];
  const std::string seconds(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &fields));
  const long minutes = fields.tm_gmtoff / 60;
  return seconds + fmt::format(".{:03}{}{:02}:{:02}", millis % 1000, minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                               std::abs(minutes) % 60);
}

time::Pattern pattern_of(std::string_view text) {
  time::Pattern pattern;
  time::Failure failure;
  expect(time::Pattern::compile(text, 1000, 100, pattern, failure), "pattern");
  return pattern;
}

void day_pipexpr(benchmark::State& state) {
  const auto pattern = pattern_of("YYYY-MM-dd");
  repeat(
      state,
      [&](char* out, std::int64_t millis) {
        return pattern.write({millis, {}}, out);
      },
      want_day);
}
void day_floor(benchmark::State& state) { repeat(state, hand::put_date, want_day); }
void day_strftime(benchmark::State& state) {
  const auto write = [](char* out, std::int64_t millis) {
    const std::time_t seconds = millis / 1000;
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    return out + std::strftime(out, 64, "%Y-%m-%d", &fields);
  };
  repeat(state, write, want_day);
}
void day_fmt(benchmark::State& state) {
  const auto write = [](char* out, std::int64_t millis) {
    return fmt::format_to(out, "{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(millis / 1000)));
  };
  repeat(state, write, want_day);
}
void day_date(benchmark::State& state) {
  const auto write = [](char* out, std::int64_t millis) {
    return hand::put(
        out, date::format("%Y-%m-%d", date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(millis))));
  };
  repeat(state, write, want_day);
}

void full_pipexpr(benchmark::State& state) {
  const auto pattern = pattern_of("YYYY-MM-dd'T'HH:mm:ss.SSSZZ");
  const pipexpr::TimeZone zone = pipexpr::parse_time_zone("America/New_York").value();
  repeat(
      state,
      [&](char* out, std::int64_t millis) {
        return pattern.write({millis, zone}, out);
      },
      want_full);
}
// By hand, for the rule that holds since 2007.
void full_floor(benchmark::State& state) {
  const auto write = [](char* out, std::int64_t millis) {
    const hand::Day utc = hand::day_of(millis / hand::kDay);
    const auto days_to = [](unsigned year, unsigned month, unsigned day) {
      const unsigned y = year - (month <= 2), of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
      return static_cast<std::int64_t>(y / 400 * 146097 + y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + of_year) -
             719468;
    };
    const std::int64_t march = days_to(utc.year, 3, 8), november = days_to(utc.year, 11, 1);
    const auto sunday_from = [](std::int64_t day) { return day + (10 - day % 7) % 7; };
    const bool summer = millis >= sunday_from(march) * hand::kDay + 7 * 3600000 &&
                        millis < sunday_from(november) * hand::kDay + 6 * 3600000;
    const std::int64_t local = millis - (summer ? 4 : 5) * 3600000;
    out = hand::put_date(out, local);
    const auto of_day = static_cast<unsigned>(local % hand::kDay);
    *out++ = 'T';
    out = hand::put2(out, of_day / 3600000);
    *out++ = ':';
    out = hand::put2(out, of_day / 60000 % 60);
    *out++ = ':';
    out = hand::put2(out, of_day / 1000 % 60);
    *out++ = '.';
    *out++ = static_cast<char>('0' + of_day % 1000 / 100);
    out = hand::put2(out, of_day % 100);
    return hand::put(out, summer ? "-04:00" : "-05:00");
  };
  repeat(state, write, want_full);
}
void full_strftime(benchmark::State& state) {
  const auto write = [](char* out, std::int64_t millis) {
    const std::tm fields = new_york(millis);
    out += std::strftime(out, 64, "%Y-%m-%dT%H:%M:%S", &fields);
    const long minutes = fields.tm_gmtoff / 60;
    return fmt::format_to(out, ".{:03}{}{:02}:{:02}", millis % 1000, minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                          std::abs(minutes) % 60);
  };
  repeat(state, write, want_full);
}

#ifdef PIPEXPR_ABSL
void day_absl(benchmark::State& state) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const auto write = [&](char* out, std::int64_t millis) {
    return hand::put(out, absl::FormatTime("%Y-%m-%d", absl::FromUnixMillis(millis), utc));
  };
  repeat(state, write, want_day);
}
void full_absl(benchmark::State& state) {
  absl::TimeZone zone;
  expect(absl::LoadTimeZone("America/New_York", &zone), "absl zone");
  const auto write = [&](char* out, std::int64_t millis) {
    return hand::put(out, absl::FormatTime("%Y-%m-%dT%H:%M:%E3S%Ez", absl::FromUnixMillis(millis), zone));
  };
  repeat(state, write, want_full);
}
BENCHMARK(day_absl)->Name("D1/absl");
BENCHMARK(full_absl)->Name("D2/absl");
#endif

BENCHMARK(day_pipexpr)->Name("D1/pipexpr");
BENCHMARK(day_floor)->Name("D1/floor");
BENCHMARK(day_fmt)->Name("D1/fmt");
BENCHMARK(day_strftime)->Name("D1/strftime");
BENCHMARK(day_date)->Name("D1/date");
BENCHMARK(full_pipexpr)->Name("D2/pipexpr");
BENCHMARK(full_floor)->Name("D2/floor");
BENCHMARK(full_strftime)->Name("D2/strftime");

}  // namespace
}  // namespace bench
