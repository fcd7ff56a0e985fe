// Writes ids and names of instances.
#include "time/instance_name.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/attempt_mark.h"
#include "time/literal.h"

namespace pipexpr::time {

char* write_instance_name(std::string_view component, DateTime scheduled_start, std::uint32_t attempt, char* to) {
  *to++ = '@';
  to = std::copy(component.begin(), component.end(), to);
  *to++ = '_';
  to = write_default(scheduled_start, to);
  if (attempt == 0) return to;
  to = std::copy(base::kAttemptMark.begin(), base::kAttemptMark.end(), to);
  return std::to_chars(to, to + std::numeric_limits<std::uint32_t>::digits10 + 1, attempt).ptr;
}

}  // namespace pipexpr::time
