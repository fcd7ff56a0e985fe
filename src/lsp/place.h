// Place: what a byte of a definition's text belongs to, as its JSON tells, while it is being typed as well.
#pragma once

#include <cstdint>
#include <string>

#include "base/definition_lists.h"
#include "lsp/json_outline.h"

namespace pipexpr::lsp {

struct Place {
  using Section = base::DefinitionList;
  Section section = Section::none;
  std::uint32_t node = JsonNode::kNone;    // the innermost value or member
  std::uint32_t entity = JsonNode::kNone;  // the object or parameter, or the member or element that gives a value
  std::string id;                          // of that object or parameter; may be empty
  std::string field;                       // the member of the entity, or in the API's form what its "key" says
  bool in_key = false;                     // in the key of `node`, or in a "key" of the API's form
  bool in_string = false;                  // between the quotes of `node`, which is a string
  bool is_reference = false;               // that string is an object's id: {"ref": ...} or "refValue"
};

Place find_place(const JsonOutline& outline, std::size_t offset);

// In either form: the text of a member of an entity, such as its type; empty when there is none.
std::string entity_text(const JsonOutline& outline, std::uint32_t entity, std::string_view name);

}  // namespace pipexpr::lsp
