// Bodies of the date functions.
#pragma once

#include <pipexpr/function_registry.h>

namespace pipexpr::functions {

enum class Part : std::uint8_t { year, month, day, day_of_year, hour, minute };
enum class Change : std::uint8_t { first_of_month, midnight, sunday, yesterday };

template <Part>
bool get(Call& call);
template <Change>
bool change(Call& call);
template <TimeUnit, int Sign>
bool plus(Call& call);
template <int Sign>
bool plus_period(Call& call);
bool in_time_zone(Call& call);
Prepared prepare_zone(std::string_view id, const Limits& limits);
bool make_date(Call& call);
bool make_datetime(Call& call);
bool format(Call& call);
Prepared prepare_pattern(std::string_view pattern, const Limits& limits);

}  // namespace pipexpr::functions
