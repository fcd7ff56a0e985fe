// Tests of the civil calendar at its borders.
#include "time/calendar.h"

#include "catch.h"
#include "time/code.h"
#include "time/zone_rule.h"

using namespace pipexpr;
using namespace pipexpr::time;

TEST_CASE("time: days and dates agree, over every day of 800 years and at the ends") {
  std::int64_t expected = days_from_civil(1600, 1, 1);
  for (std::int64_t year = 1600; year < 2400; ++year) {
    for (std::int32_t month = 1; month <= 12; ++month) {
      for (std::int32_t day = 1; day <= days_in_month(year, month); ++day, ++expected) {
        if (days_from_civil(year, month, day) != expected) FAIL(year << '-' << month << '-' << day);
        const Civil back = civil_from_days(expected);
        if (back.year != year || back.month != month || back.day != day) FAIL(expected);
      }
    }
  }
  CHECK(days_from_civil(1970, 1, 1) == 0);
  CHECK(days_from_civil(0, 3, 1) == -719468);
  for (const std::int64_t year : {kMinYear, std::int64_t{-1}, std::int64_t{0}, kMaxYear}) {
    const Civil back = civil_from_days(days_from_civil(year, 12, 31));
    CHECK(back.year == year);
    CHECK(back.month == 12);
    CHECK(back.day == 31);
  }
}

TEST_CASE("time: near and far days follow each other, and the near way ends where it should") {
  Civil date;
  std::int64_t near = 0;
  for (std::int64_t days = -270'000'000; days < 820'000'000; days += 9'973) {
    const Civil found = civil_from_days(days);
    near += civil_from_near_days(days, date) ? 1 : 0;
    if (days_from_civil(found.year, found.month, found.day) != days) FAIL(days);
    const Civil next = civil_from_days(days + 1);
    const bool follows =
        next.day == found.day + 1 || (next.day == 1 && found.day == days_in_month(found.year, found.month));
    if (!follows) FAIL(days);
  }
  CHECK(near > 90'000);
  CHECK(civil_from_near_days(0, date));
  CHECK_FALSE(civil_from_near_days(-300'000'000, date));
  CHECK_FALSE(civil_from_near_days(900'000'000, date));
}

TEST_CASE("time: leap years") {
  for (const std::int64_t year : {2000, 2024, 0, -4, 1600}) CHECK(is_leap(year));
  for (const std::int64_t year : {1900, 2023, -1, -100, 2100}) CHECK_FALSE(is_leap(year));
}

TEST_CASE("time: rules at the end of a zone file") {
  Footer footer;
  REQUIRE(parse_footer("EST5EDT,M3.2.0,M11.1.0", footer));
  CHECK(footer.standard == -5 * 3600);
  CHECK(footer.has_daylight);
  CHECK(footer.daylight == -4 * 3600);
  CHECK(footer.begins.local_seconds(2024) == days_from_civil(2024, 3, 10) * 86400 + 7200);
  CHECK(footer.ends.local_seconds(2024) == days_from_civil(2024, 11, 3) * 86400 + 7200);
  REQUIRE(parse_footer("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", footer));  // Godthab: hours before midnight
  CHECK(footer.begins.local_seconds(2024) == days_from_civil(2024, 3, 31) * 86400 - 7200);
  REQUIRE(parse_footer("CET-1", footer));
  CHECK_FALSE(footer.has_daylight);
  CHECK(footer.standard == 3600);
  for (const char* text :
       {"", "EST", "5", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0", "<EST5", "EST5EDT,M3.9.0,M11.1.0"}) {
    INFO(text);
    CHECK_FALSE(parse_footer(text, footer));
  }
}

TEST_CASE("time: every refusal has a code") {
  CHECK(code_of(FailureKind::zone_data) == DiagnosticCode::time_zone_database);
  CHECK(code_of(FailureKind::zone) == DiagnosticCode::unknown_time_zone);
  CHECK(code_of(FailureKind::pattern) == DiagnosticCode::invalid_pattern);
  CHECK(code_of(FailureKind::limit) == DiagnosticCode::limit_pattern);
  CHECK(code_of(FailureKind::text) == DiagnosticCode::invalid_datetime);
  CHECK(code_of(FailureKind::range) == DiagnosticCode::datetime_range);
  CHECK(code_of(FailureKind::overflow) == DiagnosticCode::datetime_range);
}
