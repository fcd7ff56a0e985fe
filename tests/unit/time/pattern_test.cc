// Tests of date patterns.
#include "time/pattern.h"

#include "catch.h"
#include "time/zone.h"
#include "time/zone_names.h"

using namespace pipexpr;
using namespace pipexpr::time;

TEST_CASE("time: what a pattern writes is no longer than it says, for every zone and letter") {
  constexpr char kUntouched = '\x01';
  constexpr std::int64_t kSeconds[] = {-5'000'000'000, 0, 1'294'000'000, 1'310'000'000};
  std::size_t longest = 0;
  REQUIRE(zone_names_count() > 500);
  for (std::size_t i = 0; i < zone_names_count(); ++i) {
    const ZoneNames row = zone_names_at(i);
    Failure failure;
    TimeZone zone;
    if (!find_zone(row.id, zone, failure)) continue;  // a database without it
    for (const std::string_view text : {"z", "zzzz", "Z", "ZZ", "ZZZ", "yyyy-MM-dd", "HH:mm:ss", "EEEE", "MMMM", "G"}) {
      Pattern pattern;
      REQUIRE(Pattern::compile(text, 256, 64, pattern, failure));
      for (const std::int64_t seconds : kSeconds) {
        for (const std::int64_t millis : {seconds * 1000, seconds * 1'800'000'000}) {
          std::string buffer(256, kUntouched);
          const auto written = static_cast<std::size_t>(pattern.write({millis, zone}, buffer.data()) - buffer.data());
          longest = std::max(longest, written);
          if (written > pattern.max_size() || buffer[pattern.max_size()] != kUntouched) FAIL(row.id << ' ' << text);
        }
      }
    }
  }
  CHECK(longest == longest_zone_name());
}
