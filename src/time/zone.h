// Time zones: offsets of the system's database, by way of Howard Hinnant's date, as flat sorted tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/datetime.h>

#include "time/failure.h"

namespace pipexpr {

class TimeZone {
 public:
  static constexpr std::int64_t kCycle = 12'622'780'800;  // seconds in 400 years, a whole number of weeks

  std::string id;
  std::int32_t fixed_millis = 0;        // of a fixed offset; used when `at` is empty
  std::vector<std::int64_t> at;         // UTC seconds from which entry i holds; at[0] is the beginning of time
  std::vector<std::int32_t> offset;     // seconds
  std::vector<std::uint8_t> daylight;
  std::vector<std::uint16_t> bucket;    // by (t - first_bucket) >> kBucketBits: the entry that its beginning is in
  std::int64_t first_bucket = 0;
  std::int64_t repeats_from = INT64_MAX;  // from here on the table repeats every 400 years
  // Names for `z`: short standard, short daylight, long standard, long daylight; all empty: the offset is printed.
  std::string_view names[4];

  static constexpr int kBucketBits = 24;  // 194 days

  // The entry of a UTC second; `t` is moved back by whole cycles when it is beyond the table.
  std::size_t entry(std::int64_t& t) const {
    if (t >= repeats_from) t -= ((t - repeats_from) / kCycle + 1) * kCycle;
    if (t < first_bucket) return 0;
    const auto b = static_cast<std::uint64_t>(t - first_bucket) >> kBucketBits;
    if (b >= bucket.size()) return at.size() - 1;
    std::size_t i = bucket[b];
    while (i + 1 < at.size() && at[i + 1] <= t) ++i;
    return i;
  }
};

namespace time {

inline constexpr std::size_t kLongestZoneId = 64;

// nullptr is UTC. Offsets are canonical: +05:30 and +0530 are one zone.
bool find_zone(std::string_view id, const TimeZone*& zone, Failure& failure);

std::string_view zone_id(const TimeZone* zone);

// Milliseconds to add to UTC.
std::int64_t offset_millis(const TimeZone* zone, std::int64_t epoch_millis);
bool is_daylight(const TimeZone& zone, std::int64_t epoch_millis);

// A local time -> an instant. Rule A: in a gap and in an overlap the offset before the transition holds. Rule B: as A,
// but an overlap keeps the offset in force at `origin`.
std::int64_t instant_of_local(const TimeZone* zone, std::int64_t local_millis);
std::int64_t instant_of_local(const TimeZone* zone, std::int64_t local_millis, std::int64_t origin);
bool is_ambiguous(const TimeZone* zone, std::int64_t local_millis);

std::string_view tzdata_version();

}  // namespace time
}  // namespace pipexpr
