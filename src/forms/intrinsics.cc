// Ref, Sub, Join, Select and FindInMap where the template says what they give; everything else becomes a placeholder.
#include "forms/intrinsics.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pipexpr::forms {
namespace {

constexpr std::size_t kMaxText = 20'971'520;  // bytes that a Sub may read; as many as a template has

bool is_tag_of_function(std::string_view tag) {
  for (const std::string_view name : {"Ref", "Sub", "Join", "GetAtt", "Select", "FindInMap", "ImportValue", "If",
                                      "Split", "Base64", "Cidr", "GetAZs", "Transform", "Condition"}) {
    if (tag == name) return true;
  }
  return false;
}

// Stands for a value that nothing here tells.
void placeholder(std::string_view name, SourceSpan place, MappedWriter& out) {
  out.leave_open();
  out.part(fmt::format("${{{}}}", name), place);
}

}  // namespace

Intrinsics::Intrinsics(const Document& document, std::uint32_t parameters, std::uint32_t mappings, const Values& given)
    : document_(document), parameters_(parameters), mappings_(mappings) {
  for (const auto& [name, value] : given) {
    if (name.starts_with("AWS::") || (parameters != 0 && document.member(parameters, name) != 0)) {
      values_[name] = value;
      taken_.insert(name);
    }
  }
}

std::string_view Intrinsics::function(std::uint32_t value, std::uint32_t& argument) const {
  const Node& node = document_[value];
  argument = value;
  if (is_tag_of_function(node.tag)) return node.tag;
  if (node.type != JsonType::object || value + 1 >= node.end || document_[value + 1].end != node.end) return {};
  std::string_view name = document_[value + 1].key;
  if (name != "Ref" && !name.starts_with("Fn::")) return {};
  argument = value + 1;
  if (name.starts_with("Fn::")) name.remove_prefix(4);
  return name;
}

std::uint32_t Intrinsics::branch(std::uint32_t value) const {
  for (std::size_t depth = 0; depth < kMaxDepth; ++depth) {
    std::uint32_t list = 0;
    if (function(value, list) != "If" || !document_.is(list, JsonType::array)) break;
    const std::uint32_t end = document_[list].end;
    const std::uint32_t yes = list + 1 < end ? document_[list + 1].end : end;
    if (yes >= end) break;
    const std::uint32_t no = document_[yes].end;
    value = is_nothing(yes) && no < end ? no : yes;
  }
  return value;
}

bool Intrinsics::is_nothing(std::uint32_t value) const {
  std::uint32_t argument = 0;
  return function(value, argument) == "Ref" && document_[argument].text == "AWS::NoValue";
}

bool Intrinsics::is_text(std::uint32_t value) const {
  std::uint32_t argument = 0;
  const JsonType type = document_[value].type;
  return (type != JsonType::object && type != JsonType::array) || !function(value, argument).empty();
}

void Intrinsics::write(std::uint32_t value, MappedWriter& out) {
  const SourceSpan place = document_[value].span;
  out.begin_string(place);
  parts(value, out, 0);
  out.end_string(place);
}

// The caller's values come before the template's defaults; a default that names a parameter of another store is none.
std::string_view Intrinsics::value_of(std::string_view name, bool& known) const {
  known = true;
  if (const auto found = values_.find(name); found != values_.end()) return found->second;
  const std::uint32_t parameter = parameters_ == 0 ? 0 : document_.member(parameters_, name);
  const std::uint32_t value = parameter == 0 ? 0 : document_.member(parameter, "Default");
  const std::uint32_t type = parameter == 0 ? 0 : document_.member(parameter, "Type");
  const std::uint32_t hidden = parameter == 0 ? 0 : document_.member(parameter, "NoEcho");
  known = value != 0 && is_text(value) && document_[value].type != JsonType::null && !document_[value].text.empty() &&
          (type == 0 || !document_[type].text.starts_with("AWS::SSM::Parameter::")) &&
          (hidden == 0 || document_[hidden].text != "true");
  return known ? document_[value].text : std::string_view();
}

void Intrinsics::reference(std::string_view name, SourceSpan place, MappedWriter& out) {
  bool known = false;
  const std::string_view value = value_of(name, known);
  known ? out.part(value, place) : placeholder(name, place, out);
}

void Intrinsics::parts(std::uint32_t value, MappedWriter& out, std::size_t depth) {
  const Node& node = document_[value];
  std::uint32_t argument = 0;
  const std::string_view name = function(value, argument);
  if (name.empty() && node.type != JsonType::object && node.type != JsonType::array) return out.part(node);
  const Node& with = document_[argument];
  if (depth >= kMaxDepth) return placeholder("...", node.span, out);
  if (const std::uint32_t taken = branch(value); taken != value && !is_nothing(taken) && is_text(taken))
    return parts(taken, out, depth + 1);
  if (name == "Ref") return reference(with.text, node.span, out);
  if (name == "Sub") return substitute(argument, out, depth + 1);
  if (name == "Join" && with.type == JsonType::array) return join(value, argument, out, depth + 1);
  if (name == "FindInMap") {
    if (const std::uint32_t found = mapped(argument); found != 0) return parts(found, out, depth + 1);
  }
  if (name == "Select" && with.type == JsonType::array && argument + 1 < with.end) {
    std::size_t wanted = 0;
    const std::string_view index = document_[argument + 1].text;
    const bool good = std::from_chars(index.data(), index.data() + index.size(), wanted).ec == std::errc();
    const std::uint32_t list = document_[argument + 1].end;
    std::uint32_t found = 0;
    std::vector<std::string_view> known;
    if (good && list < with.end && items(list, known) && wanted < known.size())
      return out.part(known[wanted], node.span);
    if (good && list < with.end && document_.is(list, JsonType::array) && document_[list].tag.empty()) {
      std::size_t i = 0;
      document_.each(list, [&](std::uint32_t item) { found = i++ == wanted ? item : found; });
    }
    if (found != 0) return parts(found, out, depth + 1);
  }
  placeholder(spelled(value, depth), node.span, out);
}

