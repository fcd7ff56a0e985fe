// Finds what is named at a place, and says what names stand for.
#include "lsp/names.h"

#include <fmt/format.h>

#include <algorithm>

#include <pipexpr/field.h>

#include "lsp/place.h"

namespace pipexpr::lsp {
namespace {

using TargetKind = ReferenceTarget::Kind;

constexpr std::size_t kMaxTargets = 5;

SourceSpan inside_quotes(SourceSpan span) {
  return span.length < 2 ? span : SourceSpan{span.offset + 1, span.length - 2};
}

std::optional<Symbol> used_at(const Question& question, std::uint32_t at) {
  const DefinitionReference* const use = question.document.reference_at(at);
  if (use == nullptr) return std::nullopt;
  for (const ReferenceTarget& target : use->targets) {
    Symbol symbol{.object = target.object, .name = use->name, .place = use->json_span};
    if (target.kind == TargetKind::object) return symbol;
    if (target.kind == TargetKind::field) {
      symbol.kind = Symbol::Kind::field;
      symbol.object = target.defined_by;
      return symbol;
    }
    if (target.kind == TargetKind::parameter) {
      symbol.kind = Symbol::Kind::parameter;
      symbol.object = kNoObject;
      return symbol;
    }
  }
  return std::nullopt;
}

bool has_parameter(const PipelineDefinition& definition, std::string_view id) {
  const auto& all = definition.parameters();
  return std::any_of(all.begin(), all.end(), [&](const auto& parameter) { return parameter.id == id; });
}

std::string written(const Question& question, std::string_view name, const Field& field) {
  if (field.count == 0) return "";
  if (SecretMask::is_secret(name)) return fmt::format(": `{}`", SecretMask::kShown);
  const std::string text = first_value(question, field, 120);
  if (text.empty() || text.find('`') != std::string::npos) return "";
  return fmt::format(": `{}`{}", text, field.count > 1 ? fmt::format(" and {} more", field.count - 1) : "");
}

std::string describe(const Question& question, const DefinitionReference& use, const ReferenceTarget& target) {
  const PipelineDefinition& definition = question.definition();
  switch (target.kind) {
    case TargetKind::field: {
      const auto field = definition.find_field(target.object, use.name);
      return field ? describe_field(question, target.object, *field) : std::string();
    }
    case TargetKind::parameter:
      for (const auto& parameter : definition.parameters()) {
        if (parameter.id == use.name) {
          return fmt::format("parameter `{}`{}\n\n", use.name, written(question, use.name, parameter.value));
        }
      }
      return {};
    case TargetKind::object: {
      const std::string_view type = definition.type(target.object);
      return fmt::format("object `{}`{}\n\n", definition.id(target.object),
                         type.empty() ? "" : fmt::format(", {}", type));
    }
    case TargetKind::runtime: return fmt::format("`{}` is set by the service while the pipeline runs\n\n", use.name);
    case TargetKind::node: return "`node` is the object that the alarm or precondition belongs to\n\n";
    case TargetKind::nothing: return fmt::format("`{}` is nothing that the definition has\n\n", use.name);
    default: return {};
  }
}

}  // namespace

bool Symbol::is(const ReferenceTarget& target, std::string_view written) const {
  switch (kind) {
    case Kind::object: return target.kind == TargetKind::object && target.object == object;
    case Kind::field: return target.kind == TargetKind::field && target.defined_by == object && written == name;
    case Kind::parameter: return target.kind == TargetKind::parameter && written == name;
  }
  return false;
}

std::optional<Symbol> symbol_at(const Question& question, std::size_t offset) {
  const auto at = question.document.to_definition(offset);
  if (!at) return std::nullopt;
  if (auto used = used_at(question, *at)) return used;
  const Place place = find_place(question.document.outline(), offset);
  if (place.entity == JsonNode::kNone) return std::nullopt;
  const JsonNode& node = question.document.outline()[place.node];
  const PipelineDefinition& definition = question.definition();
  const bool is_own_value = place.in_string && !place.in_key;
  const SourceSpan span =
      is_own_value || node.key.length == 0 || (place.in_key && place.in_string) ? node.value : node.key;
  const auto begin = question.document.to_definition(span.offset);
  if (!begin) return std::nullopt;
  Symbol symbol{.name = place.id, .place = inside_quotes({*begin, span.length})};
  const bool is_id = is_own_value && node.parent == place.entity && question.document.outline().key(place.node) == "id";
  if (place.section == Place::Section::objects) {
    const auto object = definition.find(place.id);
    if (!object) return std::nullopt;
    symbol.object = *object;
    if (is_id) return symbol;
    if (!place.in_key || place.field == "id" || !definition.find_field(*object, place.field)) return std::nullopt;
    symbol.kind = Symbol::Kind::field;
    symbol.name = place.field;
    return symbol;
  }
  const bool is_value_key = place.section == Place::Section::values && place.in_key && place.node == place.entity;
  if ((!is_id && !is_value_key) || !has_parameter(definition, place.id)) return std::nullopt;
  symbol.kind = Symbol::Kind::parameter;
  return symbol;
}

std::optional<SourceSpan> declaration(const PipelineDefinition& definition, const Symbol& symbol) {
  SourceSpan span;
  if (symbol.kind == Symbol::Kind::object) span = definition.span(symbol.object);
  if (symbol.kind == Symbol::Kind::field) span = definition.key_span(symbol.object, symbol.name);
  for (const auto& parameter : definition.parameters()) {
    if (symbol.kind == Symbol::Kind::parameter && parameter.id == symbol.name) span = parameter.span;
  }
  if (span.length == 0) return std::nullopt;
  return inside_quotes(span);
}

std::string first_value(const Question& question, const Field& field, std::size_t max_bytes) {
  const ValueView& first = field.items[0].value;
  std::string text = first.is(Kind::reference) ? std::string(question.definition().id(first.object()))
                                               : written_item(question.definition(), field, 0).to_text();
  return short_line(question.values->scrub(std::move(text)), max_bytes);
}

std::string describe_field(const Question& question, ObjectId object, const PipelineDefinition::FieldInfo& field) {
  const PipelineDefinition& definition = question.definition();
  const std::string from =
      field.defined_by == object ? "" : fmt::format(", inherited from `{}`", definition.id(field.defined_by));
  return fmt::format("field `{}` of `{}`{}{}\n\n", field.name, definition.id(object), from,
                     written(question, field.name, field.field));
}

std::string describe_targets(const Question& question, const DefinitionReference& use) {
  std::string out, last;
  std::size_t count = 0;
  for (const ReferenceTarget& target : use.targets) {
    std::string one = describe(question, use, target);
    if (one.empty() || one == last) continue;
    if (++count > kMaxTargets) return out + "and others\n\n";
    out += one;
    last = std::move(one);
  }
  return out;
}

}  // namespace pipexpr::lsp
