// Completion, by the place in the JSON: fields of a type, ids, types, words of a slot, or an expression.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include <pipexpr/function_registry.h>

#include "base/char_class.h"
#include "definition/slot_table.h"
#include "definition/slot_words.h"
#include "lsp/expression_completion.h"
#include "lsp/place.h"

namespace pipexpr::lsp {
namespace {

// The fields that the object's type documents and that it does not have yet.
std::vector<Proposal> slots(const JsonOutline& outline, const Place& place) {
  std::vector<Proposal> result;
  std::set<std::string> present = {"id"};
  outline.each(place.entity, [&](std::uint32_t i) {
    if (outline[i].key.length != 0 && i != place.node) present.insert(outline.key(i));
  });
  const std::string type = entity_text(outline, place.entity, "type");
  const auto add = [&](std::string_view name, std::string_view detail, char rank) {
    if (present.insert(std::string(name)).second) {
      result.push_back(
          {.label = std::string(name), .kind = CompletionKind::property, .detail = std::string(detail), .rank = rank});
    }
  };
  for (const std::string_view name : {"name", "type"}) add(name, "string", 'a');
  definition::each_slot(type, [&](std::string_view name, SlotType slot, definition::SlotUse use) {
    if (use == definition::SlotUse::runtime) return;
    const bool is_needed = use == definition::SlotUse::required || use == definition::SlotUse::one_of;
    const std::string_view type_name = slot_type_name(slot);
    add(name, is_needed ? fmt::format("{}, {}", type_name, slot_use_name(use)) : std::string(type_name),
        is_needed ? 'a' : 'b');
  });
  return result;
}

// Every object's id, those first that the field usually refers to: an object whose type ends as the field's name
// begins.
std::vector<Proposal> ids(const JsonOutline& outline, const Place& place) {
  std::vector<Proposal> result;
  std::string wanted = place.field;
  if (wanted == "runsOn" || wanted == "workerGroup") wanted = "Resource";
  if (wanted == "input" || wanted == "output") wanted = "DataNode";
  if (wanted == "dependsOn") wanted = "Activity";
  if (wanted.starts_with("on") && wanted.size() > 2) wanted = "Alarm";
  if (!wanted.empty()) wanted[0] = base::to_upper(wanted[0]);
  for (std::uint32_t i = 0; i < outline.size(); ++i) {
    const JsonNode& node = outline[i];
    const bool is_id = node.key.length != 0 && node.kind == JsonNode::Kind::string && outline.key(i) == "id";
    if (!is_id || node.parent == place.entity) continue;
    const Place of = find_place(outline, node.value.offset + 1);
    if (of.section != Place::Section::objects || of.entity != node.parent || of.id.empty()) continue;
    const std::string type = entity_text(outline, of.entity, "type");
    result.push_back({.label = of.id,
                      .kind = CompletionKind::reference,
                      .detail = type,
                      .rank = !wanted.empty() && type.ends_with(wanted) ? 'a' : 'b'});
  }
  return result;
}

std::vector<Proposal> words(const JsonOutline& outline, const Place& place) {
  std::vector<Proposal> result;
  const auto add = [&](std::string_view word, CompletionKind kind) {
    result.push_back({.label = std::string(word), .kind = kind});
  };
  if (place.section != Place::Section::objects) return result;
  if (place.field == "type") {
    definition::each_type([&](std::string_view type) {
      if (!type.empty()) add(type, CompletionKind::type);
    });
    return result;
  }
  for (const std::string_view word : definition::slot_words(place.field)) add(word, CompletionKind::value);
  if (result.empty() && slot_type(entity_text(outline, place.entity, "type"), place.field) == SlotType::boolean) {
    for (const std::string_view word : {"true", "false"}) add(word, CompletionKind::value);
  }
  return result;
}

void write(const Question& question, JsonWriter& json, const std::vector<Proposal>& proposals, SourceSpan replaced) {
  const std::size_t count = std::min(proposals.size(), question.options.max_items);
  json.StartObject();
  json.key("isIncomplete");
  json.Bool(count < proposals.size());
  json.key("items");
  json.StartArray();
  for (std::size_t i = 0; i < count; ++i) {
    const Proposal& one = proposals[i];
    json.StartObject();
    json.member("label", one.label);
    json.member("kind", static_cast<std::uint64_t>(one.kind));
    if (!one.detail.empty()) json.member("detail", one.detail);
    if (!one.documentation.empty()) json.member("documentation", one.documentation);
    json.member("sortText", fmt::format("{}{:05}", one.rank, i));
    json.member("filterText", one.label);
    if (one.is_snippet) json.member("insertTextFormat", std::uint64_t{2});
    json.key("textEdit");
    json.StartObject();
    json.key("range");
    question.range(json, replaced);
    json.member("newText", one.insert.empty() ? one.label : one.insert);
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

std::optional<ObjectId> object_of(const Question& question, const Place& place) {
  if (place.section != Place::Section::objects) return kNoObject;
  if (question.document.definition() == nullptr) return std::nullopt;
  return question.definition().find(place.id);
}

// What stands in the string before the place.
std::string text_before(const Document& document, const Place& place, std::size_t offset) {
  const std::uint32_t begin = document.outline()[place.node].value.offset + 1;
  return decode_json(document.text().substr(begin, offset - begin));
}

}  // namespace

void completion(const Question& question, JsonWriter& json) {
  const Document& document = question.document;
  const std::size_t offset = question.offset();
  const Place place = find_place(document.outline(), offset);
  if (place.entity == JsonNode::kNone || (!place.in_key && !place.in_string)) return void(json.Null());
  const JsonNode& node = document.outline()[place.node];
  const bool is_key = place.in_key && !place.in_string;
  SourceSpan content = is_key ? node.key : node.value;
  ++content.offset;
  content.length -= node.is_closed || content.length > 1 ? 1 : 0;
  if (node.is_closed && content.length > 0) --content.length;
  if (place.in_key) {
    if (place.section != Place::Section::objects) return void(json.Null());
    const bool is_field = !is_key || node.parent == place.entity;
    return is_field ? write(question, json, slots(document.outline(), place), content) : void(json.Null());
  }
  const std::string before = text_before(document, place, offset);
  const ExpressionPrefix prefix = expression_prefix(before, question.options.load.compile.delimiters);
  if (!prefix.is_inside) {
    const auto proposals = place.is_reference ? ids(document.outline(), place) : words(document.outline(), place);
    return write(question, json, proposals, content);
  }
  const auto object = object_of(question, place);
  if (!object) return void(json.Null());
  const std::size_t replaced = std::min(replaced_before(prefix), offset);
  write(question, json, expression_proposals(question, prefix, *object, place.field),
        {static_cast<std::uint32_t>(offset - replaced), static_cast<std::uint32_t>(replaced)});
}

void signature_help(const Question& question, JsonWriter& json) {
  const std::size_t offset = question.offset();
  const Place place = find_place(question.document.outline(), offset);
  if (!place.in_string || place.in_key) return void(json.Null());
  const std::string before = text_before(question.document, place, offset);
  const ExpressionPrefix prefix = expression_prefix(before, question.options.load.compile.delimiters);
  if (prefix.calls.empty()) return void(json.Null());
  const ExpressionPrefix::OpenCall& call = prefix.calls.back();
  std::vector<std::shared_ptr<const FunctionSpec>> found;
  std::uint64_t active = 0;
  for (const auto& function : FunctionRegistry::standard().all()) {
    if (function->name != call.name) continue;
    if (call.argument >= function->parameters.size()) ++active;  // an overload that takes more may follow
    found.push_back(function);
  }
  if (found.empty()) return void(json.Null());
  json.StartObject();
  json.key("signatures");
  json.StartArray();
  for (const auto& function : found) {
    json.StartObject();
    json.member("label", signature(*function));
    json.member("documentation", function->description);
    json.key("parameters");
    json.StartArray();
    for (const Parameter& parameter : function->parameters) {
      json.StartObject();
      json.member("label", parameter.name);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.member("activeSignature", std::min<std::uint64_t>(active, found.size() - 1));
  json.member("activeParameter", std::uint64_t{call.argument});
  json.EndObject();
}

}  // namespace pipexpr::lsp
