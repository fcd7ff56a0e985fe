// From what a zone file says to the flat tables that offsets are looked up in.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "time/zone.h"
#include "time/zone_file.h"

namespace pipexpr::time {

// The table of the zone `id`, from the transitions of its file and the rule in the file's last line.
std::unique_ptr<ZoneTable> make_zone_table(const std::string& id, const std::vector<Transition>& transitions,
                                           std::string_view footer);

}  // namespace pipexpr::time
