// Finds the object, field and role of a place from the values around it.
#include "lsp/place.h"

#include <vector>

namespace pipexpr::lsp {

std::string entity_text(const JsonOutline& outline, std::uint32_t entity, std::string_view name) {
  const std::uint32_t own = outline.member(entity, name);
  if (own != JsonNode::kNone) return outline.text(own);
  std::string found;
  for (const std::string_view list : {"fields", "attributes"}) {
    const std::uint32_t fields = outline.member(entity, list);
    if (fields == JsonNode::kNone) continue;
    outline.each(fields, [&](std::uint32_t i) {
      const std::uint32_t key = outline.member(i, "key");
      const std::uint32_t value = outline.member(i, "stringValue");
      if (key != JsonNode::kNone && value != JsonNode::kNone && outline.text(key) == name) found = outline.text(value);
    });
  }
  return found;
}

Place find_place(const JsonOutline& outline, std::size_t offset) {
  Place place;
  place.node = outline.at(offset);
  if (place.node == JsonNode::kNone) return place;
  std::vector<std::uint32_t> way;  // from the innermost to the root
  for (std::uint32_t at = place.node; at != JsonNode::kNone; at = outline[at].parent) way.push_back(at);
  const auto step = [&](std::size_t depth) {
    return depth < way.size() ? way[way.size() - 1 - depth] : JsonNode::kNone;
  };

  const JsonNode& node = outline[place.node];
  place.in_key = node.key.length != 0 && offset > node.key.offset && offset <= node.key.end();
  place.in_string = node.kind == JsonNode::Kind::string && offset > node.value.offset &&
                    (offset < node.value.end() || !node.is_closed);
  const bool is_list = outline[step(0)].kind == JsonNode::Kind::array;
  const std::uint32_t list = is_list ? step(0) : step(1);
  if (list == JsonNode::kNone) return place;
  place.section = is_list ? Place::Section::objects : base::definition_list(outline.key(list));
  const std::size_t depth = is_list ? 1 : 2;  // of the entity
  place.entity = step(depth);
  if (place.section == Place::Section::none || place.entity == JsonNode::kNone) return place;
  if (outline[place.entity].kind != JsonNode::Kind::object) {
    if (place.section == Place::Section::values && outline[place.entity].key.length != 0) {
      place.id = outline.key(place.entity);
    }
    return place;
  }
  const std::uint32_t id = outline.member(place.entity, "id");
  if (id != JsonNode::kNone) place.id = outline.text(id);
  const std::uint32_t member = step(depth + 1);
  if (member == JsonNode::kNone) return place;
  place.field = outline.key(member);
  const std::string last = node.key.length != 0 ? outline.key(place.node) : std::string();
  if ((place.field != "fields" && place.field != "attributes") || outline[member].kind != JsonNode::Kind::array) {
    place.is_reference = place.in_string && place.node != member && last == "ref";
    return place;
  }
  place.field.clear();
  const std::uint32_t entry = step(depth + 2);
  if (entry == JsonNode::kNone || outline[entry].kind != JsonNode::Kind::object) return place;
  const std::uint32_t key = outline.member(entry, "key");
  if (key != JsonNode::kNone) place.field = outline.text(key);
  if (place.node == key && place.in_string) {
    place.in_key = true;
  } else if (place.in_key) {
    place.in_key = false;  // "key", "stringValue" and "refValue" are no names of fields
  }
  place.is_reference = place.in_string && last == "refValue";
  return place;
}

}  // namespace pipexpr::lsp
