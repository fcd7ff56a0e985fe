// Writes answers as JSON, and words what RapidJSON found wrong with a text.
#include "cli/output/json_output.h"

#include <rapidjson/error/en.h>

#include <span>

#include <pipexpr/json.h>

namespace cli {

std::string json_error(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  if (text.back() == '.') text.pop_back();
  return text;
}

bool write_answer(Json& json, const pipexpr::Value& value) {
  const bool good = pipexpr::is_utf8(value);
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

void write_answer(Json& json, const pipexpr::Diagnostics& why) {
  json.StartObject();
  json.key("error");
  json.StartObject();
  json.members(why.front());
  json.EndObject();
  if (why.size() > 1) {
    json.key("more");
    json.StartArray();
    for (const pipexpr::Diagnostic& other : std::span(why).subspan(1)) {
      json.StartObject();
      json.members(other);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

}  // namespace cli
