// Zone files (TZif, RFC 8536): whether the bytes are one, and what stands in it. Howard Hinnant's date takes files for
// sound, and ends the process when they are not, so that each is looked at here first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pipexpr::time {

// From `at` on, in UTC seconds, the clock is `offset` seconds ahead of UTC.
struct Transition {
  std::int64_t at;
  std::int32_t offset;
  bool daylight;

  bool operator==(const Transition&) const = default;
};

// The bytes of a file; empty when it cannot be read.
std::string read_zone_file(const std::string& path);

// Whether the bytes are a whole zone file of a known version, every index and time in its range.
bool is_zone_file(std::string_view bytes);

// The transitions of a sound file, the first of them at the beginning of time; neighbors differ.
std::vector<Transition> transitions_of(std::string_view bytes);
inline constexpr std::int64_t kBeginningOfTime = INT64_MIN / 4;

// The last line of a file of version 2 or later: the rule for the time after the last transition.
std::string_view footer_of(std::string_view bytes);

}  // namespace pipexpr::time
