// Makes the flat table of a zone: its transitions in Joda-Time's form, and 400 years of the rule that follows them.
#include "time/zone_table.h"

#include <algorithm>

#include "time/calendar.h"
#include "time/zone_names.h"
#include "time/zone_rule.h"

namespace pipexpr::time {
namespace {

// Where the database calls winter time "daylight", Joda-Time and the JDK use its rearguard form: what differs from the
// standard offset is daylight time.
struct Rearguard {
  std::string_view id;
  std::int64_t from, to;
  std::int32_t standard;  // seconds
};
constexpr Rearguard kRearguard[] = {
    {"Europe/Dublin", 57722400, INT64_MAX, 0},        // 1971-10-31T02:00Z
    {"Africa/Casablanca", 1540695600, INT64_MAX, 0},  // 2018-10-28T03:00Z
    {"Africa/El_Aaiun", 1540695600, INT64_MAX, 0},
    {"Africa/Windhoek", 764200800, 1508803200, 3600},  // 1994-03-20T22:00Z .. 2017-10-24
    {"Europe/Prague", -728517600, -721260000, 0},      // 1946-12-01 .. 1947-02-23
};

void push(ZoneTable& zone, std::int64_t from, std::int32_t offset, bool daylight) {
  for (const Rearguard& row : kRearguard) {
    if (row.id == zone.id && from >= row.from && from < row.to) daylight = offset != row.standard;
  }
  zone.at.push_back(from);
  zone.offset.push_back(offset);
  zone.daylight.push_back(daylight ? 1 : 0);
}

// An entry, and a second one where the rearguard form begins or ends inside it.
void add(ZoneTable& zone, std::int64_t from, std::int64_t to, std::int32_t offset, bool daylight) {
  push(zone, from, offset, daylight);
  for (const Rearguard& row : kRearguard) {
    if (row.id != zone.id) continue;
    if (row.from > from && row.from < to) push(zone, row.from, offset, daylight);
    if (row.to > from && row.to < to) push(zone, row.to, offset, daylight);
  }
}

// 400 years of the rule after the last transition; then everything repeats.
void extend(ZoneTable& zone, const Footer& rule) {
  if (!rule.has_daylight) return;
  const std::int64_t known = zone.at.back();
  const std::int64_t year = civil_from_days(floor_div(std::max<std::int64_t>(known, -2'208'988'800), 86400)).year;
  for (std::int64_t y = year; y <= year + 401; ++y) {
    const std::int64_t begins = rule.begins.local_seconds(y) - rule.standard;
    const std::int64_t ends = rule.ends.local_seconds(y) - rule.daylight;
    const auto begin = [&] {
      if (begins > zone.at.back()) push(zone, begins, rule.daylight, true);
    };
    const auto end = [&] {
      if (ends > zone.at.back()) push(zone, ends, rule.standard, false);
    };
    begins < ends ? (begin(), end()) : (end(), begin());
  }
  // The first whole year of the rule and the same year a cycle later are alike.
  zone.repeats_from = days_from_civil(year + 401, 1, 1) * 86400;
}

void index(ZoneTable& zone) {
  constexpr std::int64_t kStep = std::int64_t{1} << ZoneTable::kBucketBits;
  zone.first_bucket = zone.at.size() > 1 ? zone.at[1] : 0;
  std::size_t i = 0;
  for (std::int64_t t = zone.first_bucket; zone.at.size() > 1 && t <= zone.at.back(); t += kStep) {
    while (i + 1 < zone.at.size() && zone.at[i + 1] <= t) ++i;
    zone.bucket.push_back(static_cast<std::uint16_t>(i));
  }
}

}  // namespace

std::unique_ptr<ZoneTable> make_zone_table(const std::string& id, const std::vector<Transition>& transitions,
                                           std::string_view footer) {
  auto zone = std::make_unique<ZoneTable>();
  zone->id = id;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& now = transitions[i];
    add(*zone, now.at, i + 1 < transitions.size() ? transitions[i + 1].at : INT64_MAX, now.offset, now.daylight);
  }
  Footer rule;
  if (parse_footer(footer, rule)) extend(*zone, rule);
  index(*zone);
  if (const auto names = zone_names(id)) {
    std::copy(std::begin(names->names), std::end(names->names), zone->names);
  }
  return zone;
}

}  // namespace pipexpr::time
