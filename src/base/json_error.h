// Words RapidJSON's errors in the style of our messages.
#pragma once

#include <rapidjson/error/error.h>

#include <string>

namespace pipexpr::base {

// RapidJSON's own sentence for the error, without its capital and its full stop: "missing a comma or } after an object
// member".
std::string json_error_text(rapidjson::ParseErrorCode code);

}  // namespace pipexpr::base
