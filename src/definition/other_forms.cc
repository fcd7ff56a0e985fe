// Looks at the characters around an error, and at the names at the top of a document.
#include "definition/other_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/char_class.h"
#include "base/definition_lists.h"

namespace pipexpr::definition {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kInstead = "a definition is what 'aws datapipeline get-pipeline-definition' prints";

// The first lines tell: `Name:` of YAML, `resource "type" "name" {` of Terraform.
std::string language_of(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t begin = line.find_first_not_of(kBlank);
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    line.remove_prefix(begin);
    for (const std::string_view word :
         {"resource \"", "module \"", "variable \"", "data \"", "locals {", "provider \""}) {
      if (line.starts_with(word)) return fmt::format("this is Terraform's language; {}", kInstead);
    }
    std::size_t end = 0;
    while (end < line.size() && base::is_word(line[end])) ++end;
    const bool is_key = end > 0 && end < line.size() && line[end] == ':' &&
                        (end + 1 == line.size() || line[end + 1] == ' ' || line[end + 1] == '\r');
    if (line.starts_with("---") || line.starts_with("- ") || is_key) return fmt::format("this is YAML; {}", kInstead);
    return "";
  }
  return "";
}

}  // namespace

std::string json_mistake(std::string_view text, std::size_t at, std::string_view why) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  const std::size_t before = at == 0 ? std::string_view::npos : text.find_last_not_of(kBlank, at - 1);
  // The reader takes a dash for the beginning of a number.
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first != std::string_view::npos && at <= first + 1) {
    if (std::string language = language_of(text); !language.empty()) return language;
  }
  if (rest.empty()) return std::string(why);
  const char c = rest[0];
  if ((c == ']' || c == '}') && before != std::string_view::npos && text[before] == ',') {
    return fmt::format("there is a comma before '{}', which JSON does not allow: leave it out", c);
  }
  if (rest.starts_with("//") || rest.starts_with("/*") || c == '#')
    return "there is a comment, which JSON does not have";
  if (c == '\'') return "JSON writes strings and names in \" and not in '";
  for (const std::string_view quote :
       {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x98", "\xE2\x80\x99"}) {
    if (rest.starts_with(quote)) return fmt::format("there is a typographic quotation mark {}: write \"", quote);
  }
  if (c == '\t') return "there is a tab inside of a string: write \\t";
  if (c == '\n' || c == '\r') return "there is a line break inside of a string: write \\n, or close the string";
  return std::string(why);
}

std::string other_form(const JsonText& json) {
  const auto has = [&](std::string_view name) { return json.member(0, name) != 0; };
  if (has("Resources")) return fmt::format("a CloudFormation template; {}", kInstead);
  if (has("planned_values") || has("terraform_version"))
    return fmt::format("what 'terraform show -json' prints; {}", kInstead);
  if (has("resource")) return fmt::format("Terraform's configuration in JSON; {}", kInstead);
  if (has(base::kValueList.command) || has(base::kValueList.api))
    return "a file of parameter values, which --values takes beside a definition";
  if (has(base::kParameterList.command) || has(base::kParameterList.api))
    return "a file of parameter objects, which --parameters takes beside a definition";
  // A definition that stands a few members deep.
  constexpr std::size_t kMaxDepth = 4, kMaxValues = 1000;
  struct Inside {
    std::uint32_t node;
    std::string path;
    std::size_t depth;
  };
  std::vector<Inside> open = {{0, "", 0}};
  for (std::size_t i = 0; i < open.size() && i < kMaxValues; ++i) {
    const Inside at = open[i];
    if (at.depth > 0 &&
        (json.member(at.node, base::kObjectList.command) != 0 || json.member(at.node, base::kObjectList.api) != 0)) {
      return fmt::format("an object that has one inside, at {}", at.path);
    }
    if (at.depth == kMaxDepth) continue;
    json.each(at.node, [&](std::uint32_t member) {
      if (json[member].type == JsonType::object)
        open.push_back({member, fmt::format("{}/{}", at.path, json[member].key), at.depth + 1});
    });
  }
  return "an object with neither";
}

}  // namespace pipexpr::definition
