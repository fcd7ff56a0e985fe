// Tests of the rules at the end of zone files.
#include "time/zone_rule.h"

#include "catch.h"
#include "time/calendar.h"

using namespace pipexpr::time;

namespace {

std::int64_t at(std::int64_t year, std::int32_t month, std::int32_t day, std::int64_t seconds) {
  return days_from_civil(year, month, day) * 86400 + seconds;
}

Footer read(std::string_view text) {
  Footer footer;
  INFO(text);
  REQUIRE(parse_footer(text, footer));
  return footer;
}

}  // namespace

TEST_CASE("time: a rule of months, weeks and weekdays") {
  const Footer eastern = read("EST5EDT,M3.2.0,M11.1.0");
  CHECK(eastern.has_daylight);
  CHECK(eastern.standard == -5 * 3600);
  CHECK(eastern.daylight == -4 * 3600);
  CHECK(eastern.begins.local_seconds(2024) == at(2024, 3, 10, 7200));
  CHECK(eastern.ends.local_seconds(2024) == at(2024, 11, 3, 7200));
  const Footer last = read("CET-1CEST,M3.5.0,M10.5.0/3");
  CHECK(last.standard == 3600);
  CHECK(last.begins.local_seconds(2024) == at(2024, 3, 31, 7200));
  CHECK(last.begins.local_seconds(2026) == at(2026, 3, 29, 7200));
  CHECK(last.ends.local_seconds(2024) == at(2024, 10, 27, 10800));
  const Footer before_midnight = read("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
  CHECK(before_midnight.begins.local_seconds(2024) == at(2024, 3, 31, -3600));
  CHECK(before_midnight.ends.local_seconds(2024) == at(2024, 10, 27, 0));
  const Footer minutes = read("IST-2IDT,M3.4.4/26:30:15,M10.5.0");
  CHECK(minutes.begins.local_seconds(2024) == at(2024, 3, 28, 26 * 3600 + 30 * 60 + 15));
  CHECK(read("AAA3BBB2:30,M1.1.6,M12.5.1").daylight == -(2 * 3600 + 30 * 60));
}

TEST_CASE("time: a rule of days of the year, with the leap day or without") {
  const Footer julian = read("AAA0BBB,J60,J300/1");
  CHECK(julian.begins.local_seconds(2023) == at(2023, 3, 1, 7200));
  CHECK(julian.begins.local_seconds(2024) == at(2024, 3, 1, 7200));
  CHECK(julian.ends.local_seconds(2024) == at(2024, 10, 27, 3600));
  CHECK(read("AAA0BBB,J59,J300").begins.local_seconds(2024) == at(2024, 2, 28, 7200));
  const Footer counted = read("AAA0BBB,59,300");
  CHECK(counted.begins.local_seconds(2023) == at(2023, 3, 1, 7200));
  CHECK(counted.begins.local_seconds(2024) == at(2024, 2, 29, 7200));
  CHECK(read("AAA0BBB,0,300").begins.local_seconds(2024) == at(2024, 1, 1, 7200));
}

TEST_CASE("time: no rule, and what is none") {
  const Footer fixed = read("<+0530>-5:30");
  CHECK_FALSE(fixed.has_daylight);
  CHECK(fixed.standard == 5 * 3600 + 30 * 60);
  for (const char* text :
       {"", "AB5", "<AB5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,", "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M0.2.0,M11.1.0", "EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0",
        "EST5EDT,M3-2.0,M11.1.0", "EST5EDT,M3.2-0,M11.1.0", "EST5EDT;M3.2.0,M11.1.0", "EST5EDT,M3.2.0;M11.1.0",
        "EST5EDT,M3.2.0,M11.1.0x", "EST5EDT,J,J3", "EST5EDT,M3.2.0/,M11.1.0"}) {
    Footer footer;
    INFO(text);
    CHECK_FALSE(parse_footer(text, footer));
  }
}
