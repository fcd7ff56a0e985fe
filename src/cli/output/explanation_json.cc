// The JSON form of an explanation.
#include "cli/output/explanation_text.h"

namespace cli {

std::string_view kind_word(pipexpr::ExplainedNode::Kind kind) {
  constexpr std::string_view kWords[] = {"field",     "text",   "template",  "literal",
                                         "reference", "member", "operation", "call"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view origin_word(const pipexpr::ExplainedOrigin& origin) {
  constexpr std::string_view kWords[] = {"given", "run", "object", "parameter", "object id", "evaluated above"};
  return origin.from_run ? "run" : kWords[static_cast<std::size_t>(origin.origin)];
}

void Explained::write_node(Json& json, const Node& node) const {
  json.StartObject();
  json.member("kind", kind_word(node.kind));
  json.member("depth", std::uint64_t{node.depth});
  json.key("parent");
  if (node.parent == Node::kNone) {
    json.Null();
  } else {
    json.Uint(node.parent);
  }
  if (!node.name.empty()) json.member("name", node.name);
  const std::string text = source(node);
  if (!text.empty()) json.member("text", text);
  json.key("value");
  if (hidden(node)) {
    json.text(pipexpr::SecretMask::kShown);
  } else if (node.from_secret && mask_.on() && node.value.is_set()) {
    json.text(mask_.apply(node.value.to_text()));
  } else {
    json.value(node.value);
  }
  const std::string_view kind = pipexpr::kind_name(node.value.kind());
  json.member("type", kind.substr(kind.find(' ') + 1));
  if (node.cut) {
    json.key("cut");
    json.Bool(true);
  }
  if (node.elided != 0) json.member("elided", std::uint64_t{node.elided});
  pipexpr::SourceSpan span;
  pipexpr::SourceLocation at;
  bool placed = places_.find(node, span, at);
  std::string_view file = definition_.source_name();
  if (!placed && node.source != Node::kNone && tree_.sources[node.source].origin == Node::kNone) {
    placed = true;
    file = "template";
    span = node.span;
    at = pipexpr::locate(tree_.sources[node.source].text, span.offset);
  }
  if (placed) {
    json.key("place");
    json.StartObject();
    json.member("file", file);
    json.member("line", std::uint64_t{at.line});
    json.member("column", std::uint64_t{at.column});
    json.member("offset", std::uint64_t{span.offset});
    json.member("length", std::uint64_t{span.length});
    json.EndObject();
  }
  if (const pipexpr::ExplainedOrigin* const from = origin(node)) {
    json.key("origin");
    json.StartObject();
    json.member("from", origin_word(*from));
    if (!from->object_id.empty()) json.member("object", from->object_id);
    if (!from->defined_by.empty()) json.member("inherited_from", from->defined_by);
    if (from->origin == pipexpr::Origin::parameter) {
      constexpr std::string_view kSources[] = {"none", "default", "file", "given"};
      json.member("parameter_value", kSources[static_cast<std::size_t>(from->parameter)]);
      if (!from->parameter_type.empty()) json.member("parameter_type", from->parameter_type);
    }
    if (!from->schedule.empty()) json.member("schedule", from->schedule);
    if (!from->period.empty()) json.member("period", from->period);
    json.EndObject();
  }
  if (node.rule != nullptr) {
    json.key("rule");
    json.StartObject();
    json.member("number", node.rule->number);
    json.member("evidence", pipexpr::evidence_name(node.rule->evidence));
    json.member("description", node.rule->description);
    json.EndObject();
  }
  json.EndObject();
}

void Explained::write(Json& json) const {
  json.StartObject();
  json.key("complete");
  json.Bool(tree_.complete);
  json.key("nodes");
  json.StartArray();
  for (const Node& node : tree_.nodes) write_node(json, node);
  json.EndArray();
  json.EndObject();
}

}  // namespace cli
