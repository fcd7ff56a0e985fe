// Writes what `pipexpr --version` says.
#include "cli/version_text.h"

#include <fmt/format.h>

#include <pipexpr/datetime.h>
#include <pipexpr/time_zones.h>
#include <pipexpr/version.h>

namespace cli {

std::string version_text() {
#if defined(PIPEXPR_WITH_SERVICE)
  constexpr std::string_view kFeatures = "serve";
#else
  constexpr std::string_view kFeatures = "none";
#endif
  return fmt::format("pipexpr {} (tzdata {})\ncommit: {}\nzones: {}\nfeatures: {}", pipexpr::version(),
                     pipexpr::time_zone_database_version(), kCommit, pipexpr::time_zone_database_source(), kFeatures);
}

}  // namespace cli
