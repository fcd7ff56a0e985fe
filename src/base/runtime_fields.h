// The runtime fields of the service's documentation: names that may be unset rather than unknown.
#pragma once

#include <span>
#include <string_view>

namespace pipexpr::base {

std::span<const std::string_view> runtime_names();
bool is_runtime_name(std::string_view name);

// Why a runtime field has no value, for the message.
std::string_view why_unset(std::string_view name, bool has_run);

}  // namespace pipexpr::base
