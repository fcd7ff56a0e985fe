// Writes ids and names of instances.
#include "time/instance_name.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/attempt_mark.h"
#include "time/literal.h"

namespace pipexpr::time {

char* write_instance_name(std::string_view component, DateTime scheduled_start, std::uint32_t attempt, char* to) {
  *to++ = '@';
  to = std::copy(component.begin(), component.end(), to);
  *to++ = '_';
  to = write_default(scheduled_start, to);
  if (attempt != 0) to = fmt::format_to(to, "{}{}", base::kAttemptMark, attempt);
  return to;
}

}  // namespace pipexpr::time
