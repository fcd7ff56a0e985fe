// Tells YAML from JSON.
#include "forms/document.h"

namespace pipexpr::forms {
namespace {

char first_of(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first == std::string_view::npos ? ' ' : text[first];
}

bool has_yaml_name(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

}  // namespace

bool is_yaml(std::string_view text, std::string_view file_name) {
  const char c = first_of(text);
  return has_yaml_name(file_name) || (c != '{' && c != '[' && !file_name.ends_with(".json"));
}

Result<Document> read_document(std::string_view text, std::string_view file_name) {
  if (!is_yaml(text, file_name)) return read_json(text);
  const char c = first_of(text);
  if (c == '{' || c == '[') {  // YAML may be JSON, which says better what is wrong with it
    auto json = read_json(text);
    if (json) return json;
  }
  auto yaml = read_yaml(text);
  if (has_yaml_name(file_name)) return yaml;
  // Any word is YAML. Where the name does not say so, it takes more than a word to be meant as such.
  if (yaml && (yaml->is(0, JsonType::object) || yaml->is(0, JsonType::array))) return yaml;
  auto json = read_json(text);
  const bool looks_like_yaml = !json && json.error().front().message.find("YAML") != std::string::npos;
  return looks_like_yaml ? std::move(yaml) : std::move(json);
}

}  // namespace pipexpr::forms
