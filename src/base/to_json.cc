// Implements the JSON of values and diagnostics.
#include <pipexpr/json.h>

#include <algorithm>

#include "base/json_writer.h"
#include "base/utf8.h"

namespace pipexpr {

std::string to_json(const Value& value) {
  base::JsonWriter json;
  json.value(value);
  return std::string(json.view());
}

bool is_utf8(const Value& value) {
  if (value.kind() == Kind::string) return base::find_invalid_utf8(value.text()) == std::string_view::npos;
  return value.kind() != Kind::list || std::all_of(value.items().begin(), value.items().end(), is_utf8);
}

std::string to_json(const Diagnostic& diagnostic) {
  base::JsonWriter json;
  json.StartObject();
  json.members(diagnostic);
  json.EndObject();
  return std::string(json.view());
}

std::string to_json(const Diagnostics& diagnostics) {
  base::JsonWriter json;
  json.StartArray();
  for (const Diagnostic& diagnostic : diagnostics) {
    json.StartObject();
    json.members(diagnostic);
    json.EndObject();
  }
  json.EndArray();
  return std::string(json.view());
}

}  // namespace pipexpr
