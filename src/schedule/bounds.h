// How long the period of a schedule may be.
#pragma once

#include <pipexpr/datetime.h>

namespace pipexpr::schedule {

// 15 minutes to 3 years. Months and years differ in length; where a period ends that begins with 1970 decides.
inline bool within_bounds(const Period& period) {
  const auto end = add({}, period);
  const auto shortest = add({}, {15, TimeUnit::minutes}), longest = add({}, {3, TimeUnit::years});
  return end && end->epoch_millis >= shortest->epoch_millis && end->epoch_millis <= longest->epoch_millis;
}

}  // namespace pipexpr::schedule
