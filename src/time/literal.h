// Date-times and periods as text, in and out.
#pragma once

#include <string_view>

#include <pipexpr/datetime.h>

#include "time/failure.h"

namespace pipexpr::time {

inline constexpr std::size_t kMaxDefaultText = 32;
inline constexpr std::size_t kMaxPeriodText = 32;

bool parse_datetime(std::string_view text, DateTime& result, Failure& failure);
bool parse_period(std::string_view text, Period& result, Failure& failure);

// yyyy-MM-dd'T'HH:mm:ss on the clock of the zone; `1 hour`, `3 days`. Both return the end.
char* write_default(DateTime time, char* out);
char* write_period(Period period, char* out);

}  // namespace pipexpr::time
