// The id and the name of an instance, `@Component_2012-12-12T00:00:00`, and `_Attempt=1` after it for an attempt: the
// one place that knows how they are written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pipexpr/datetime.h>

namespace pipexpr::time {

// Capacity for everything but the component's own id or name.
inline constexpr std::size_t kMaxInstanceSuffix = 80;

// Writes it for the component's id or name and returns its end. Attempt 0 is the instance itself.
char* write_instance_name(std::string_view component, DateTime scheduled_start, std::uint32_t attempt, char* to);

}  // namespace pipexpr::time
