// Files of parameter values, in the forms that the AWS command line takes.
#include "forms/parameter_values.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <pipexpr/source.h>

#include "base/definition_lists.h"
#include "base/json_error.h"
#include "definition/json_document.h"

namespace pipexpr::forms {
namespace {

using Values = ParameterValues;
using Node = rapidjson::Value;

std::string_view view(const Node& json) { return {json.GetString(), json.GetStringLength()}; }

std::string_view type_name(const Node& json) {
  switch (json.GetType()) {
    case rapidjson::kNullType: return "null";
    case rapidjson::kFalseType: return "false";
    case rapidjson::kTrueType: return "true";
    case rapidjson::kObjectType: return "an object";
    case rapidjson::kArrayType: return "an array";
    case rapidjson::kStringType: return "a string";
    case rapidjson::kNumberType: break;
  }
  return "a number";
}

// With numbers read as texts, true and false are the only values that are no texts and mean something.
bool scalar(const Node& json, std::string_view& out) {
  if (json.IsString()) out = view(json);
  if (json.IsBool()) out = json.GetBool() ? "true" : "false";
  return json.IsString() || json.IsBool();
}

std::string add(std::string_view name, const Node& json, Values& out) {
  const auto refuse = [&](const Node& found) {
    return fmt::format("expected the value of parameter '{}' to be a string or a list of strings, found {}", name,
                       type_name(found));
  };
  std::string_view text;
  if (json.IsArray()) {
    for (const Node& item : json.GetArray()) {
      if (!scalar(item, text)) return refuse(item);
      out.emplace_back(name, text);
    }
    return "";
  }
  if (!scalar(json, text)) return refuse(json);
  out.emplace_back(name, text);
  return "";
}

std::string add_api_value(const Node& json, Values& out) {
  const bool good = json.IsObject() && json.HasMember("id") && json.HasMember("stringValue") && json["id"].IsString();
  if (!good) return "expected every entry of the list to be {\"id\": \"...\", \"stringValue\": \"...\"}";
  return add(view(json["id"]), json["stringValue"], out);
}

}  // namespace

std::string read_parameter_values(std::string_view json, ParameterValues& out) {
  rapidjson::Document document;
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
  document.Parse<kFlags>(json.data() == nullptr ? "" : json.data(), json.size());
  // The parser takes a NUL for the end of the text.
  const std::size_t nul = json.find('\0');
  if (document.HasParseError() || nul != std::string_view::npos) {
    const bool is_rest = !document.HasParseError();
    const auto place = locate(json, is_rest ? nul : document.GetErrorOffset());
    return fmt::format(
        "line {}, column {}: invalid JSON: {}", place.line, place.column,
        base::json_error_text(is_rest ? rapidjson::kParseErrorDocumentRootNotSingular : document.GetParseError()));
  }
  const Node* values = &document;
  for (const std::string_view name : {base::kValueList.command, base::kValueList.api}) {
    const char* const key = name.data();
    if (document.IsObject() && document.HasMember(key) && !document[key].IsString()) values = &document[key];
  }
  if (values->IsArray()) {
    for (const Node& entry : values->GetArray()) {
      if (std::string error = add_api_value(entry, out); !error.empty()) return error;
    }
    return "";
  }
  if (!values->IsObject()) return fmt::format("expected an object with parameter values, found {}", type_name(*values));
  for (const auto& member : values->GetObject()) {
    if (std::string error = add(view(member.name), member.value, out); !error.empty()) return error;
  }
  return "";
}

std::optional<SourceSpan> place_of_parameter(std::string_view json, std::string_view id) {
  const auto read = definition::JsonText::read(json);
  if (!read) return std::nullopt;
  const definition::JsonText& nodes = *read;
  for (std::uint32_t i = 1; i < nodes.size(); ++i) {
    if (nodes[i].key == id) return nodes[i].span;
    if (nodes[i].key != "id" || nodes[i].type != definition::JsonType::string || nodes[i].text != id) continue;
    // The value of an entry of the API's list stands beside its id.
    const bool has_value = i + 1 < nodes.size() && nodes[i + 1].key == "stringValue";
    return nodes[has_value ? i + 1 : i].span;
  }
  return std::nullopt;
}

}  // namespace pipexpr::forms
