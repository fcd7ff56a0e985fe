// Writes values and errors as JSON.
#include "report/answer_json.h"

#include <span>

#include <pipexpr/json.h>

#include "base/json_writer.h"

namespace pipexpr::report {

bool write_answer(base::JsonWriter& json, const Value& value) {
  const bool good = is_utf8(value);
  json.StartObject();
  json.key(good ? "value" : "error");
  if (good) {
    json.value(value);
  } else {
    json.StartObject();
    json.member("code", "encoding");
    json.member("message", "the value is no UTF-8 text, and JSON can hold no other: use --format text");
    json.EndObject();
  }
  json.EndObject();
  return good;
}

void write_answer(base::JsonWriter& json, const Diagnostics& why) {
  json.StartObject();
  json.key("error");
  json.StartObject();
  json.members(why.front());
  json.EndObject();
  if (why.size() > 1) {
    json.key("more");
    json.StartArray();
    for (const Diagnostic& other : std::span(why).subspan(1)) {
      json.StartObject();
      json.members(other);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

}  // namespace pipexpr::report
