// The zone-name table: canonical ids and the names that `z` prints. Generated data; zone_names.py makes zone_names.inc.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace pipexpr::time {

struct ZoneNames {
  std::string_view id;
  std::string_view canonical;
  std::string_view names[4];  // short standard, short daylight, long standard, long daylight
};

// No name is longer.
std::size_t longest_zone_name();

// Nothing: a zone newer than the table; it is its own canonical id and prints its offset.
std::optional<ZoneNames> zone_names(std::string_view id);

// The whole table, in the order of the ids.
std::size_t zone_names_count();
ZoneNames zone_names_at(std::size_t row);

}  // namespace pipexpr::time
