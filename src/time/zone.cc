#include "time/zone.h"

#include "time/calendar.h"

namespace pipexpr::time {
namespace {

// Where a local time lies: before (or in) the next transition, or after the last one.
struct Place {
  std::int64_t offset;  // seconds; rule A's choice
  bool ambiguous;
  std::int64_t other;   // the later offset when ambiguous
};

Place place_of(const TimeZone& zone, std::int64_t local_millis) {
  std::int64_t local = floor_div(local_millis, 1000);
  std::int64_t t = local;
  std::size_t i = zone.entry(t);
  local = t;
  const auto ends = [&](std::size_t k) {  // local second at which entry k begins to hold for sure
    return zone.at[k] + std::max(zone.offset[k], zone.offset[k - 1]);
  };
  while (i > 0 && local < ends(i)) --i;
  while (i + 1 < zone.at.size() && local >= ends(i + 1)) ++i;
  Place place{zone.offset[i], false, 0};
  if (i + 1 < zone.at.size() && zone.offset[i + 1] < zone.offset[i] && local >= zone.at[i + 1] + zone.offset[i + 1]) {
    place.ambiguous = true;
    place.other = zone.offset[i + 1];
  }
  return place;
}

std::int64_t minus_saturated(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return b > 0 ? INT64_MIN : INT64_MAX;
  return result;
}

}  // namespace

std::string_view zone_id(const TimeZone* zone) { return zone == nullptr ? "UTC" : std::string_view(zone->id); }

std::int64_t offset_millis(const TimeZone* zone, std::int64_t epoch_millis) {
  if (zone == nullptr) return 0;
  if (zone->at.empty()) return zone->fixed_millis;
  std::int64_t t = floor_div(epoch_millis, 1000);
  return std::int64_t{1000} * zone->offset[zone->entry(t)];
}

bool is_daylight(const TimeZone& zone, std::int64_t epoch_millis) {
  if (zone.at.empty()) return false;
  std::int64_t t = floor_div(epoch_millis, 1000);
  return zone.daylight[zone.entry(t)] != 0;
}

std::int64_t instant_of_local(const TimeZone* zone, std::int64_t local_millis) {
  if (zone == nullptr) return local_millis;
  if (zone->at.empty()) return minus_saturated(local_millis, zone->fixed_millis);
  return minus_saturated(local_millis, 1000 * place_of(*zone, local_millis).offset);
}

std::int64_t instant_of_local(const TimeZone* zone, std::int64_t local_millis, std::int64_t origin) {
  if (zone == nullptr || zone->at.empty()) return instant_of_local(zone, local_millis);
  const std::int64_t kept = offset_millis(zone, origin);
  const std::int64_t instant = minus_saturated(local_millis, kept);
  if (offset_millis(zone, instant) == kept) return instant;
  const Place place = place_of(*zone, local_millis);
  if (!place.ambiguous) return minus_saturated(local_millis, 1000 * place.offset);
  const std::int64_t first = offset_millis(zone, local_millis);
  return minus_saturated(local_millis, offset_millis(zone, minus_saturated(local_millis, first)));
}

bool is_ambiguous(const TimeZone* zone, std::int64_t local_millis) {
  return zone != nullptr && !zone->at.empty() && place_of(*zone, local_millis).ambiguous;
}

}  // namespace pipexpr::time
