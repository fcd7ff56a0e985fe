// What holds for every date: what was added can be taken away, order is kept, fields stay in their ranges, and what was
// printed can be read.
#include <pipexpr/pipexpr.h>

#include <random>
#include <string>

#include "../catch.h"

using namespace pipexpr;

namespace {

constexpr int kCases = 20'000;
constexpr std::string_view kZones[] = {"UTC",          "America/New_York", "Europe/Kyiv", "Australia/Lord_Howe",
                                       "Asia/Kolkata", "Pacific/Apia",     "+05:45",      "-11:00"};

// An expression of d, a date-time, and n, a number.
class Formula {
 public:
  explicit Formula(std::string_view text) : expression_(Expression::compile(text).value()) {}

  Result<Value> operator()(DateTime d, std::int64_t n = 0) {
    const FieldItem items[] = {FieldItem::of_value(ValueView(d)), FieldItem::of_value(ValueView(n))};
    const Binding fields[] = {{"d", {&items[0], 1, SlotType::datetime}}, {"n", {&items[1], 1, SlotType::integer}}};
    return evaluator_.value(expression_, graph_, {.object = ObjectId{0}, .fields = fields});
  }
  std::int64_t number(DateTime d) { return (*this)(d).value().integer(); }
  DateTime time(DateTime d, std::int64_t n = 0) { return (*this)(d, n).value().datetime(); }

 private:
  NoObjects graph_;
  Expression expression_;
  Evaluator evaluator_;
};

struct Dates {
  std::mt19937_64 random{20240229};
  std::vector<TimeZone> zones;

  Dates() {
    for (const std::string_view id : kZones) zones.push_back(parse_time_zone(id).value());
  }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  }
  // Years 1 to 9999, often at the edge of a day.
  DateTime next(bool zoned) {
    std::int64_t millis = between(-62'135'596'800'000, 253'402'300'799'000);
    if (between(0, 3) == 0) millis -= millis % 86'400'000 + between(0, 1);
    return {millis, zoned ? zones[static_cast<std::size_t>(between(0, std::int64_t(zones.size()) - 1))] : TimeZone()};
  }
};

}  // namespace

TEST_CASE("properties: what was added to a date can be taken away") {
  Dates dates;
  for (const std::string unit : {"Minutes", "Hours", "Days", "Weeks", "Months", "Years"}) {
    Formula there_and_back("#{minus" + unit + "(plus" + unit + "(d, n), n)}");
    Formula back_and_there("#{plus" + unit + "(minus" + unit + "(d, n), n)}");
    const bool exact = unit == "Minutes" || unit == "Hours";  // instants, on any clock
    const bool clamps = unit == "Months" || unit == "Years";
    Formula day("#{day(d)}");
    for (int i = 0; i < kCases; ++i) {
      const DateTime d = dates.next(exact);
      if (clamps && day.number(d) > 28) continue;
      const std::int64_t n = dates.between(-5000, 5000);
      if (there_and_back.time(d, n) != d || back_and_there.time(d, n) != d) {
        FAIL(unit << " " << n << " " << to_string(d) << ": " << to_string(there_and_back.time(d, n)));
      }
    }
  }
  SUCCEED();
}

TEST_CASE("properties: a later date stays later, or as late") {
  Dates dates;
  for (const std::string unit : {"Minutes", "Hours", "Days", "Weeks", "Months", "Years"}) {
    Formula plus("#{plus" + unit + "(d, n)}");
    for (int i = 0; i < kCases; ++i) {
      DateTime a = dates.next(false);
      DateTime b{a.epoch_millis + dates.between(0, 3 * 86'400'000), a.zone};
      const std::int64_t n = dates.between(-5000, 5000);
      // The 30th at six and the 31st at five may become the same day: then the times of day alone decide.
      const std::int64_t grain = unit == "Months" || unit == "Years" ? 86'400'000 : 1;
      const auto floor = [&](std::int64_t millis) { return (millis - ((millis % grain) + grain) % grain) / grain; };
      if (floor(plus.time(a, n).epoch_millis) > floor(plus.time(b, n).epoch_millis)) {
        FAIL(unit << " " << n << ": " << to_string(a) << " " << to_string(b));
      }
      if (plus.time(a, n).epoch_millis > plus.time(a, n + 1).epoch_millis)
        FAIL(unit << " " << n << ": " << to_string(a));
    }
  }
  SUCCEED();
}

TEST_CASE("properties: the fields of a date lie in their ranges and make up what it prints") {
  Dates dates;
  Formula year("#{year(d)}"), month("#{month(d)}"), day("#{day(d)}"), hour("#{hour(d)}"), minute("#{minute(d)}");
  Formula day_of_year("#{dayOfYear(d)}"), first("#{firstOfMonth(d)}"), midnight("#{midnight(d)}"),
      sunday("#{sunday(d)}");
  Formula printed("#{format(d, 'yyyy M d H m D')}"), weekday("#{format(d, 'e')}");
  for (int i = 0; i < kCases; ++i) {
    const DateTime d = dates.next(true);
    INFO(to_string(d) << " " << time_zone_id(d.zone));
    const std::int64_t fields[] = {year.number(d), month.number(d),  day.number(d),
                                   hour.number(d), minute.number(d), day_of_year.number(d)};
    const std::int64_t most[] = {10000, 12, 31, 23, 59, 366};
    const std::int64_t least[] = {0, 1, 1, 0, 0, 1};
    std::string text;
    for (std::size_t k = 0; k < std::size(fields); ++k) {
      if (fields[k] < least[k] || fields[k] > most[k]) FAIL("field " << k << ": " << fields[k]);
      const std::string digits = std::to_string(fields[k]);
      text += (k == 0 ? std::string(4 - std::min<std::size_t>(digits.size(), 4), '0') : " ") + digits;
    }
    if (printed(d).value().to_text() != text) FAIL(printed(d).value().to_text() << " and " << text);
    if (day.number(first.time(d)) != 1 || month.number(first.time(d)) != fields[1]) FAIL("firstOfMonth");
    const DateTime start = midnight.time(d);
    if (start.epoch_millis > d.epoch_millis || day.number(start) != fields[2]) FAIL("midnight");
    if (weekday(sunday.time(d)).value().to_text() != "7") FAIL("sunday");
    if (std::abs(sunday.time(d).epoch_millis - d.epoch_millis) > 8 * 86'400'000LL) FAIL("sunday is far");
  }
  SUCCEED();
}

TEST_CASE("properties: a date that was printed with its offset reads back as the same instant") {
  Dates dates;
  Formula print("#{format(d, \"yyyy-MM-dd'T'HH:mm:ss.SSSZZ\")}");
  int read = 0;
  for (int i = 0; i < kCases; ++i) {
    DateTime d = dates.next(true);
    if (d.epoch_millis < 0) d.epoch_millis = -d.epoch_millis;  // before 1970 some offsets have seconds, which ZZ drops
    const std::string text(print(d).value().to_text());
    const auto back = parse_datetime(text);
    if (!back || back->epoch_millis != d.epoch_millis) FAIL(text << " " << time_zone_id(d.zone));
    ++read;
  }
  CHECK(read == kCases);
}