std::string Intrinsics::spelled(std::uint32_t value, std::size_t depth) const {
  const Node& node = document_[value];
  std::uint32_t argument = 0;
  const std::string_view name = function(value, argument);
  if (depth >= kMaxDepth) return "...";
  const auto list = [&](std::uint32_t of, std::string_view between) {
    std::string all;
    document_.each(of, [&](std::uint32_t i) {
      const std::string key = document_.is(of, JsonType::object) ? fmt::format("{}: ", document_[i].key) : "";
      all += fmt::format("{}{}{}", all.empty() ? "" : between, key, spelled(i, depth + 1));
    });
    return all;
  };
  const bool is_list = document_.is(argument, JsonType::array) || document_.is(argument, JsonType::object);
  if (name.empty()) {
    if (is_list) return fmt::format("[{}]", list(value, ", "));
    // Braces would end the placeholder, and delimiters begin an expression.
    std::string text;
    for (const char c : node.text) text += c == '{' ? '<' : c == '}' ? '>' : c;
    return text;
  }
  const Node& with = document_[argument];
  if (name == "Ref") {
    bool known = false;
    const std::string_view found = value_of(with.text, known);
    return known ? std::string(found) : fmt::format("Ref {}", with.text);
  }
  // As Sub writes it.
  if (name == "GetAtt") return is_list ? list(argument, ".") : std::string(with.text);
  const std::string given = is_list ? list(argument, ", ") : std::string(with.text);
  return given.empty() ? fmt::format("Fn::{}", name) : fmt::format("Fn::{} {}", name, given);
}

bool Intrinsics::items(std::uint32_t value, std::vector<std::string_view>& found) const {
  std::uint32_t argument = 0;
  if (function(value, argument) != "Ref" || parameters_ == 0) return false;
  const std::uint32_t parameter = document_.member(parameters_, document_[argument].text);
  const std::uint32_t type = parameter == 0 ? 0 : document_.member(parameter, "Type");
  if (type == 0) return false;
  const std::string_view kind = document_[type].text;
  if (kind != "CommaDelimitedList" && !kind.starts_with("List<")) return false;
  bool known = false;
  std::string_view text = value_of(document_[argument].text, known);
  while (known) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    found.push_back(item);
    if (comma == text.size()) return true;
    text.remove_prefix(comma + 1);
  }
  return false;
}

void Intrinsics::join(std::uint32_t call, std::uint32_t argument, MappedWriter& out, std::size_t depth) {
  const Node& with = document_[argument];
  const std::uint32_t delimiter = argument + 1;
  const std::uint32_t list = delimiter < with.end ? document_[delimiter].end : with.end;
  std::vector<std::string_view> known;
  if (list < with.end && items(list, known)) {
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (i != 0) out.part(document_[delimiter].text, {document_[list].span.offset, 0});
      out.part(known[i], document_[list].span);
    }
    return;
  }
  std::uint32_t inner = 0;
  if (list >= with.end || !document_.is(list, JsonType::array) || !function(list, inner).empty())
    return placeholder(spelled(call, depth), with.span, out);
  bool first = true;
  document_.each(list, [&](std::uint32_t i) {
    const std::uint32_t item = branch(i);
    if (is_nothing(item)) return;
    if (!first) out.part(document_[delimiter].text, {document_[item].span.offset, 0});
    first = false;
    parts(item, out, depth);
  });
}

void Intrinsics::substitute(std::uint32_t argument, MappedWriter& out, std::size_t depth) {
  std::uint32_t own = 0;
  if (document_.is(argument, JsonType::array)) {  // [text, {Name: value}]
    const std::uint32_t end = document_[argument].end;
    if (argument + 1 >= end) return;
    const std::uint32_t text = argument + 1;
    own = document_[text].end < end ? document_[text].end : 0;
    argument = text;
  }
  const Node& node = document_[argument];
  const std::string_view text = node.text.substr(0, kMaxText);
  // The text between the names keeps its places: each piece is the same string with only that piece in it.
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find("${", at), text.size());
    if (open > at) out.part(node, at, open - at);
    if (open == text.size()) return;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return out.part(node, open, text.size() - open);
    std::string_view name = text.substr(open + 2, close - open - 2);
    at = close + 1;
    if (name.starts_with('!')) {  // ${!Name} is the text ${Name}
      out.part(fmt::format("${{{}}}", name.substr(1)), node.span);
      continue;
    }
    const std::uint32_t value = own == 0 ? 0 : document_.member(own, name);
    if (value != 0) {
      parts(value, out, depth);
      continue;
    }
    bool known = false;
    const std::string_view given = value_of(name, known);
    if (known) {
      out.part(given, out.place_of(node, open, close + 1 - open));
    } else {
      out.leave_open();
      out.part(node, open, close + 1 - open);
    }
  }
}

std::uint32_t Intrinsics::mapped(std::uint32_t argument) const {
  if (mappings_ == 0 || !document_.is(argument, JsonType::array)) return 0;
  std::uint32_t at = mappings_;
  document_.each(argument, [&](std::uint32_t key) {
    std::uint32_t inner = 0;
    std::string_view name = document_[key].text;
    bool known = true;
    if (function(key, inner) == "Ref") name = value_of(document_[inner].text, known);
    if (at != 0) at = known && !name.empty() ? document_.member(at, name) : 0;
  });
  return at != 0 && is_text(at) ? at : 0;
}

}  // namespace pipexpr::forms
