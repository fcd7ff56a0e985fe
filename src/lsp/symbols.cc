// The objects and parameters of a document as an outline, its fields below them.
#include <pipexpr/line_index.h>

#include "lsp/place.h"
#include "lsp/question.h"

namespace pipexpr::lsp {
namespace {

enum class SymbolKind : std::uint8_t { type = 5, field = 8, variable = 13, event = 24 };

void begin(const Question& question, JsonWriter& json, std::string_view name, std::string_view detail, SymbolKind kind,
           SourceSpan whole, SourceSpan chosen) {
  json.StartObject();
  json.member("name", name.empty() ? "(without id)" : name);
  if (!detail.empty()) json.member("detail", detail);
  json.member("kind", static_cast<std::uint64_t>(kind));
  json.key("range");
  question.range(json, whole);
  json.key("selectionRange");
  question.range(json, chosen);
}

}  // namespace

void document_symbols(const Question& question, JsonWriter& json) {
  const JsonOutline& outline = question.document.outline();
  std::size_t left = question.options.max_items;
  const auto entity = [&](std::uint32_t node, bool is_object) {
    if (left == 0 || outline[node].kind != JsonNode::Kind::object) return;
    --left;
    const std::uint32_t id = outline.member(node, "id");
    const std::string type = entity_text(outline, node, "type");
    const SymbolKind kind = !is_object           ? SymbolKind::variable
                            : type == "Schedule" ? SymbolKind::event
                                                 : SymbolKind::type;
    const SourceSpan chosen = id == JsonNode::kNone ? outline[node].value : outline[id].whole();
    begin(question, json, id == JsonNode::kNone ? "" : outline.text(id), type, kind, outline[node].value, chosen);
    json.key("children");
    json.StartArray();
    outline.each(node, [&](std::uint32_t i) {
      if (!is_object || left == 0 || outline[i].key.length == 0 || i == id) return;
      --left;
      begin(question, json, outline.key(i), "", SymbolKind::field, outline[i].whole(), outline[i].key);
      json.EndObject();
    });
    json.EndArray();
    json.EndObject();
  };
  json.StartArray();
  if (outline.size() != 0 && outline[0].kind == JsonNode::Kind::array) {
    outline.each(0, [&](std::uint32_t i) { entity(i, true); });
  } else if (outline.size() != 0) {
    outline.each(0, [&](std::uint32_t list) {
      const Place::Section section =
          outline[list].key.length == 0 ? Place::Section::none : base::definition_list(outline.key(list));
      if (section != Place::Section::objects && section != Place::Section::parameters) return;
      outline.each(list, [&](std::uint32_t i) { entity(i, section == Place::Section::objects); });
    });
  }
  json.EndArray();
}

}  // namespace pipexpr::lsp
