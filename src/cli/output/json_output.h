// Answers as JSON. A value with a byte that is no UTF-8 is no answer.
#pragma once

#include <rapidjson/error/error.h>

#include <string>
#include <string_view>

#include <pipexpr/diagnostic.h>
#include <pipexpr/value.h>

#include "base/json_writer.h"

namespace cli {

using Json = pipexpr::base::JsonWriter;

// {"value": ...} and {"error": {...}, "more": [...]}, each a line. False: it is an error, as the value is no UTF-8.
bool write_answer(Json& json, const pipexpr::Value& value);
void write_answer(Json& json, const pipexpr::Diagnostics& why);

// The reader's own words for an error, in the style of our messages.
std::string json_error(rapidjson::ParseErrorCode code);

}  // namespace cli
