#include "cli/output/json_output.h"

#include <rapidjson/error/en.h>

#include <algorithm>
#include <span>

#include "cli/output/utf8_output.h"

namespace cli {

void Json::text(std::string_view text) {
  if (find_invalid_utf8(text) == std::string_view::npos) {
    String(text.data() == nullptr ? "" : text.data(), static_cast<rapidjson::SizeType>(text.size()));
  } else {
    const std::string repaired = repair_utf8(text);
    String(repaired.data(), static_cast<rapidjson::SizeType>(repaired.size()));
  }
}

void Json::value(const pipexpr::Value& value) {
  switch (value.kind()) {
    case pipexpr::Kind::unset: Null(); return;
    case pipexpr::Kind::string: text(value.text()); return;
    case pipexpr::Kind::integer: Int64(value.integer()); return;
    case pipexpr::Kind::number: Double(value.number()); return;
    case pipexpr::Kind::list: break;
    default: text(value.to_text()); return;
  }
  StartArray();
  for (const pipexpr::Value& item : value.items()) {
    // Lists never nest.
    if (item.kind() == pipexpr::Kind::list) {
      text(item.to_text());
    } else {
      this->value(item);
    }
  }
  EndArray();
}

std::string step_name(const pipexpr::PathStep& step) {
  return step.object.empty() ? step.field : step.object + "." + step.field;
}

void Json::members(const pipexpr::Diagnostic& diagnostic) {
  member("code", code_id(diagnostic.code));
  member("message", diagnostic.message);
  member("offset", std::uint64_t{diagnostic.span.offset});
  member("length", std::uint64_t{diagnostic.span.length});
  key("path");
  StartArray();
  for (const pipexpr::PathStep& step : diagnostic.path) text(step_name(step));
  EndArray();
}

std::string json_fault(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  if (text.back() == '.') text.pop_back();
  return text;
}

namespace {

bool is_utf8(const pipexpr::Value& value) {
  if (value.kind() == pipexpr::Kind::string) return find_invalid_utf8(value.text()) == std::string_view::npos;
  return value.kind() != pipexpr::Kind::list || std::all_of(value.items().begin(), value.items().end(), is_utf8);
}

}  // namespace

bool write_answer(Json& json, const pipexpr::Value& value) {
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
