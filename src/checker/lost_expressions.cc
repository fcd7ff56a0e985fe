// Texts that were meant as expressions and are none: #(..), {@..}, #@{..}, ${my..}.
#include <algorithm>

#include <pipexpr/expression.h>

#include "base/char_class.h"
#include "base/runtime_fields.h"
#include "checker/checks.h"

namespace pipexpr::checker {
namespace {

struct Opener {
  std::string_view text;
  char close;
};
// Longer ones first. `{` alone is how other template languages write, and what is left when `#` was taken for a
// comment.
constexpr Opener kOpeners[] = {{"#@{", '}'}, {"# {", '}'}, {"#(", ')'}, {"#[", ']'},
                               {"${", '}'},  {"@{", '}'},  {"%{", '}'}, {"{", '}'}};
constexpr std::size_t kMaxBytes = 256;

std::string_view first_name(std::string_view source) {
  std::size_t end = source.starts_with("@") || source.starts_with("*") ? 1 : 0;
  while (end < source.size() && base::is_word(source[end])) ++end;
  return source.substr(0, end);
}

// The end of what opens at `from`, parentheses and quotes counted; npos when it is not closed soon.
std::size_t closing(std::string_view text, std::size_t from, char close) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = from; i < text.size() && i - from < kMaxBytes; ++i) {
    const char c = text[i];
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == close && depth == 0) {
      return i;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    }
  }
  return std::string_view::npos;
}

bool is_runtime_field(std::string_view name) {
  return name.starts_with("@") && base::find_runtime_field(name) != nullptr;
}

struct Lost {
  std::size_t length = 0;  // none: nothing is lost here
  std::string_view source = {};
};

// {{@x}}, of another template language, or #@x, that has lost its braces. Nothing else gives such names a meaning.
Lost lost_runtime_field(std::string_view text) {
  if (text.starts_with("#@")) {
    const std::string_view name = first_name(text.substr(1));
    if (is_runtime_field(name)) return {name.size() + 1, name};
  }
  const std::size_t close = text.starts_with("{{") ? text.substr(0, kMaxBytes).find("}}") : std::string_view::npos;
  if (close == std::string_view::npos) return {};
  std::string_view name = text.substr(2, close - 2);
  while (name.starts_with(' ')) name.remove_prefix(1);
  while (name.ends_with(' ')) name.remove_suffix(1);
  if (first_name(name) != name || !is_runtime_field(name)) return {};
  return {close + 2, name};
}

TextFinding lost_expression(const Tree& tree, SourceSpan whole, std::string_view source) {
  return {Rule::lost_expression, whole,
          fmt::format("'{}' is plain text and no expression; write #{{{}}}", base::excerpt(tree.part(whole)),
                      base::excerpt(source)),
          Edit{whole, fmt::format("#{{{}}}", source), fmt::format("write #{{{}}}", base::excerpt(source)),
               FixTier::unsafe_fix}};
}

// sed 's/{@x}/#{@x}/': what is replaced by the expression itself is no expression that was lost.
bool is_replaced(const Tree& tree, std::string_view source) {
  const std::string_view text = tree.text;
  return (text.find("sed ") != text.npos || text.find("replace") != text.npos) &&
         text.find(fmt::format("#{{{}}}", source)) != text.npos;
}

// #{x}}: of two closing braces the second is text. Where a brace is open before it, it is that one's.
void doubled_braces(const Tree& tree, std::vector<TextFinding>& findings) {
  std::int64_t open = 0;
  for (const SourceSpan literal : tree.literals) {
    const std::string_view text = tree.part(literal);
    if (open <= 0 && literal.offset != 0 && text.starts_with('}') && !text.starts_with("}}")) {
      const SourceSpan brace{literal.offset, 1};
      findings.push_back({Rule::lost_expression, brace,
                          "the expression ends at the '}' before, and this one is plain text; leave it out",
                          Edit{brace, "", "leave out the second '}'", FixTier::unsafe_fix}});
      return;
    }
    open += std::count(text.begin(), text.end(), '{') - std::count(text.begin(), text.end(), '}');
  }
}

}  // namespace

bool is_program(std::string_view field) {
  for (const std::string_view name :
       {"command", "script", "hiveScript", "pigScript", "query", "selectQuery", "insertQuery", "step", "preStepCommand",
        "postStepCommand", "message", "subject", "description", "helpText", "transformSql", "createTableSql", "sql"}) {
    if (field == name) return true;
  }
  return field.ends_with("Query") || field.ends_with("Script") || field.ends_with("Sql");
}

void lost_expressions(const Tree& tree, std::string_view field, const Scope& scope, const CheckOptions& options,
                      std::vector<TextFinding>& findings) {
  constexpr std::size_t kMaxFindings = 20;
  const FunctionRegistry& functions =
      options.compile.functions != nullptr ? *options.compile.functions : FunctionRegistry::standard();
  const std::size_t before = findings.size();
  for (const SourceSpan literal : tree.literals) {
    const std::string_view text = tree.part(literal);
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (findings.size() - before == kMaxFindings) return;
      if (const Lost lost = lost_runtime_field(text.substr(at)); lost.length != 0) {
        const SourceSpan whole{literal.offset + static_cast<std::uint32_t>(at),
                               static_cast<std::uint32_t>(lost.length)};
        if (!is_replaced(tree, lost.source)) findings.push_back(lost_expression(tree, whole, lost.source));
        at += lost.length - 1;
        continue;
      }
      const auto opener = std::find_if(std::begin(kOpeners), std::end(kOpeners),
                                       [&](const Opener& row) { return text.substr(at).starts_with(row.text); });
      if (opener == std::end(kOpeners)) continue;
      if (opener->text == "{" && at > 0 && std::string_view("$#@%{").find(text[at - 1]) != std::string_view::npos)
        continue;
      const std::size_t inside = at + opener->text.size();
      const std::size_t close = closing(text, inside, opener->close);
      if (close == std::string_view::npos || close == inside) continue;
      const std::string_view source = text.substr(inside, close - inside);
      const std::string_view name = first_name(source);
      const bool is_call = source.substr(name.size()).starts_with("(") && functions.find(name) != nullptr;
      Field parameter;
      const bool is_parameter =
          name == source && scope.knows_parameters() && scope.graph().parameter({name}, parameter);
      const bool is_runtime =
          is_runtime_field(name) && (source.find('(') == std::string_view::npos || opener->text.starts_with("#"));
      // A shell's own variables may have any name, and braces of programs anything in them.
      // ${x} is how other tools put values in: only a path that the same tool has left alone is looked at.
      const bool is_placeholder =
          opener->text == "{" || (opener->text == "${" && !field.ends_with("Path") && !field.ends_with("Uri"));
      const bool is_ours = is_runtime || (is_parameter && !is_program(field) && !is_placeholder) ||
                           (is_call && opener->text != "{" && opener->text != "${");
      if (!is_ours || is_replaced(tree, source) ||
          !Expression::compile(fmt::format("#{{{}}}", source), options.compile))
        continue;
      const SourceSpan whole{literal.offset + static_cast<std::uint32_t>(at),
                             static_cast<std::uint32_t>(close + 1 - at)};
      findings.push_back(lost_expression(tree, whole, source));
      at = close;
    }
  }
  if (tree.unread.empty()) doubled_braces(tree, findings);
}

}  // namespace pipexpr::checker
