// What `pipexpr --version` says: version and time-zone database, then commit, source of the zones, and features.
#pragma once

#include <string>
#include <string_view>

namespace cli {

extern const std::string_view kCommit;  // "unknown" outside a checkout

std::string version_text();

}  // namespace cli
