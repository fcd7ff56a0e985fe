// Reads the JSON text of a definition again, for what is not kept of it.
#include "inspect/json_keys.h"

#include "base/definition_lists.h"
#include "definition/json_document.h"

namespace pipexpr::inspect {
namespace {

using definition::JsonText;
using definition::JsonType;

// The object whose "id" stands at that place, among the lists that hold objects; 0 when there is none.
std::uint32_t find_object(const JsonText& json, SourceSpan id) {
  std::uint32_t found = 0;
  const auto look_in = [&](std::uint32_t list) {
    json.each(list, [&](std::uint32_t i) {
      if (json[i].type != JsonType::object) return;
      const std::uint32_t member = json.member(i, "id");
      if (member != 0 && json[member].span == id) found = i;
    });
  };
  if (json[0].type == JsonType::array) look_in(0);
  if (json[0].type == JsonType::object) {
    json.each(0, [&](std::uint32_t i) {
      if (base::definition_list(json[i].key) == base::DefinitionList::objects) look_in(i);
    });
  }
  return found;
}

}  // namespace

std::vector<SourceSpan> key_spans(const PipelineDefinition& definition, ObjectId object, std::string_view field) {
  std::vector<SourceSpan> spans;
  const auto json = JsonText::read(definition.json());
  if (!json) return spans;
  const std::uint32_t found = find_object(*json, definition.span(object));
  if (found == 0) return spans;
  const std::uint32_t fields = json->member(found, "fields");
  if (fields != 0 && (*json)[fields].type == JsonType::array) {
    json->each(fields, [&](std::uint32_t i) {
      const std::uint32_t key = (*json)[i].type == JsonType::object ? json->member(i, "key") : 0;
      if (key != 0 && (*json)[key].text == field) spans.push_back((*json)[key].span);
    });
    return spans;
  }
  json->each(found, [&](std::uint32_t i) {
    if ((*json)[i].key == field) spans.push_back((*json)[i].key_span);
  });
  return spans;
}

std::vector<SourceSpan> parameter_spans(const PipelineDefinition& definition, std::string_view id) {
  std::vector<SourceSpan> spans;
  const auto json = JsonText::read(definition.json());
  if (!json || (*json)[0].type != JsonType::object) return spans;
  json->each(0, [&](std::uint32_t list) {
    const base::DefinitionList kind = base::definition_list((*json)[list].key);
    if (kind != base::DefinitionList::parameters && kind != base::DefinitionList::values) return;
    const bool is_table = (*json)[list].type == JsonType::object;  // "values": {ID: VALUE}
    json->each(list, [&](std::uint32_t i) {
      if (is_table) {
        if ((*json)[i].key == id) spans.push_back((*json)[i].key_span);
        return;
      }
      const std::uint32_t own = (*json)[i].type == JsonType::object ? json->member(i, "id") : 0;
      if (own != 0 && (*json)[own].text == id) spans.push_back((*json)[own].span);
    });
  });
  return spans;
}

namespace {

// The default of a parameter in either form; 0 when it has none.
std::uint32_t default_of(const JsonText& json, std::uint32_t parameter) {
  const std::uint32_t attributes = json.member(parameter, "attributes");
  if (attributes == 0 || json[attributes].type != JsonType::array) return json.member(parameter, "default");
  std::uint32_t found = 0;
  json.each(attributes, [&](std::uint32_t i) {
    const std::uint32_t key = json[i].type == JsonType::object ? json.member(i, "key") : 0;
    if (key != 0 && json[key].text == "default") found = json.member(i, "stringValue");
  });
  return found;
}

}  // namespace

std::vector<JsonString> replaced_defaults(const PipelineDefinition& definition) {
  std::vector<JsonString> result;
  const auto json = JsonText::read(definition.json());
  if (!json || (*json)[0].type != JsonType::object) return result;
  using Source = PipelineDefinition::ParameterInfo::Source;
  for (const auto& info : definition.parameters()) {
    if (info.source != Source::file && info.source != Source::override_value) continue;
    json->each(0, [&](std::uint32_t list) {
      if (base::definition_list((*json)[list].key) != base::DefinitionList::parameters) return;
      json->each(list, [&](std::uint32_t i) {
        const std::uint32_t id = (*json)[i].type == JsonType::object ? json->member(i, "id") : 0;
        if (id == 0 || (*json)[id].text != info.id) return;
        const std::uint32_t found = default_of(*json, i);
        if (found != 0) result.push_back({(*json)[found].span, std::string((*json)[found].text)});
      });
    });
  }
  return result;
}

}  // namespace pipexpr::inspect
