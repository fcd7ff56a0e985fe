// Implements the JSON of an explanation.
#include <pipexpr/json.h>

#include "base/json_writer.h"

namespace pipexpr {
namespace {

using Node = ExplainedNode;

std::string_view kind_word(ExplainedNode::Kind kind) {
  constexpr std::string_view kWords[] = {"field",     "text",   "template",  "literal",
                                         "reference", "member", "operation", "call"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view origin_word(const ExplainedOrigin& origin) {
  constexpr std::string_view kWords[] = {"given", "run", "object", "parameter", "object id", "evaluated above"};
  return origin.from_run ? "run" : kWords[static_cast<std::size_t>(origin.origin)];
}

class ExplanationWriter {
 public:
  ExplanationWriter(const Explanation& tree, const PipelineDefinition& definition, const SecretMask& mask)
      : tree_(tree), definition_(definition), mask_(mask), lines_(definition.json()) {}

  std::string write();

 private:
  void write_node(const Node& node);
  bool is_hidden(const Node& node) const { return node.secret && mask_.on(); }
  std::string text(const Node& node) const {
    return is_hidden(node) ? std::string(SecretMask::kShown) : mask_.scrub(std::string(tree_.text(node)));
  }

  const Explanation& tree_;
  const PipelineDefinition& definition_;
  const SecretMask& mask_;
  LineIndex lines_;
  base::JsonWriter json_;
};

void ExplanationWriter::write_node(const Node& node) {
  json_.StartObject();
  json_.member("kind", kind_word(node.kind));
  json_.member("depth", std::uint64_t{node.depth});
  json_.key("parent");
  if (node.parent == Node::kNone) {
    json_.Null();
  } else {
    json_.Uint(node.parent);
  }
  if (!node.name.empty()) json_.member("name", node.name);
  const std::string text = this->text(node);
  if (!text.empty()) json_.member("text", text);
  json_.key("value");
  if (is_hidden(node)) {
    json_.text(SecretMask::kShown);
  } else if (node.from_secret && mask_.on() && node.value.is_set()) {
    json_.text(mask_.scrub(mask_.apply(node.value.to_text())));
  } else {
    json_.value(node.value);
  }
  const std::string_view kind = kind_name(node.value.kind());
  json_.member("type", kind.substr(kind.find(' ') + 1));
  if (node.cut) {
    json_.key("cut");
    json_.Bool(true);
  }
  if (node.elided != 0) json_.member("elided", std::uint64_t{node.elided});
  std::optional<SourceSpan> span = node.definition_span;
  SourceLocation at;
  std::string_view file = definition_.source_name();
  if (span) {
    at = lines_.locate(span->offset);
  } else if (node.source != Node::kNone && tree_.sources[node.source].origin == Node::kNone) {
    file = "template";
    span = node.span;
    at = locate(tree_.sources[node.source].text, span->offset);
  }
  if (span) {
    json_.key("place");
    json_.StartObject();
    json_.member("file", file);
    json_.member("line", std::uint64_t{at.line});
    json_.member("column", std::uint64_t{at.column});
    json_.member("offset", std::uint64_t{span->offset});
    json_.member("length", std::uint64_t{span->length});
    json_.EndObject();
  }
  if (node.origin != Node::kNone) {
    const ExplainedOrigin* const from = &tree_.origins[node.origin];
    json_.key("origin");
    json_.StartObject();
    json_.member("from", origin_word(*from));
    if (!from->object_id.empty()) json_.member("object", from->object_id);
    if (!from->defined_by.empty()) json_.member("inherited_from", from->defined_by);
    if (from->origin == Origin::parameter) {
      constexpr std::string_view kSources[] = {"none", "default", "file", "given"};
      json_.member("parameter_value", kSources[static_cast<std::size_t>(from->parameter)]);
      if (!from->parameter_type.empty()) json_.member("parameter_type", from->parameter_type);
    }
    if (!from->schedule.empty()) json_.member("schedule", from->schedule);
    if (!from->period.empty()) json_.member("period", from->period);
    json_.EndObject();
  }
  if (node.rule != nullptr) {
    json_.key("rule");
    json_.StartObject();
    json_.member("number", node.rule->number);
    json_.member("evidence", evidence_name(node.rule->evidence));
    json_.member("description", node.rule->description);
    json_.EndObject();
  }
  json_.EndObject();
}

std::string ExplanationWriter::write() {
  json_.StartObject();
  json_.key("complete");
  json_.Bool(tree_.complete);
  json_.key("nodes");
  json_.StartArray();
  for (const Node& node : tree_.nodes) write_node(node);
  json_.EndArray();
  json_.EndObject();
  return std::string(json_.view());
}

}  // namespace

std::string to_json(const Explanation& explanation, const PipelineDefinition& definition, const SecretMask& mask) {
  return ExplanationWriter(explanation, definition, mask).write();
}

}  // namespace pipexpr
