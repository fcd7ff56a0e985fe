// Looks up the names that a zone shows under the pattern letter z, in the generated table.
#include "time/zone_names.h"

#include <algorithm>
#include <iterator>

namespace pipexpr::time {
namespace {

constexpr ZoneNames kTable[] = {
#include "time/zone_names.inc"
};

constexpr std::size_t kMaxLength = [] {
  std::size_t longest = 0;
  for (const ZoneNames& row : kTable) {
    for (const std::string_view name : row.names) longest = std::max(longest, name.size());
  }
  return longest;
}();

}  // namespace

std::size_t longest_zone_name() { return kMaxLength; }

const ZoneNames* zone_names(std::string_view id) {
  const auto* const found =
      std::lower_bound(std::begin(kTable), std::end(kTable), id,
                       [](const ZoneNames& row, std::string_view wanted) { return row.id < wanted; });
  return found != std::end(kTable) && found->id == id ? found : nullptr;
}

}  // namespace pipexpr::time
