// Hover: what is at a place, its value in the chosen run, and how that came about.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include <pipexpr/function_registry.h>

#include "base/utf8.h"
#include "definition/slot_table.h"
#include "lsp/names.h"
#include "lsp/place.h"
#include "lsp/question.h"

namespace pipexpr::lsp {
namespace {

constexpr std::size_t kMaxValue = 4'000;  // bytes of the value that are shown
constexpr std::size_t kMaxLine = 160;
constexpr std::size_t kMaxLines = 30;
constexpr std::uint32_t kMaxDepth = 8;

// A block of code whose fence is longer than any run of backticks in it.
std::string code_block(std::string_view text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fmt::format("{0}text\n{1}\n{0}\n", fence, text);
}

std::string beginning(std::string text) {
  if (text.size() <= kMaxValue) return text;
  return std::string(base::cut_utf8(text, kMaxValue)) + "...";
}

// The tree of an explanation, a line a node; constants are what they are and need none.
std::string tree_text(const Explanation& tree, const RunValues& values) {
  std::string out;
  std::size_t lines = 0;
  for (const ExplainedNode& node : tree.nodes) {
    if (node.kind == ExplainedNode::Kind::literal || node.depth > kMaxDepth || node.depth == 0) continue;
    if (node.kind == ExplainedNode::Kind::text) continue;
    // The field that a name has found says the same again, unless it is another object's.
    const bool is_inherited = node.origin != ExplainedNode::kNone && !tree.origins[node.origin].defined_by.empty();
    const bool is_found = node.parent != ExplainedNode::kNone && tree.nodes[node.parent].name == node.name;
    if (node.kind == ExplainedNode::Kind::field && is_found && !is_inherited) continue;
    if (++lines > kMaxLines) return out + "...\n";
    const bool is_named = node.kind == ExplainedNode::Kind::field;
    const std::string text = is_named ? node.name : values.scrub(std::string(tree.text(node)));
    std::string line =
        fmt::format("{}{} = {}", std::string((node.depth - 1) * std::size_t{2}, ' '), text, values.shown(node));
    if (node.kind == ExplainedNode::Kind::field && node.origin != ExplainedNode::kNone) {
      const ExplainedOrigin& from = tree.origins[node.origin];
      if (!from.defined_by.empty()) line += fmt::format("  (inherited from {})", from.defined_by);
    }
    out += short_line(line, kMaxLine) + '\n';
  }
  return out;
}

// The innermost part of the text itself that is not all of it.
const ExplainedNode* part_at(const Explanation& tree, std::uint32_t offset) {
  const ExplainedNode* found = nullptr;
  for (const ExplainedNode& node : tree.nodes) {
    const bool is_here =
        node.source != ExplainedNode::kNone && tree.sources[node.source].origin == ExplainedNode::kNone;
    const bool is_part = node.kind != ExplainedNode::Kind::template_text && node.kind != ExplainedNode::Kind::text &&
                         node.kind != ExplainedNode::Kind::field;
    if (is_here && is_part && node.span.offset <= offset && offset < node.span.end() &&
        (found == nullptr || node.span.length <= found->span.length)) {
      found = &node;
    }
  }
  return found;
}

std::string function_text(std::string_view name) {
  std::string out;
  for (const auto& function : FunctionRegistry::standard().all()) {
    if (function->name == name) out += fmt::format("`{}`  \n{}\n\n", signature(*function), function->description);
  }
  return out;
}

struct Answer {
  std::string markdown;
  SourceSpan span;  // of the text
};

void about_value(const Question& question, const WrittenValue& value, std::uint32_t offset, Answer& answer) {
  const PipelineDefinition& definition = question.definition();
  RunValues& values = *question.values;
  const FieldItem& item = value.value();
  const std::vector<ObjectId> contexts = values.contexts(value.object, value.field);
  const ObjectId object = contexts.front();
  const RunValues::Shown shown = values.evaluate(value, object);
  const std::string where = values.situation(object).describe(definition, object != value.object);
  if (!shown.is_value) {
    answer.markdown += fmt::format("no value {}: {}\n", where, short_line(shown.text, 400));
    return;
  }
  if (item.form != FieldItem::Form::compiled) return;
  const auto tree = SecretMask::is_secret(value.field) ? std::nullopt : values.explain(*item.expression, object);
  if (tree) {
    const SourceSpan whole = value.span;
    // A place in the JSON text is one in the value's as long as there are no escapes before it.
    const std::string_view raw = definition.json().substr(whole.offset, std::min(offset, whole.end()) - whole.offset);
    const auto inside = static_cast<std::uint32_t>(decode_json(raw).size());
    const ExplainedNode* const part = part_at(*tree, inside);
    if (part != nullptr && part->kind != ExplainedNode::Kind::literal) {
      answer.markdown += code_block(
          short_line(fmt::format("{} = {}", values.scrub(std::string(tree->text(*part))), values.shown(*part)), 400));
    }
  }
  answer.markdown += fmt::format("value {}:\n\n", where) + code_block(beginning(shown.text));
  const std::string lines = tree ? tree_text(*tree, values) : std::string();
  if (!lines.empty()) answer.markdown += "\n" + code_block(lines.substr(0, lines.size() - 1));
}

std::string slot_text(std::string_view type, std::string_view field) {
  std::string out;
  definition::each_slot(type, [&](std::string_view name, SlotType slot, definition::SlotUse use) {
    if (name != field) return;
    out = fmt::format("`{}` of {}: {}, {}\n\n", field, type, slot_type_name(slot), slot_use_name(use));
  });
  return out;
}

}  // namespace

void hover(const Question& question, JsonWriter& json) {
  const std::size_t offset = question.offset();
  const auto at = question.document.to_definition(offset);
  if (!at || question.values == nullptr) return void(json.Null());
  Answer answer;
  const DefinitionReference* const use = question.document.reference_at(*at);
  const WrittenValue* const value = question.document.value_at(*at);
  if (use != nullptr) {
    if (use->kind == DefinitionReference::Kind::function) answer.markdown += function_text(use->name);
    answer.markdown += describe_targets(question, *use);
    answer.span = use->json_span;
  } else if (value != nullptr) {
    answer.span = value->span;
  }
  if (value != nullptr && value->is_expression()) about_value(question, *value, *at, answer);
  if (value == nullptr && use == nullptr) {
    const Place place = find_place(question.document.outline(), offset);
    if (!place.in_key || place.section != Place::Section::objects) return void(json.Null());
    const auto object = question.definition().find(place.id);
    if (!object) return void(json.Null());
    answer.markdown = slot_text(question.definition().type(*object), place.field);
    const auto field = question.definition().find_field(*object, place.field);
    if (field) answer.markdown += describe_field(question, *object, *field);
    const auto key = question.document.to_definition(question.document.outline()[place.node].key.offset);
    if (!key) return void(json.Null());
    answer.span = {*key, question.document.outline()[place.node].key.length};
  }
  const auto span = question.document.to_text(answer.span);
  if (answer.markdown.empty() || !span) return void(json.Null());
  json.StartObject();
  json.key("contents");
  json.StartObject();
  json.member("kind", "markdown");
  json.member("value", answer.markdown);
  json.EndObject();
  json.key("range");
  question.range(json, *span);
  json.EndObject();
}

}  // namespace pipexpr::lsp
