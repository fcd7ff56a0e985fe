// What changed between two texts, as `diff -u` and patch write it.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::report {

// Empty when the texts are equal.
std::string unified_diff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace pipexpr::report
