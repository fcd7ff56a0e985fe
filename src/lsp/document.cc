// Keeps a document: loads and checks every version, and maps places from one version to the next.
#include "lsp/document.h"

#include <algorithm>
#include <utility>

namespace pipexpr::lsp {

Document::Document(std::string text, const LoadOptions& load) : load_(load), text_(std::move(text)) { read(); }

void Document::change(std::string text) {
  text_ = std::move(text);
  read();
}

void Document::read() {
  lines_.emplace(text_);
  outline_ = JsonOutline(text_);
  auto loaded = PipelineDefinition::load(text_, load_);
  is_current_ = loaded.has_value();
  if (is_current_) {
    definition_ = std::move(*loaded);
    findings_ = check(*definition_, {.compile = load_.compile});
    values_.reset();
    references_.reset();
    same_before_ = text_end_ = definition_end_ = text_.size();
    return;
  }
  findings_ = check_file(text_, load_);
  if (definition_ == nullptr) return;
  const std::string_view old = definition_->json();
  const std::size_t shorter = std::min(old.size(), text_.size());
  same_before_ = static_cast<std::size_t>(
      std::mismatch(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(shorter), text_.begin()).first -
      old.begin());
  std::size_t same_after = 0;
  while (same_after < shorter - same_before_ &&
         old[old.size() - 1 - same_after] == text_[text_.size() - 1 - same_after]) {
    ++same_after;
  }
  text_end_ = text_.size() - same_after;
  definition_end_ = old.size() - same_after;
}

std::optional<std::uint32_t> Document::to_definition(std::size_t offset) const {
  if (definition_ == nullptr) return std::nullopt;
  if (offset <= same_before_) return static_cast<std::uint32_t>(offset);
  if (offset >= text_end_) return static_cast<std::uint32_t>(offset - text_end_ + definition_end_);
  return std::nullopt;
}

std::optional<SourceSpan> Document::to_text(SourceSpan span) const {
  if (definition_ == nullptr) return std::nullopt;
  if (span.end() <= same_before_) return span;
  if (span.offset < definition_end_) return std::nullopt;
  return SourceSpan{static_cast<std::uint32_t>(span.offset - definition_end_ + text_end_), span.length};
}

const std::vector<WrittenValue>& Document::values() const {
  if (values_) return *values_;
  std::vector<WrittenValue> values;
  const auto add = [&](ObjectId object, std::string_view name, const Field& field, SourceSpan nowhere) {
    for (std::uint32_t k = 0; k < field.count; ++k) {
      const ValueView& value = field.items[k].value;
      const std::uint32_t length = value.is(Kind::string) ? static_cast<std::uint32_t>(value.text().size()) : 0;
      const SourceSpan span = definition_->span(object, name, k, {0, length});
      if (span != nowhere && span != SourceSpan{}) values.push_back({span, object, name, field, k});
    }
  };
  for (std::size_t i = 0; definition_ != nullptr && i < definition_->object_count(); ++i) {
    const ObjectId object = definition_->object(i);
    for (const auto& field : definition_->fields(object)) {
      add(object, field.name, field.field, definition_->span(object));
    }
  }
  if (definition_ != nullptr) {
    for (const auto& parameter : definition_->parameters()) {
      add(kNoObject, parameter.id, parameter.value, parameter.span);
    }
  }
  std::sort(values.begin(), values.end(),
            [](const WrittenValue& a, const WrittenValue& b) { return a.span.offset < b.span.offset; });
  return values_.emplace(std::move(values));
}

const WrittenValue* Document::value_at(std::uint32_t offset) const {
  const auto& all = values();
  const auto after = std::upper_bound(all.begin(), all.end(), offset, [](std::uint32_t at, const WrittenValue& value) {
    return at < value.span.offset;
  });
  if (after == all.begin() || offset > (after - 1)->span.end()) return nullptr;
  return &*(after - 1);
}

const std::vector<DefinitionReference>& Document::references() const {
  if (references_) return *references_;
  return references_.emplace(definition_ == nullptr ? std::vector<DefinitionReference>()
                                                    : references_of(*definition_, load_.compile));
}

const DefinitionReference* Document::reference_at(std::uint32_t offset) const {
  const DefinitionReference* at_end = nullptr;
  for (const DefinitionReference& use : references()) {
    if (use.json_span.length == 0 || offset < use.json_span.offset || offset > use.json_span.end()) continue;
    if (offset != use.json_span.end()) return &use;
    at_end = &use;
  }
  return at_end;
}

}  // namespace pipexpr::lsp
