// What the names of a definition mean: at a place, in words, and everywhere they are used.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lsp/question.h"

namespace pipexpr::lsp {

// An object, a field of the object that has it written, or a parameter.
struct Symbol {
  enum class Kind : std::uint8_t { object, field, parameter };
  Kind kind = Kind::object;
  ObjectId object = kNoObject;
  std::string name;  // the id, or the field's name
  SourceSpan place;  // the name at which it was found, in the definition's text, without quotes

  bool is(const ReferenceTarget& target, std::string_view written) const;
};

// What is named at a byte of the text, where it is declared or where it is used.
std::optional<Symbol> symbol_at(const Question& question, std::size_t offset);
// Where it stands in the definition's text: its id or key, without quotes; nothing when it is not in the file.
std::optional<SourceSpan> declaration(const PipelineDefinition& definition, const Symbol& symbol);

// The first value of a field as it is written, or the id that it refers to; on one line, with secrets masked. The field
// has a value, and is not itself a secret.
std::string first_value(const Question& question, const Field& field, std::size_t max_bytes);

// Markdown, a paragraph each: "field `input` of `Copy`, inherited from `Default`", and what is written there.
std::string describe_targets(const Question& question, const DefinitionReference& use);
std::string describe_field(const Question& question, ObjectId object, const PipelineDefinition::FieldInfo& field);

}  // namespace pipexpr::lsp
