// Joda-Time's DateTimeFormat patterns, compiled to a few operations and written without allocating.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/datetime.h>

#include "time/failure.h"

namespace pipexpr::time {

class Pattern {
 public:
  // Fails with a span in the pattern. A pattern and a run of one letter have at most that many bytes.
  static bool compile(std::string_view text, std::uint64_t max_bytes, std::uint64_t max_run, Pattern& pattern,
                      Failure& failure);

  // No text is longer.
  std::size_t max_size() const { return max_size_; }
  // Writes at `out` and returns the end. Total: every time has a text.
  char* write(DateTime time, char* out) const;

 private:
  enum class Op : std::uint8_t {
    literal,   // count bytes of literals_ from `from`
    iso_date,  // yyyy-MM-dd
    iso_time,  // HH:mm:ss
    era,
    century,
    year_of_era,
    year,
    year_two,
    week_year,
    week_year_two,
    week,
    weekday,
    weekday_short,
    weekday_long,
    day_of_year,
    month,
    month_short,
    month_long,
    day,
    half_day,
    hour_0_11,
    hour_1_12,
    hour,
    hour_1_24,
    minute,
    second,
    fraction,
    zone_short,
    zone_long,
    offset,
    offset_colon,
    zone_id,
  };
  struct Step {
    Op op;
    std::uint16_t count;  // width, or bytes of a literal
    std::uint16_t from;
  };
  struct Fields;

  bool field(std::string_view run, std::uint32_t at, Failure& failure);
  void literal(std::string_view text);
  void fuse();
  void measure();
  char* write_other(const Step& step, const Fields& fields, char* out) const;
  static char* write_zone_name(const Fields& fields, int column, char* out);

  std::vector<Step> steps_;
  std::string literals_;
  std::size_t max_size_ = 0;
  bool dates_ = false;  // some step needs the civil date
};

}  // namespace pipexpr::time
