// Going to definitions, finding references, and renaming.
#include <algorithm>

#include <pipexpr/rename.h>

#include "lsp/names.h"

namespace pipexpr::lsp {
namespace {

void location(const Question& question, JsonWriter& json, SourceSpan in_definition) {
  const auto span = question.document.to_text(in_definition);
  if (!span) return;
  json.StartObject();
  json.member("uri", question.uri);
  json.key("range");
  question.range(json, *span);
  json.EndObject();
}

}  // namespace

void go_to_definition(const Question& question, JsonWriter& json) {
  json.StartArray();
  const auto at = question.document.to_definition(question.offset());
  const DefinitionReference* const use = at ? question.document.reference_at(*at) : nullptr;
  std::vector<std::uint32_t> seen;
  const auto add = [&](const Symbol& symbol) {
    const auto place = declaration(question.definition(), symbol);
    if (!place || std::find(seen.begin(), seen.end(), place->offset) != seen.end()) return;
    seen.push_back(place->offset);
    location(question, json, *place);
  };
  if (use != nullptr) {
    for (const ReferenceTarget& target : use->targets) {
      if (seen.size() >= question.options.max_items) break;
      using Kind = ReferenceTarget::Kind;
      if (target.kind == Kind::object) add({Symbol::Kind::object, target.object, use->name, {}});
      if (target.kind == Kind::field) add({Symbol::Kind::field, target.defined_by, use->name, {}});
      if (target.kind == Kind::parameter) add({Symbol::Kind::parameter, kNoObject, use->name, {}});
    }
  } else if (const auto symbol = at ? symbol_at(question, question.offset()) : std::nullopt) {
    add(*symbol);
  }
  json.EndArray();
}

void find_references(const Question& question, JsonWriter& json) {
  json.StartArray();
  if (const auto symbol = symbol_at(question, question.offset())) {
    const auto declared = declaration(question.definition(), *symbol);
    if (declared && question.params["context"]["includeDeclaration"].is_true()) location(question, json, *declared);
    for (const DefinitionReference& use : question.document.references()) {
      const bool means_it =
          use.json_span.length != 0 && std::any_of(use.targets.begin(), use.targets.end(),
                                                   [&](const auto& target) { return symbol->is(target, use.name); });
      if (means_it) location(question, json, use.json_span);
    }
  }
  json.EndArray();
}

void prepare_rename(const Question& question, JsonWriter& json) {
  // Only what is in the text as it is can be edited.
  const auto symbol = question.document.is_current() ? symbol_at(question, question.offset()) : std::nullopt;
  const auto span = symbol ? question.document.to_text(symbol->place) : std::nullopt;
  if (!span) return void(json.Null());
  json.StartObject();
  json.key("range");
  question.range(json, *span);
  json.member("placeholder", symbol->name);
  json.EndObject();
}

bool rename(const Question& question, JsonWriter& json, std::string& why) {
  if (!question.document.is_current()) return why = "the text is no definition as it is", false;
  const auto symbol = symbol_at(question, question.offset());
  if (!symbol) return why = "expected an object, a field or a parameter", false;
  const PipelineDefinition& definition = question.definition();
  const CompileOptions& compile = question.options.load.compile;
  const std::string_view to = question.params["newName"].text();
  const auto edits = symbol->kind == Symbol::Kind::object ? rename_object(definition, symbol->name, to, compile)
                     : symbol->kind == Symbol::Kind::field
                         ? rename_field(definition, definition.id(symbol->object), symbol->name, to, compile)
                         : rename_parameter(definition, symbol->name, to, compile);
  if (!edits) return why = edits.error().empty() ? "refused" : edits.error().front().message, false;
  question.workspace_edit(json, *edits);
  return true;
}

}  // namespace pipexpr::lsp
