// The answer to an evaluation as one line of JSON. JSON cannot hold a value whose bytes are not UTF-8: that is an
// error.
#pragma once

#include <pipexpr/diagnostic.h>
#include <pipexpr/value.h>

#include "base/json_writer.h"

namespace pipexpr::report {

// {"value": ...} and {"error": {...}, "more": [...]}. Returns false if the value is not UTF-8 and an error was written
// in its place.
bool write_answer(base::JsonWriter& json, const Value& value);
void write_answer(base::JsonWriter& json, const Diagnostics& why);

}  // namespace pipexpr::report
