// Text that does not compile, or that merely looks like an expression.
#include <algorithm>

#include <pipexpr/expression.h>

#include "base/runtime_fields.h"
#include "checker/checks.h"
#include "syntax/find_opener.h"

namespace pipexpr::checker {
namespace {

bool word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// A call of format whose pattern has no quotes is what a shell leaves of it.
bool lost_quotes(std::string_view source, DiagnosticCode code) {
  if (code != DiagnosticCode::expected_call_end && code != DiagnosticCode::expected_operator &&
      code != DiagnosticCode::expected_operand && code != DiagnosticCode::unsupported_operator &&
      code != DiagnosticCode::unsupported_number && code != DiagnosticCode::string_not_closed) {
    return false;
  }
  const std::size_t call = source.find("format");
  if (call == std::string_view::npos) return false;
  const std::string_view behind = source.substr(call);
  const auto quotes = std::count_if(behind.begin(), behind.end(), [](char c) { return c == '\'' || c == '"'; });
  for (const std::string_view letters : {"YY", "yy", "MM", "dd", "HH", "mm"}) {
    if (behind.find(letters) != std::string_view::npos) return quotes < 2;
  }
  return false;
}

// A typographic quote begins where the compiler found a byte that no expression has.
bool curly_quote(std::string_view text, std::uint32_t at) {
  const std::string_view three = text.substr(at, 3);
  return three == "\u2018" || three == "\u2019" || three == "\u201C" || three == "\u201D";
}

}  // namespace

Rule rule_of(DiagnosticCode code) {
  using C = DiagnosticCode;
  switch (code) {
    case C::unknown_function: return Rule::unknown_function;
    case C::wrong_argument_count: return Rule::argument_count;
    case C::wrong_argument_kind:
    case C::unset_argument:
    case C::several_list_arguments:
    case C::not_integral:
    case C::not_finite:
    case C::invalid_datetime:
    case C::invalid_period: return Rule::argument_kind;
    case C::wrong_operand_kind:
    case C::datetime_arithmetic:
    case C::list_arithmetic:
    case C::unset_operand: return Rule::operand_kind;
    case C::invalid_pattern: return Rule::unquoted_letters;
    case C::integer_overflow:
    case C::division_by_zero:
    case C::invalid_number:
    case C::unknown_time_zone:
    case C::datetime_range:
    case C::number_range:
    case C::function_failed: return Rule::invalid_constant;
    case C::duplicate_id: return Rule::duplicate_id;
    case C::parent_cycle: return Rule::parent_cycle;
    case C::limit_objects: return Rule::too_many_objects;
    case C::expression_not_closed: return Rule::unclosed_expression;
    default: break;
  }
  return code >= C::invalid_json && code <= C::json_depth ? Rule::malformed_file : Rule::syntax_error;
}

void damaged_text(const Tree& tree, const CheckOptions& options, std::vector<Fault>& faults) {
  const auto compiled = Expression::compile(tree.text, options.compile);
  for (const Diagnostic& why : compiled.error()) {
    Fault fault{rule_of(why.code), why.span, why.message};
    std::string_view source = tree.text;
    for (const SourceSpan unread : tree.unread) {
      if (why.span.offset >= unread.offset && why.span.offset <= unread.end()) source = tree.part(unread);
    }
    if (why.message.starts_with("Illegal pattern component")) continue;  // patterns() says more
    if (why.code == DiagnosticCode::nested_expression && tree.part(why.span).starts_with("$")) {
      fault.rule = Rule::foreign_expression;
      fault.message = "'${...}' of another tool stands inside '#{...}': it has not been replaced, and is no name here";
    } else if (why.code == DiagnosticCode::string_not_closed) {
      fault.rule = Rule::unclosed_expression;
    } else if (why.code == DiagnosticCode::invalid_byte && curly_quote(tree.text, why.span.offset)) {
      fault.rule = Rule::eaten_quotes;
      fault.message = "expected a straight quote, ' or \", found a typographic one";
      fault.part.length = 3;
    }
    if (lost_quotes(source, why.code)) {
      fault.rule = Rule::eaten_quotes;
      fault.message += "; the date pattern has lost its quotes";
    }
    if (why.code == DiagnosticCode::unknown_function) {
      if (const std::size_t quote = why.message.find("did you mean '"); quote != std::string::npos) {
        const std::size_t begin = quote + std::string_view("did you mean '").size();
        const std::string name = why.message.substr(begin, why.message.find('\'', begin) - begin);
        fault.edit = {why.span, name, fmt::format("write '{}'", name), true};  // it can never have been called
      }
    }
    faults.push_back(std::move(fault));
  }
}

namespace {

// The end of the call whose parenthesis opens at `open`, or npos. Longer ones are not looked for: every parenthesis of
// a long text may open one.
std::size_t end_of_call(std::string_view text, std::size_t open) {
  constexpr std::size_t kLongest = 256;
  text = text.substr(0, open + kLongest);
  std::size_t depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

// Nothing but an expression names a runtime field.
bool names_runtime_field(std::string_view text) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && word(text[end])) ++end;
    if (base::find_runtime_field(text.substr(at, end - at)) != nullptr) return true;
  }
  return false;
}

void bare_call(std::string_view text, SourceSpan call, std::string_view name, std::vector<Fault>& faults) {
  const std::string_view source = text.substr(call.offset, call.length);
  // ${...} and {...} are what becomes of #{...} under other tools, and in other languages.
  SourceSpan whole = call;
  if (call.offset > 0 && text[call.offset - 1] == '{' && text.substr(call.end()).starts_with("}")) {
    const bool dollar = call.offset > 1 && text[call.offset - 2] == '$';
    whole = {call.offset - (dollar ? 2 : 1), call.length + (dollar ? 3 : 2)};
  }
  faults.push_back(
      {Rule::call_without_braces, whole,
       fmt::format("this is plain text and no call of {}; write #{{{}}}", name, base::excerpt(source)),
       Edit{whole, fmt::format("#{{{}}}", source), fmt::format("write #{{{}}}", base::excerpt(source)), false}});
}

}  // namespace

void bare_calls(const Tree& tree, const CheckOptions& options, std::vector<Fault>& faults) {
  const FunctionRegistry& functions =
      options.compile.functions != nullptr ? *options.compile.functions : FunctionRegistry::standard();
  constexpr std::size_t kMost =
      20;  // of one text; each one's place in the file is looked for from the text's beginning
  const std::size_t before = faults.size();
  for (const SourceSpan literal : tree.literals) {
    const std::string_view text = tree.part(literal);
    std::size_t from = 0;
    for (std::size_t open = text.find('('); open != std::string_view::npos; open = text.find('(', open + 1)) {
      if (faults.size() - before == kMost) return;
      if (open < from) continue;
      std::size_t begin = open;
      while (begin > from && word(text[begin - 1])) --begin;
      const std::string_view name = text.substr(begin, open - begin);
      const std::size_t end = functions.find(name) == nullptr ? std::string_view::npos : end_of_call(text, open);
      if (end == std::string_view::npos) continue;
      if (begin > from && text[begin - 1] == '.') {  // a method, with what stands before its dot
        --begin;
        while (begin > from && (word(text[begin - 1]) || text[begin - 1] == '@' || text[begin - 1] == '.')) --begin;
      }
      const bool is_all = literal.length == tree.text.size() && begin == 0 && end == text.size();
      if (!is_all && !names_runtime_field(text.substr(begin, end - begin))) continue;
      bare_call(tree.text,
                {literal.offset + static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)}, name,
                faults);
      from = end;
    }
  }
}

}  // namespace pipexpr::checker
