// The time zones that embedded_zones.py puts into the program. Defined in builds with PIPEXPR_EMBEDDED_ZONES only.
#pragma once

#include <span>
#include <string_view>

namespace pipexpr::time {

struct EmbeddedZone {
  std::string_view id, file;
};

std::span<const EmbeddedZone> embedded_zones();  // sorted by id
std::string_view embedded_zones_version();

}  // namespace pipexpr::time
