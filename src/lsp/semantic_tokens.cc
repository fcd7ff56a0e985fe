// The parts of expressions as colors: functions, fields, parameters, runtime fields, strings and numbers.
#include <algorithm>

#include <pipexpr/syntax_tree.h>

#include "lsp/question.h"

namespace pipexpr::lsp {
namespace {

constexpr std::string_view kTypes[] = {"function", "property", "parameter", "variable", "string", "number", "class"};
enum Type : std::uint32_t { kFunction, kProperty, kParameter, kVariable, kString, kNumber, kClass };

struct Token {
  SourceSpan span;
  std::uint32_t type;
};

std::uint32_t type_of(const DefinitionReference& use) {
  if (use.kind == DefinitionReference::Kind::function) return kFunction;
  if (use.kind == DefinitionReference::Kind::object) return kClass;
  if (use.targets.empty()) return kVariable;
  switch (use.targets.front().kind) {
    case ReferenceTarget::Kind::field: return kProperty;
    case ReferenceTarget::Kind::parameter: return kParameter;
    case ReferenceTarget::Kind::object: return kClass;
    default: return kVariable;
  }
}

}  // namespace

void write_token_legend(JsonWriter& json) {
  json.StartObject();
  json.key("tokenTypes");
  json.StartArray();
  for (const std::string_view type : kTypes) json.text(type);
  json.EndArray();
  json.key("tokenModifiers");
  json.StartArray();
  json.EndArray();
  json.EndObject();
}

void semantic_tokens(const Question& question, JsonWriter& json) {
  constexpr std::size_t kMaxTokens = 20'000;
  constexpr std::size_t kMaxText = 65'536;  // of a value: places in a longer one take too long to find
  std::vector<Token> tokens;
  for (const DefinitionReference& use : question.document.references()) {
    if (use.json_span.length != 0) tokens.push_back({use.json_span, type_of(use)});
  }
  for (const WrittenValue& value : question.document.values()) {
    if (!value.is_expression() || tokens.size() > kMaxTokens || value.span.length > kMaxText) continue;
    const auto tree = SyntaxTree::parse(value.value().value.text(), question.options.load.compile);
    if (!tree) continue;
    for (const SyntaxNode& node : tree->nodes()) {
      const bool is_string = node.kind == NodeKind::string;
      if (!is_string && node.kind != NodeKind::integer && node.kind != NodeKind::number) continue;
      tokens.push_back({question.definition().span(value.object, value.field, value.item, node.span),
                        is_string ? kString : kNumber});
    }
  }
  std::sort(tokens.begin(), tokens.end(), [](const Token& a, const Token& b) { return a.span.offset < b.span.offset; });
  json.StartObject();
  json.key("data");
  json.StartArray();
  SourceLocation last{1, 1};
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < std::min(tokens.size(), kMaxTokens); ++i) {
    const auto span = question.document.to_text(tokens[i].span);
    if (!span || span->length == 0 || span->offset < end) continue;
    end = span->end();
    const LineIndex& lines = question.document.lines();
    const SourceLocation from = lines.locate(span->offset, question.client.unit);
    const SourceLocation to = lines.locate(end, question.client.unit);
    if (from.line != to.line) continue;
    json.Uint(from.line - last.line);
    json.Uint(from.line == last.line ? from.column - last.column : from.column - 1);
    json.Uint(to.column - from.column);
    json.Uint(tokens[i].type);
    json.Uint(0);
    last = from;
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace pipexpr::lsp
