// The texts of Terraform's configuration in JSON.
#include "forms/terraform_texts.h"

#include <algorithm>

namespace pipexpr::forms {
namespace {

constexpr std::size_t kMaxLocals = 8;  // locals in locals

bool is_scalar(const Document& document, std::uint32_t i) {
  return i != 0 && !document.is(i, JsonType::object) && !document.is(i, JsonType::array) &&
         !document.is(i, JsonType::null);
}

// Where the expression that begins at `at` ends, one past its brace; npos when it never does.
std::size_t end_of_expression(std::string_view text, std::size_t at) {
  std::size_t depth = 1;
  bool in_string = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string && c == '\\') ++at;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

TerraformTexts::TerraformTexts(const Document& document, const Values& given) : document_(document) {
  collect(document.member(0, "variable"), true);
  collect(document.member(0, "locals"), false);
  for (const auto& [name, value] : given) {
    if (!known_.contains("var." + name)) continue;
    given_["var." + name] = value;
    taken_.insert(name);
  }
}

// Terraform takes one block as an object, and several as a list of objects.
void TerraformTexts::collect(std::uint32_t block, bool is_variables) {
  if (block == 0) return;
  if (document_.is(block, JsonType::array))
    return document_.each(block, [&](std::uint32_t one) { collect(one, is_variables); });
  document_.each(block, [&](std::uint32_t one) {
    Named named{one, is_variables};
    if (is_variables) {
      std::uint32_t body = one;
      if (document_.is(body, JsonType::array) && body + 1 < document_[body].end) body = body + 1;
      const std::uint32_t sensitive = document_.member(body, "sensitive");
      named.value = sensitive != 0 && document_[sensitive].text == "true" ? 0 : document_.member(body, "default");
    }
    if (!is_scalar(document_, named.value)) named.value = 0;
    known_[(is_variables ? "var." : "local.") + std::string(document_[one].key)] = named;
  });
}

std::vector<std::string> TerraformTexts::variables() const {
  std::vector<std::string> names;
  for (const auto& [name, named] : known_) {
    if (named.is_variable) names.push_back(name.substr(std::string_view("var.").size()));
  }
  return names;
}

void TerraformTexts::write(std::uint32_t value, MappedWriter& out) {
  const Node& node = document_[value];
  out.begin_string(node.span);
  parts(node, out, 0);
  out.end_string(node.span);
}

bool TerraformTexts::expression(std::string_view text, SourceSpan place, MappedWriter& out, std::size_t depth) {
  if (const auto given = given_.find(text); given != given_.end()) {
    out.part(given->second, place);
    return true;
  }
  const auto found = known_.find(text);
  if (found == known_.end() || found->second.value == 0 || depth >= kMaxLocals || left_ == 0) return false;
  const Node& node = document_[found->second.value];
  --left_;
  if (found->second.is_variable) {  // a default is a constant, and has no expressions in it
    out.part(node.text, place);
    return true;
  }
  if (!open_.emplace(text).second) return false;
  parts(node, out, depth + 1);
  open_.erase(found->first);
  return true;
}

void TerraformTexts::parts(const Node& node, MappedWriter& out, std::size_t depth) {
  const std::string_view text = node.text;
  std::size_t written = 0;
  const auto flush = [&](std::size_t end) {
    if (end > written) out.part(node, written, end - written);
    written = end;
  };
  for (std::size_t at = text.find_first_of("$%"); at != std::string_view::npos; at = text.find_first_of("$%", at)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("$${") || rest.starts_with("%%{")) {  // the first of the two marks goes
      flush(at);
      ++written;
      at += 3;
    } else if (rest.starts_with("${")) {
      const std::size_t end = end_of_expression(text, at + 2);
      if (end == std::string_view::npos) break;
      const std::string_view inner = without_blanks(text.substr(at + 2, end - at - 3));
      const std::size_t before = at;
      at = end;
      if (known_.contains(inner)) {
        flush(before);
        if (expression(inner, out.place_of(node, before, end - before), out, depth)) written = end;
      }
      if (written != end) out.leave_open();
    } else {
      ++at;
    }
  }
  flush(text.size());
}

}  // namespace pipexpr::forms
