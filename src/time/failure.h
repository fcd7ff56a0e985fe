// What the calendar refuses: the stage's own form of an error; functions and api turn it into diagnostics.
#pragma once

#include <cstdint>
#include <string>

namespace pipexpr::time {

enum class FailureKind : std::uint8_t {
  pattern,    // the span is in the pattern
  limit,      // a pattern over a limit; the span is in the pattern
  range,      // a field's value
  overflow,   // the result does not fit
  zone,       // no such time zone
  zone_data,  // the time-zone database cannot be read
  text,       // a text that is no date-time, period or time zone
};

struct Failure {
  FailureKind kind = FailureKind::text;
  std::string message;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  bool set(FailureKind which, std::string why) {
    kind = which;
    message = std::move(why);
    offset = length = 0;
    return false;
  }
};

}  // namespace pipexpr::time
