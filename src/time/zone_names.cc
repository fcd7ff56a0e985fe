// Looks up the names that a zone shows under the pattern letter z, in the generated table.
#include "time/zone_names.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace pipexpr::time {
namespace {

using Row = std::uint16_t[6];  // where each text begins

#include "time/zone_names.inc"

static_assert(std::size(kTexts) <= UINT16_MAX);

constexpr std::string_view text(std::uint16_t start) { return kTexts + start; }

constexpr std::size_t kMaxLength = [] {
  std::size_t longest = 0;
  for (const Row& row : kRows) {
    for (std::size_t name = 2; name < std::size(row); ++name) longest = std::max(longest, text(row[name]).size());
  }
  return longest;
}();

ZoneNames names(const Row& row) {
  return {text(row[0]), text(row[1]), {text(row[2]), text(row[3]), text(row[4]), text(row[5])}};
}

}  // namespace

std::size_t longest_zone_name() { return kMaxLength; }

std::optional<ZoneNames> zone_names(std::string_view id) {
  const auto* const found =
      std::lower_bound(std::begin(kRows), std::end(kRows), id,
                       [](const Row& row, std::string_view wanted) { return text(row[0]) < wanted; });
  if (found == std::end(kRows) || text((*found)[0]) != id) return std::nullopt;
  return names(*found);
}

std::size_t zone_names_count() { return std::size(kRows); }

ZoneNames zone_names_at(std::size_t row) { return names(kRows[row]); }

}  // namespace pipexpr::time
