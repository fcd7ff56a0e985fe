// Time zones: offsets of the time-zone database as flat sorted tables.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/datetime.h>

#include "base/char_class.h"
#include "time/failure.h"

namespace pipexpr::time {

inline constexpr std::size_t kMaxZoneIdSize = 64;

// The characters of ids in the database: America/New_York, CET, Etc/GMT+5.
constexpr bool is_zone_character(char c) { return base::is_word(c) || c == '/' || c == '+' || c == '-'; }

// A zone of the database as flat sorted tables.
struct ZoneTable {
  static constexpr std::int64_t kCycle = 12'622'780'800;  // seconds in 400 years, a whole number of weeks
  static constexpr int kBucketBits = 24;                  // 194 days

  std::string id;
  std::vector<std::int64_t> at;      // UTC seconds from which entry i holds; at[0] is the beginning of time
  std::vector<std::int32_t> offset;  // seconds
  std::vector<std::uint8_t> daylight;
  std::vector<std::uint16_t> bucket;  // by (t - first_bucket) >> kBucketBits: the entry that its beginning is in
  std::int64_t first_bucket = 0;
  std::int64_t repeats_from = INT64_MAX;  // from here on the table repeats every 400 years
  // Names for `z`: short standard, short daylight, long standard, long daylight; all empty: the offset is printed.
  std::string_view names[4];

  // The entry of a UTC second; `t` is moved back by whole cycles when it is beyond the table.
  std::size_t entry(std::int64_t& t) const {
    if (t >= repeats_from) t -= ((t - repeats_from) / kCycle + 1) * kCycle;
    if (t < first_bucket) return 0;
    const auto b = static_cast<std::uint64_t>(t - first_bucket) >> kBucketBits;
    if (b >= bucket.size()) return at.size() - 1;
    std::size_t i = bucket[static_cast<std::size_t>(b)];
    while (i + 1 < at.size() && at[i + 1] <= t) ++i;
    return i;
  }
};

// The table of a zone; nullptr for UTC and fixed offsets. Tables live as long as the process.
const ZoneTable* table_of(TimeZone zone);
// False for a code that no zone of this process has.
bool is_known(TimeZone zone);

// Fixed offsets are canonical: +05:30 and +0530 are one zone, and +00:00 is UTC.
bool find_zone(std::string_view id, TimeZone& zone, Failure& failure);

// At most kMaxZoneIdSize bytes; returns the end.
char* write_zone_id(TimeZone zone, char* out);

// Milliseconds to add to UTC.
std::int64_t offset_millis(TimeZone zone, std::int64_t epoch_millis);
bool is_daylight(const ZoneTable& zone, std::int64_t epoch_millis);

// A local time -> an instant, in Joda-Time's three ways. In a gap the offset before the transition holds: the time
// moves later. In an overlap the first gives the earlier instant; but when the local time, read as UTC, is not before
// the transition, and the zone is west of Greenwich then, the later one: clocks set back over the date line. The second
// does not ask where the zone is. The third keeps the offset in force at `origin` if it can, else it is the second.
std::int64_t instant_of_local(TimeZone zone, std::int64_t local_millis);
std::int64_t instant_of_clock(TimeZone zone, std::int64_t local_millis);
std::int64_t instant_of_local(TimeZone zone, std::int64_t local_millis, std::int64_t origin);
// The earlier of the instants that have this one's local time, when the clock was set back within three hours of it.
std::int64_t earlier_instant(TimeZone zone, std::int64_t instant);

// Every id of the database; nothing when it cannot be read.
void each_zone_id(const std::function<void(std::string_view)>& visit);

std::string_view tzdata_version();

// How a fixed offset is kept in a TimeZone's code.
inline constexpr std::uint32_t kFixed = 0x80000000u;
inline constexpr std::int32_t kFixedBias = 100'000'000;  // over the largest offset in milliseconds
constexpr TimeZone fixed_zone(std::int32_t millis) {
  return TimeZone::from_code(millis == 0 ? 0 : kFixed | static_cast<std::uint32_t>(millis + kFixedBias));
}
constexpr bool is_fixed(TimeZone zone) { return zone.is_utc() || (zone.code() & kFixed) != 0; }
inline constexpr std::int64_t kMaxOffset = 86'399'999;  // Joda-Time's, in milliseconds
constexpr std::int64_t fixed_millis(TimeZone zone) {
  if (zone.is_utc()) return 0;
  const std::int64_t millis = static_cast<std::int64_t>(zone.code() & ~kFixed) - kFixedBias;
  return millis >= -kMaxOffset && millis <= kMaxOffset ? millis : 0;  // a code that no zone has
}

}  // namespace pipexpr::time
