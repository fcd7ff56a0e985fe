// Gives the offset of a time zone at an instant, from flat sorted tables.
#include "time/zone.h"

#include <algorithm>

#include "time/calendar.h"
#include "time/digits.h"

namespace pipexpr::time {
namespace {

// The offset of a local time, in seconds: in a gap and in an overlap the one before the transition. `passed` is another
// in an overlap whose transition lies before the local time read as UTC: the offset after the transition.
struct Place {
  std::int64_t offset, passed;
};

Place place_of(const ZoneTable& zone, std::int64_t local_millis) {
  std::int64_t local = floor_div(local_millis, 1000);
  std::int64_t t = local;
  std::size_t i = zone.entry(t);
  local = t;
  const auto ends = [&](std::size_t k) {  // local second at which entry k begins to hold for sure
    return zone.at[k] + std::max(zone.offset[k], zone.offset[k - 1]);
  };
  while (i > 0 && local < ends(i)) --i;
  while (i + 1 < zone.at.size() && local >= ends(i + 1)) ++i;
  Place place{zone.offset[i], zone.offset[i]};
  if (i + 1 < zone.at.size() && zone.offset[i + 1] < zone.offset[i] &&
      local >= zone.at[i + 1] + std::max(0, zone.offset[i + 1])) {
    place.passed = zone.offset[i + 1];
  }
  return place;
}

}  // namespace

char* write_zone_id(TimeZone zone, char* out) {
  if (zone.is_utc()) return std::copy_n("UTC", 3, out);
  if (is_fixed(zone)) return put_whole_offset(out, fixed_millis(zone));
  const std::string& id = table_of(zone)->id;
  return std::copy(id.begin(), id.end(), out);
}

std::int64_t offset_millis(TimeZone zone, std::int64_t epoch_millis) {
  if (is_fixed(zone)) return fixed_millis(zone);
  const ZoneTable& table = *table_of(zone);
  std::int64_t t = floor_div(epoch_millis, 1000);
  return std::int64_t{1000} * table.offset[table.entry(t)];
}

bool is_daylight(const ZoneTable& zone, std::int64_t epoch_millis) {
  std::int64_t t = floor_div(epoch_millis, 1000);
  return zone.daylight[zone.entry(t)] != 0;
}

std::int64_t instant_of_local(TimeZone zone, std::int64_t local_millis) {
  if (is_fixed(zone)) return saturated_sum(local_millis, -fixed_millis(zone));
  const Place place = place_of(*table_of(zone), local_millis);
  return saturated_sum(local_millis, -1000 * (place.passed < 0 ? place.passed : place.offset));
}

std::int64_t instant_of_clock(TimeZone zone, std::int64_t local_millis) {
  if (is_fixed(zone)) return saturated_sum(local_millis, -fixed_millis(zone));
  return saturated_sum(local_millis, -1000 * place_of(*table_of(zone), local_millis).passed);
}

std::int64_t instant_of_local(TimeZone zone, std::int64_t local_millis, std::int64_t origin) {
  const std::int64_t kept = offset_millis(zone, origin);
  const std::int64_t instant = saturated_sum(local_millis, -kept);
  return offset_millis(zone, instant) == kept ? instant : instant_of_clock(zone, local_millis);
}

std::int64_t earlier_instant(TimeZone zone, std::int64_t instant) {
  constexpr std::int64_t kAround = 3 * 3600;
  if (is_fixed(zone)) return instant;
  const ZoneTable& table = *table_of(zone);
  const std::int64_t seconds = floor_div(instant, 1000);
  std::int64_t before = seconds - kAround, after = seconds + kAround;
  const std::size_t i = table.entry(before);
  const std::int64_t back = std::int64_t{table.offset[i]} - table.offset[table.entry(after)];
  if (back <= 0 || i + 1 >= table.at.size()) return instant;
  const std::int64_t since = before + kAround - table.at[i + 1];  // from the transition on
  return since >= 0 && since < back ? instant - 1000 * back : instant;
}

}  // namespace pipexpr::time
