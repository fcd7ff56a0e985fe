// Patterns for ids, fields and file names in the checker's configuration.
#pragma once

#include <string_view>

namespace pipexpr::check_config {

// `*` stands for any characters, slashes included, and `?` for one.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace pipexpr::check_config
