// The rule at the end of a zone file (a POSIX TZ text) for the time after its last transition. Howard Hinnant's date
// does not evaluate it when it reads the system's files.
#pragma once

#include <cstdint>
#include <string_view>

namespace pipexpr::time {

// When in a year a rule takes effect.
struct RuleDay {
  enum class Form : std::uint8_t { month_week_day, julian, day_of_year };
  Form form = Form::month_week_day;
  std::int32_t month = 0, week = 0, day = 0;
  std::int32_t seconds = 7200;  // after local midnight; may be negative or more than a day

  // Seconds since the epoch, on the clock before the change.
  std::int64_t local_seconds(std::int64_t year) const;
};

struct Footer {
  std::int32_t standard = 0;  // offset east of UTC, seconds
  bool has_daylight = false;
  std::int32_t daylight = 0;
  RuleDay begins, ends;
};

// False when the text is no rule.
bool parse_footer(std::string_view text, Footer& footer);

}  // namespace pipexpr::time
