// The text form: a tree for people.
#include "report/explanation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/display_width.h"
#include "base/runtime_fields.h"
#include "base/shown.h"

namespace pipexpr::report {
namespace {

constexpr std::size_t kWidth = 80;     // of details, where there is no terminal
constexpr std::size_t kMaxDepth = 16;  // levels that are indented; deeper ones have their number instead

using Node = ExplainedNode;
using Source = PipelineDefinition::ParameterInfo::Source;

// The beginning of a text that has to fit; never half a character.
std::string fitting(std::string text, std::size_t width) {
  if (base::display_width(text) <= width) return text;
  return std::string(base::cut_to_width(text, width < 4 ? 1 : width - 3)) + "...";
}

// The same for a line below a value: of a place the name's beginning goes, and line and column stay.
std::string fitting_detail(std::string text, std::size_t width) {
  constexpr std::string_view kDefined = "defined at ", kDigits = "0123456789";
  if (base::display_width(text) <= width) return text;
  const std::size_t column = text.find_last_not_of(kDigits);
  const std::size_t line = column == 0 || column >= text.size() ? 0 : text.find_last_not_of(kDigits, column - 1);
  const bool is_place = column + 1 < text.size() && line + 1 < column && text[column] == ':' && text[line] == ':';
  const std::size_t head = text.starts_with(kDefined) ? kDefined.size() : 0;
  if (!is_place || width < head + 3 + text.size() - line) return fitting(std::move(text), width);
  std::string_view end = std::string_view(text).substr(head);
  base::ColumnCounter counter;
  for (std::size_t left = base::display_width(end); left > width - head - 3;) left -= counter.take(end);
  return text.substr(0, head) + "..." + std::string(end);
}

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", text); }

}  // namespace

std::string origin_text(const ExplainedOrigin& origin, std::string_view name) {
  if (origin.from_run) {
    const bool is_runtime = name.starts_with('@') || base::find_runtime_field(name) != nullptr;
    if (!is_runtime && name != "id" && name != "name" && name != "parent") return "an object";
    std::string text = origin.object_id.empty() ? "of the run" : fmt::format("of the run of {}", origin.object_id);
    if (!origin.schedule.empty()) text += fmt::format(", schedule {}", origin.schedule);
    if (!origin.period.empty()) text += fmt::format(" ({})", origin.period);
    return text;
  }
  switch (origin.origin) {
    case Origin::context: return "given for this evaluation";
    case Origin::run: return "runtime field, given for this run";
    case Origin::memo:
      return origin.object_id.empty() ? "parameter, evaluated above"
                                      : fmt::format("field of {}, evaluated above", origin.object_id);
    case Origin::parameter: {
      const std::string type = origin.parameter_type.empty() ? "" : fmt::format(" ({})", origin.parameter_type);
      switch (origin.parameter) {
        case Source::none: return fmt::format("parameter{}, without value", type);
        case Source::default_value: return fmt::format("parameter{}, its default", type);
        case Source::file: return fmt::format("parameter{}, value of the file", type);
        case Source::override_value: return fmt::format("parameter{}, value given for this evaluation", type);
      }
      return "parameter";
    }
    default: break;
  }
  if (origin.defined_by.empty()) return fmt::format("field of {}", origin.object_id);
  return fmt::format("field of {}, inherited from {}", origin.object_id, origin.defined_by);
}

// Nodes that are shown have their shown parent, others kNone; the root is its own parent.
std::vector<std::uint32_t> Explained::shown_parents() const {
  const auto& nodes = tree_.nodes;
  std::vector<std::uint32_t> parents(nodes.size(), Node::kNone), shown(nodes.size(), 0);
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.parent == Node::kNone) {
      parents[i] = shown[i] = i;
      continue;
    }
    const Node& above = nodes[node.parent];
    const bool only = above.children == 1 && above.elided == 0;
    const bool reads = above.kind == Node::Kind::reference || above.kind == Node::Kind::member;
    bool merged = false;
    if (node.kind == Node::Kind::field && reads) {
      merged = above.children == (above.kind == Node::Kind::reference ? 1U : 2U) && above.elided == 0;
    } else if (node.kind == Node::Kind::text || node.kind == Node::Kind::template_text) {
      merged = only && above.kind == Node::Kind::field;
    }
    if (hidden(node)) merged = true;
    shown[i] = merged ? shown[node.parent] : i;
    if (!merged) parents[i] = shown[node.parent];
  }
  return parents;
}

std::string Explained::source(const Node& node) const {
  return hidden(node) ? std::string(SecretMask::kShown) : mask_.scrub(std::string(tree_.text(node)));
}

std::string Explained::label(const Node& node) const {
  const ExplainedOrigin* const from = origin(node);
  if (node.kind == Node::Kind::field) {
    return from == nullptr || from->object_id.empty() ? node.name : from->object_id + "." + node.name;
  }
  const std::string text = source(node);
  if (!text.empty())
    return node.kind == Node::Kind::template_text || node.kind == Node::Kind::text ? in_quotes(text) : text;
  return node.name.empty() ? "value" : node.name;
}

std::string Explained::value(const Node& node) const {
  if (hidden(node)) return std::string(SecretMask::kShown);
  std::string text = node.value.to_text();
  if (node.from_secret) text = mask_.apply(std::move(text));
  if (node.cut) text += "...";
  switch (node.value.kind()) {
    case Kind::unset: return "(no value)";
    case Kind::string: return in_quotes(text);
    case Kind::reference: return "-> " + text;
    default: return text;
  }
}

