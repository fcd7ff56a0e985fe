#include "time/names.h"

#include <algorithm>
#include <iterator>

namespace pipexpr::time {
namespace {

constexpr ZoneNames kTable[] = {
#include "time/names.inc"
};

}  // namespace

const ZoneNames* zone_names(std::string_view id) {
  const auto* const found =
      std::lower_bound(std::begin(kTable), std::end(kTable), id,
                       [](const ZoneNames& row, std::string_view wanted) { return row.id < wanted; });
  return found != std::end(kTable) && found->id == id ? found : nullptr;
}

}  // namespace pipexpr::time
