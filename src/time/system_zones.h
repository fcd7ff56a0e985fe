// The system's time-zone database by way of Howard Hinnant's date. Not part of a build with PIPEXPR_EMBEDDED_ZONES.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "time/zone_file.h"

namespace pipexpr::time {

// Reads date's list of zones, and the leap seconds in the file UTC; throws when it cannot.
void open_system_zones();

bool has_system_zone(const std::string& id);
void each_system_zone(const std::function<void(std::string_view)>& visit);

// The transitions of a zone that there is; its file must be sound. When memory runs out, date keeps the zone as far as
// it came and would go on with that, so that the zone must not be asked for again.
std::vector<Transition> system_transitions(const std::string& id);

}  // namespace pipexpr::time
