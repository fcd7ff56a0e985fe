// Translates definition files into the API's form.
#include "service/operations/definition_form.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "adapter/json_view.h"
#include "service/protocol.h"

namespace pipexpr::service {
namespace {

// Members by name, as the command line sorts them; those of one name in their order.
std::vector<const Json::Member*> sorted_members(const Json& object) {
  std::vector<const Json::Member*> members;
  for (const auto& member : object.GetObject()) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const Json::Member* a, const Json::Member* b) { return text_of(a->name) < text_of(b->name); });
  return members;
}

void write_value(const Json& value, Writer& out) {
  value.IsString() ? write_text(out, text_of(value)) : write_text(out, dump(value));
}

// One entry for each value, since a list repeats its key.
template <class Write>
void for_each_value(const Json& value, Write write) {
  if (!value.IsArray()) return write(value);
  for (const Json& item : value.GetArray()) write(item);
}

constexpr int kMaxNesting = 64;

int nesting_of(std::string_view json) {
  int depth = 0;
  int deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

bool write_objects(const Json& objects, Writer& out, bool parameters, std::string& why) {
  out.StartArray();
  for (const Json& object : objects.GetArray()) {
    if (!object.IsObject() || text_of(object, "id").empty()) {
      why = "an object has no \"id\"";
      return false;
    }
    out.StartObject();
    write_text(out, "id", text_of(object, "id"));
    std::string_view name = text_of(object, "name");
    if (!parameters) write_text(out, "name", name.empty() ? text_of(object, "id") : name);
    out.Key(parameters ? "attributes" : "fields");
    out.StartArray();
    for (const Json::Member* member : sorted_members(object)) {
      std::string_view key = text_of(member->name);
      if (key == "id" || (key == "name" && !parameters)) continue;
      for_each_value(member->value, [&](const Json& value) {
        bool is_reference = value.IsObject() && value.MemberCount() == 1 && !text_of(value, "ref").empty();
        if (is_reference) return write_ref_field(out, key, text_of(value, "ref"));
        out.StartObject();
        write_text(out, "key", key);
        out.Key("stringValue");
        write_value(value, out);
        out.EndObject();
      });
    }
    out.EndArray();
    out.EndObject();
  }
  out.EndArray();
  return true;
}

}  // namespace

std::optional<std::string> to_api_form(const std::string& json, std::string& why) {
  // Values are written by recursion; what a definition can hold is a few levels deep.
  if (nesting_of(json) > kMaxNesting) {
    why = "expected JSON of at most 64 levels";
    return std::nullopt;
  }
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError()) {
    why = fmt::format("expected JSON, found an error at byte {}", document.GetErrorOffset());
    return std::nullopt;
  }
  if (!document.IsObject()) {
    why = "expected a JSON object";
    return std::nullopt;
  }
  if (document.HasMember("pipelineObjects")) return json;
  const Json* objects = member_of(document, "objects");
  if (objects == nullptr || !objects->IsArray()) {
    why = "Missing \"objects\" key";
    return std::nullopt;
  }
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  out.Key("pipelineObjects");
  if (!write_objects(*objects, out, false, why)) return std::nullopt;
  out.Key("parameterObjects");
  const Json* parameters = member_of(document, "parameters");
  const Json none(rapidjson::kArrayType);
  if (!write_objects(parameters != nullptr && parameters->IsArray() ? *parameters : none, out, true, why))
    return std::nullopt;
  out.Key("parameterValues");
  out.StartArray();
  const Json* values = member_of(document, "values");
  if (values != nullptr && values->IsObject()) {
    for (const auto& member : values->GetObject()) {
      for_each_value(member.value, [&](const Json& value) {
        out.StartObject();
        write_text(out, "id", text_of(member.name));
        out.Key("stringValue");
        write_value(value, out);
        out.EndObject();
      });
    }
  }
  out.EndArray();
  out.EndObject();
  return std::string(view_of(buffer));
}

}  // namespace pipexpr::service
