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
  if (known) return out.part(value, place);
  out.part(fmt::format("${{{}}}", name), place);
}

void Intrinsics::parts(std::uint32_t value, MappedWriter& out, std::size_t depth) {
  const Node& node = document_[value];
  std::uint32_t argument = 0;
  const std::string_view name = function(value, argument);
  if (name.empty() && node.type != JsonType::object && node.type != JsonType::array) return out.part(node);
  const Node& with = document_[argument];
  if (depth >= kMaxDepth) return out.part("${...}", node.span);
  if (name == "Ref") return reference(with.text, node.span, out);
  if (name == "Sub") return substitute(argument, out, depth + 1);
  if (name == "Join" && with.type == JsonType::array) return join(argument, out, depth + 1);
  if (name == "FindInMap") {
    if (const std::uint32_t found = mapped(argument); found != 0) return parts(found, out, depth + 1);
  }
  if (name == "Select" && with.type == JsonType::array && argument + 1 < with.end) {
    std::size_t wanted = 0;
    const std::string_view index = document_[argument + 1].text;
    const bool good = std::from_chars(index.data(), index.data() + index.size(), wanted).ec == std::errc();
    const std::uint32_t list = document_[argument + 1].end;
    std::uint32_t found = 0;
    if (good && list < with.end && document_.is(list, JsonType::array) && document_[list].tag.empty()) {
      std::size_t i = 0;
      document_.each(list, [&](std::uint32_t item) { found = i++ == wanted ? item : found; });
    }
    if (found != 0) return parts(found, out, depth + 1);
  }
  // GetAtt is written as Sub writes it, the others by their name.
  std::string what = fmt::format("Fn::{}", name.empty() ? "?" : name);
  if (name == "GetAtt") {
    what = with.text;
    document_.each(argument,
                   [&](std::uint32_t i) { what += fmt::format("{}{}", what.empty() ? "" : ".", document_[i].text); });
  } else if (!with.text.empty()) {
    what += fmt::format(" {}", with.text);
  }
  out.part(fmt::format("${{{}}}", what), node.span);
}

void Intrinsics::join(std::uint32_t argument, MappedWriter& out, std::size_t depth) {
  const Node& with = document_[argument];
  const std::uint32_t delimiter = argument + 1;
  const std::uint32_t list = delimiter < with.end ? document_[delimiter].end : with.end;
  std::uint32_t inner = 0;
  if (list >= with.end || !document_.is(list, JsonType::array) || !function(list, inner).empty())
    return out.part("${Fn::Join}", with.span);
  bool first = true;
  document_.each(list, [&](std::uint32_t item) {
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
    known ? out.part(given, out.place_of(node, open, close + 1 - open)) : out.part(node, open, close + 1 - open);
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
