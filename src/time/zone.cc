#include "time/zone.h"

#include <algorithm>

#include "time/calendar.h"
#include "time/digits.h"

namespace pipexpr::time {
namespace {

// Where a local time lies: before (or in) the next transition, or after the last one.
struct Place {
  std::int64_t offset;  // seconds; rule A's choice
  bool ambiguous;
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
  Place place{zone.offset[i], false};
  if (i + 1 < zone.at.size() && zone.offset[i + 1] < zone.offset[i] && local >= zone.at[i + 1] + zone.offset[i + 1]) {
    place.ambiguous = true;
  }
  return place;
}

std::int64_t minus_saturated(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return b > 0 ? INT64_MIN : INT64_MAX;
  return result;
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
  if (is_fixed(zone)) return minus_saturated(local_millis, fixed_millis(zone));
  return minus_saturated(local_millis, 1000 * place_of(*table_of(zone), local_millis).offset);
}

std::int64_t instant_of_local(TimeZone zone, std::int64_t local_millis, std::int64_t origin) {
  if (is_fixed(zone)) return instant_of_local(zone, local_millis);
  const std::int64_t kept = offset_millis(zone, origin);
  const std::int64_t instant = minus_saturated(local_millis, kept);
  if (offset_millis(zone, instant) == kept) return instant;
  const Place place = place_of(*table_of(zone), local_millis);
  if (!place.ambiguous) return minus_saturated(local_millis, 1000 * place.offset);
  const std::int64_t first = offset_millis(zone, local_millis);
  return minus_saturated(local_millis, offset_millis(zone, minus_saturated(local_millis, first)));
}

bool is_ambiguous(TimeZone zone, std::int64_t local_millis) {
  return !is_fixed(zone) && place_of(*table_of(zone), local_millis).ambiguous;
}

}  // namespace pipexpr::time
