// Document: one text that the editor has open, the last version of it that was a definition, and what is known of both.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/check.h>
#include <pipexpr/definition.h>
#include <pipexpr/line_index.h>
#include <pipexpr/references.h>

#include "lsp/json_outline.h"

namespace pipexpr::lsp {

// A value that the definition has written: of an object's own field, or of a parameter.
struct WrittenValue {
  SourceSpan span;              // in the definition's text; of a string what the quotes enclose
  ObjectId object = kNoObject;  // kNoObject: a parameter
  std::string_view field;
  Field values = {};
  std::uint32_t item = 0;

  const FieldItem& value() const { return values.items[item]; }
  bool is_expression() const {
    return value().form == FieldItem::Form::compiled || value().form == FieldItem::Form::invalid;
  }
};

class Document {
 public:
  Document(std::string text, const LoadOptions& load);
  Document(const Document&) = delete;  // its lines and its outline are views of its text
  Document& operator=(const Document&) = delete;

  void change(std::string text);

  std::string_view text() const { return text_; }
  const LineIndex& lines() const { return *lines_; }
  const JsonOutline& outline() const { return outline_; }
  // Of the text as it is: when it is no definition, what keeps it from being one.
  const Findings& findings() const { return findings_; }

  // The last version that was a definition; nullptr: there was none.
  const PipelineDefinition* definition() const { return definition_.get(); }
  const std::shared_ptr<const PipelineDefinition>& shared_definition() const { return definition_; }
  bool is_current() const { return is_current_; }
  // A place of the text in the definition's, and back; nothing for what was typed since, or has gone.
  std::optional<std::uint32_t> to_definition(std::size_t offset) const;
  std::optional<SourceSpan> to_text(SourceSpan span) const;

  // Of the definition, in the order of its text.
  const std::vector<WrittenValue>& values() const;
  // The one that the definition's byte is in, or that ends there; nullptr: there is none.
  const WrittenValue* value_at(std::uint32_t offset) const;
  const std::vector<DefinitionReference>& references() const;
  const DefinitionReference* reference_at(std::uint32_t offset) const;

 private:
  void read();

  LoadOptions load_;
  std::string text_;
  std::optional<LineIndex> lines_;
  JsonOutline outline_;
  Findings findings_;
  std::shared_ptr<const PipelineDefinition> definition_;
  bool is_current_ = false;
  // Where the text and the definition's differ: after their common beginning, up to their common end.
  std::size_t same_before_ = 0, text_end_ = 0, definition_end_ = 0;
  // Made when they are first asked for.
  mutable std::optional<std::vector<WrittenValue>> values_;
  mutable std::optional<std::vector<DefinitionReference>> references_;
};

}  // namespace pipexpr::lsp
