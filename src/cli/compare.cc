#include "cli/compare.h"

#include <algorithm>

namespace cli {
namespace {

const Rendered* find(const std::vector<Rendered>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Rendered& one) { return one.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

// A template that cannot be evaluated, with its expressions in canonical spelling.
std::string canonical(const std::string& text) {
  const auto expression = pipexpr::Expression::compile(text);
  if (!expression) return text;
  std::string out;
  std::size_t at = 0;
  for (const std::string& inner : expression->canonical()) {
    const std::size_t open = std::min(text.find("#{", at), text.find("#<", at));
    const char last = text[open + 1] == '{' ? '}' : '>';
    std::size_t close = open + 2;
    for (char quote = 0; quote != 0 || text[close] != last; ++close) {  // it compiles, so that it is closed
      if (quote != 0 && text[close] == '\\') {
        ++close;
      } else if (quote != 0 ? text[close] == quote : text[close] == '\'' || text[close] == '"') {
        quote = quote != 0 ? 0 : text[close];
      }
    }
    out += text.substr(at, open - at) + "#{" + inner + "}";
    at = close + 1;
  }
  return out + text.substr(at);
}

// A list of one is as good as its item, and order of keys and spelling of expressions are gone by now.
bool equal(const Rendered& a, const Rendered& b) {
  const auto same = [&](const Rendered::Item& x, const Rendered::Item& y) {
    if (x.is_reference != y.is_reference) return false;
    return x.text == y.text || (a.failed && canonical(x.text) == canonical(y.text));
  };
  return a.failed == b.failed && std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same);
}

std::vector<std::string> texts(const std::vector<Rendered>& fields, std::string_view name) {
  std::vector<std::string> out;
  if (const Rendered* field = find(fields, name)) {
    for (const Rendered::Item& item : field->items) out.push_back(item.is_reference ? "-> " + item.text : item.text);
  }
  return out;
}

}  // namespace

bool Side::is_template(std::string_view id) const {
  const auto object = graph_.find(id);
  return object && templates_.contains(*object);
}

std::vector<Rendered> Side::of(Renderer& renderer, std::string_view id, const pipexpr::Run* run) {
  const auto object = graph_.find(id);
  if (!object) return {};
  return run == nullptr ? renderer.object(*object, {}, true) : renderer.instance(*object, {}, *run);
}

void Comparison::objects() {
  const auto missing = [](const pipexpr::PipelineDefinition& in, const pipexpr::PipelineDefinition& from,
                          std::vector<std::string>& out) {
    for (std::size_t i = 0; i < in.object_count(); ++i) {
      const std::string_view id = in.id(in.object(i));
      if (!from.find(id)) out.emplace_back(id);
    }
  };
  missing(a_.graph(), b_.graph(), removed);
  missing(b_.graph(), a_.graph(), added);
}

void Comparison::object(std::string_view id, const pipexpr::Run* run, const std::vector<std::string>& only) {
  const std::vector<Rendered> a = a_.fields(id, run), b = b_.fields(id, run);
  std::vector<Rendered> shown_a, shown_b;
  const auto differs = [&](std::string_view name, bool in_a, bool in_b) {
    const auto [known, is_new] = known_.emplace(std::pair(std::string(id), std::string(name)), differences.size());
    if (is_new) {
      if (shown_a.empty()) shown_a = a_.shown(id, run);
      if (shown_b.empty()) shown_b = b_.shown(id, run);
      differences.push_back({std::string(id), std::string(name),
                             run == nullptr ? std::string() : pipexpr::instance_id(id, run->scheduled_start), 0,
                             texts(shown_a, name), texts(shown_b, name), in_a, in_b});
    }
    ++differences[known->second].runs;
  };
  const auto wanted = [&](std::string_view name) {
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  };
  for (const Rendered& field : a) {
    if (!wanted(field.name)) continue;
    const Rendered* const other = find(b, field.name);
    if (other == nullptr || !equal(field, *other)) differs(field.name, true, other != nullptr);
  }
  for (const Rendered& field : b) {
    if (wanted(field.name) && find(a, field.name) == nullptr) differs(field.name, false, true);
  }
}

void Comparison::unmatched(std::string_view id, const pipexpr::Run& run, bool in_a) {
  const auto [known, is_new] = known_unmatched_.emplace(std::pair(std::string(id), in_a), unmatched_runs.size());
  if (is_new) unmatched_runs.push_back({std::string(id), pipexpr::instance_id(id, run.scheduled_start), 0, in_a});
  ++unmatched_runs[known->second].runs;
}

}  // namespace cli