std::string Explained::place(const Node& node) const {
  if (node.definition_span) {
    const SourceLocation at = lines_.locate(node.definition_span->offset);
    return fmt::format("{}:{}:{}", definition_.source_name(), at.line, at.column);
  }
  if (node.source == Node::kNone || tree_.sources[node.source].origin != Node::kNone) return "";
  const SourceLocation at = locate(tree_.sources[node.source].text, node.span.offset);
  return fmt::format("template:{}:{}", at.line, at.column);
}

void Explained::describe(const Node& node, std::vector<std::string>& out) const {
  if (const auto* const from = origin(node)) out.push_back(origin_text(*from, node.name));
}

// What is said below the value, in pieces that stay on one line.
std::vector<std::string> Explained::details(std::uint32_t at, const std::vector<std::uint32_t>& parents) const {
  const Node& node = tree_.nodes[at];
  std::vector<std::string> out;
  const std::string where = place(node);
  if (!where.empty()) out.push_back(where);
  describe(node, out);
  const LanguageRule* rule = node.rule;
  std::string text;
  // The nodes that are shown as part of this one follow right after it, or after its operand.
  for (std::uint32_t i = at + 1; i < tree_.nodes.size() && tree_.nodes[i].depth > node.depth; ++i) {
    const Node& part = tree_.nodes[i];
    const bool mine =
        parents[i] == Node::kNone && part.depth <= node.depth + 2 &&
        (part.parent == at || (parents[part.parent] == Node::kNone && tree_.nodes[part.parent].parent == at));
    if (!mine) continue;
    if (part.kind == Node::Kind::field) {
      describe(part, out);
      if (const std::string there = place(part); !there.empty()) out.push_back("defined at " + there);
    } else if (part.kind == Node::Kind::template_text && !hidden(part)) {
      text = in_quotes(source(part));
    }
  }
  if (rule != nullptr && !rule->number.empty()) {
    out.push_back(fmt::format("rule {} ({})", rule->number, evidence_name(rule->evidence)));
  }
  if (node.elided != 0) out.push_back(fmt::format("{} parts left out", node.elided));
  if (!text.empty()) out.push_back("from " + text);
  return out;
}

std::string Explained::text(bool color, std::size_t columns) const {
  const std::string_view dim = color ? "\33[2m" : "", bold = color ? "\33[1m" : "", off = color ? "\33[0m" : "";
  const std::vector<std::uint32_t> parents = shown_parents();
  const auto& nodes = tree_.nodes;
  std::vector<std::uint32_t> last(nodes.size(), Node::kNone), depths(nodes.size(), 0);
  for (std::uint32_t i = 1; i < nodes.size(); ++i) {
    if (parents[i] != Node::kNone) last[parents[i]] = i;
  }
  std::string out;
  std::vector<char> open;  // by level: whether more follows there
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (parents[i] == Node::kNone) continue;
    const std::uint32_t depth = depths[i] = i == 0 ? 0 : depths[parents[i]] + 1;
    open.resize(std::max<std::size_t>(open.size(), depth + 1));
    open[depth] = i != 0 && last[parents[i]] != i;
    std::string before, below;
    for (std::size_t level = 1; level <= std::min<std::size_t>(depth, kMaxDepth); ++level) {
      const bool here = level == depth;
      before += here ? (open[level] ? "+- " : "`- ") : (open[level] ? "|  " : "   ");
      below += open[level] ? "|  " : "   ";
    }
    if (depth > kMaxDepth) before += fmt::format("({}) ", depth);
    below += last[i] == Node::kNone ? "    " : "|   ";
    const Node& node = nodes[i];
    std::string name = base::shown(label(node)), result = base::shown(value(node));
    const std::size_t available = columns == 0 ? std::string::npos / 2 : columns - std::min(columns / 2, before.size());
    const bool literal =
        node.kind == Node::Kind::literal || (node.kind == Node::Kind::text && node.value.kind() == Kind::string);
    if (literal) {
      fmt::format_to(std::back_inserter(out), "{}{}{}{}{}{}\n", dim, before, off, bold, fitting(name, available), off);
    } else {
      name = fitting(name, std::max(available / 2, available - std::min(available, base::display_width(result) + 3)));
      fmt::format_to(std::back_inserter(out), "{}{}{}{} = {}{}{}\n", dim, before, off, name, bold,
                     fitting(result, available - base::display_width(name) - 3), off);
    }
    std::string line;
    const std::size_t whole = columns == 0 ? kWidth : columns;
    const std::size_t width = whole - std::min(whole / 2, below.size());
    const auto flush = [&] {
      if (!line.empty()) fmt::format_to(std::back_inserter(out), "{}{}{}{}\n", dim, below, line, off);
      line.clear();
    };
    for (const std::string& detail : details(i, parents)) {
      std::string piece = base::shown(detail);
      if (!line.empty() && base::display_width(line) + 2 + base::display_width(piece) > width) {
        line += ";";
        flush();
      }
      if (!line.empty()) line += "; ";
      line += columns == 0 ? std::move(piece) : fitting_detail(std::move(piece), width - 1);
    }
    flush();
  }
  if (!tree_.complete) out += "The tree is too large to be shown as a whole.\n";
  return out;
}

}  // namespace pipexpr::report
