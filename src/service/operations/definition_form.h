// Definition files as people write them ({"objects", "parameters", "values"}) in the API's form, as the aws
// command line translates them.
#pragma once

#include <optional>
#include <string>

namespace pipexpr::service {

// The definition in the API's form; nothing, and why, when it is not a definition.
std::optional<std::string> to_api_form(const std::string& json, std::string& why);

}  // namespace pipexpr::service
