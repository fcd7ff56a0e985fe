// Text that does not compile, or that merely looks like an expression.
#include <algorithm>

#include <pipexpr/expression.h>

#include "base/char_class.h"
#include "base/runtime_fields.h"
#include "base/similar_names.h"
#include "checker/checks.h"
#include "syntax/find_opener.h"
#include "time/zone.h"

namespace pipexpr::checker {
namespace {

const FunctionRegistry& registry(const CheckOptions& options) {
  return options.compile.functions != nullptr ? *options.compile.functions : FunctionRegistry::standard();
}

// A call of format whose pattern has no quotes is what a shell leaves of it.
bool lost_quotes(std::string_view source, DiagnosticCode code) {
  if (code != DiagnosticCode::expected_call_end && code != DiagnosticCode::expected_operator &&
      code != DiagnosticCode::expected_operand && code != DiagnosticCode::unsupported_operator &&
      code != DiagnosticCode::unsupported_number && code != DiagnosticCode::string_not_closed) {
    return false;
  }
  const std::size_t call = source.find("format");
  if (call == std::string_view::npos) return false;
  const std::string_view after = source.substr(call);
  const auto quotes = std::count_if(after.begin(), after.end(), [](char c) { return c == '\'' || c == '"'; });
  for (const std::string_view letters : {"YY", "yy", "MM", "dd", "HH", "mm"}) {
    if (after.find(letters) != std::string_view::npos) return quotes < 2;
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

namespace {

// From the last `#{` before a place to the brace that closes it, quotes or not.
SourceSpan expression_at(std::string_view text, std::size_t at) {
  const std::size_t open = text.substr(0, std::min(text.size(), at + 2)).rfind("#{");
  if (open == std::string_view::npos) return {};
  const std::size_t close = text.find('}', open);
  if (close == std::string_view::npos) return {};
  return {static_cast<std::uint32_t>(open), static_cast<std::uint32_t>(close + 1 - open)};
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool here = text.substr(at).starts_with(from);
    out += here ? to : text.substr(at, 1);
    at += here ? from.size() : 1;
  }
  return out;
}

// Quotes that were escaped or doubled for another language: format(x,\\'YYYY\\') or format(x,''YYYY'').
std::optional<TextFinding> escaped_quotes(std::string_view text, std::size_t at, const CheckOptions& options) {
  const SourceSpan whole = expression_at(text, at);
  const std::string_view source = text.substr(whole.offset, whole.length);
  for (const std::string_view from : {"\\'", "\\\"", "''"}) {
    const std::size_t first = source.find(from);
    if (first == std::string_view::npos) continue;
    const std::string better = replaced(source, from, from.substr(1));
    if (!Expression::compile(better, options.compile)) continue;
    return TextFinding{
        Rule::missing_quotes,
        {whole.offset + static_cast<std::uint32_t>(first), 2},
        fmt::format("the quotes inside of '#{{...}}' are {}, which the expression does not understand; write {}",
                    from[0] == '\\' ? "escaped" : "doubled", base::excerpt(better)),
        Edit{whole, better, fmt::format("write {}", base::excerpt(better)), FixTier::safe}};
  }
  return std::nullopt;
}

// format(x, 'YYYY-MM-dd) and format(x, YYYY-MM-dd HH:mm): the argument of letters, of which one quote or both are lost,
// when quotes around it make it an expression. `open` is where the expression begins.
std::optional<TextFinding> unquoted_pattern(std::string_view text, std::size_t open, const CheckOptions& options) {
  constexpr std::size_t kFarthest = 256;
  constexpr std::string_view kPattern = "yYxMdDHhmsSaEewTzZ-_/.: ";
  const std::string_view near = text.substr(0, open + kFarthest);
  const std::size_t call = near.find("format", open);
  if (call == std::string_view::npos) return std::nullopt;
  for (std::size_t end = near.find(')', call); end != std::string_view::npos; end = near.find(')', end + 1)) {
    std::size_t begin = near.find_last_of(",(", end) + 1;
    if (begin <= call) continue;
    begin = near.find_first_not_of(' ', begin);
    const std::string_view found = near.substr(begin, end - begin);
    std::string_view pattern = found;
    const auto is_quote = [](char c) { return c == '\'' || c == '"'; };
    char quote = '\'';
    std::size_t quotes = 0;
    if (!pattern.empty() && is_quote(pattern.front())) {
      quote = pattern.front();
      pattern.remove_prefix(1);
      ++quotes;
    }
    if (!pattern.empty() && is_quote(pattern.back())) {
      quote = pattern.back();
      pattern.remove_suffix(1);
      ++quotes;
    }
    const bool has_letters = std::any_of(pattern.begin(), pattern.end(), [](char c) { return base::is_word(c); });
    if (quotes == 2 || !has_letters || pattern.find_first_not_of(kPattern) != std::string_view::npos) continue;
    const std::size_t close = text.find('}', end);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string quoted = quote + std::string(pattern) + quote;
    const std::string better =
        std::string(text.substr(open, begin - open)) + quoted + std::string(text.substr(end, close + 1 - end));
    if (!Expression::compile(better, options.compile)) continue;
    TextFinding finding{Rule::missing_quotes,
                        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(found.size())},
                        fmt::format("expected a date pattern in quotes, found {}", base::excerpt(found))};
    finding.edit = {finding.part, quoted, fmt::format("write {}", base::excerpt(quoted)), FixTier::safe};
    finding.advice = quoted;
    return finding;
  }
  return std::nullopt;
}

// The quotes that an editor made typographic, made straight: those inside of a straight string are text.
std::optional<Edit> straight_quotes(std::string_view text, std::size_t at, const CheckOptions& options) {
  const SourceSpan whole = expression_at(text, at);
  const std::string_view source = text.substr(whole.offset, whole.length);
  std::string better;
  char open = '\0';  // the quote of the straight string that this is in
  for (std::size_t i = 0; i < source.size();) {
    if (open == '\0' && curly_quote(source, static_cast<std::uint32_t>(i))) {
      const std::string_view three = source.substr(i, 3);
      better += three == "\u2018" || three == "\u2019" ? '\'' : '"';
      i += 3;
      continue;
    }
    const char c = source[i++];
    if (c == '\'' || c == '"') open = open == '\0' ? c : open == c ? '\0' : open;
    better += c;
  }
  if (whole.length == 0 || !Expression::compile(better, options.compile)) return std::nullopt;
  return Edit{whole, better, fmt::format("write {}", base::excerpt(better)), FixTier::safe};
}

// #{Table-#{Region}: the longest beginning that is an expression, when another opener follows.
std::optional<TextFinding> missing_brace(std::string_view text, std::size_t inner, const CheckOptions& options) {
  constexpr std::size_t kFarthest = 256;
  const std::size_t open = inner == 0 ? std::string_view::npos : text.substr(0, inner).rfind("#{");
  if (open == std::string_view::npos || inner - open > kFarthest) return std::nullopt;
  // Where both are closed, one was put inside the other on purpose.
  const std::size_t first = text.find('}', inner);
  const std::size_t second = first == std::string_view::npos ? first : text.find_first_of("}#", first + 1);
  if (second != std::string_view::npos && text[second] == '}') return std::nullopt;
  for (std::size_t end = inner; end > open + 2; --end) {
    if (end < inner && base::is_word(text[end - 1]) && base::is_word(text[end])) continue;
    const std::string_view source = text.substr(open, end - open);
    if (source.back() == ' ' || !Expression::compile(std::string(source) + "}", options.compile)) continue;
    const std::string_view name = source.substr(2);
    const auto at = static_cast<std::uint32_t>(end);
    return TextFinding{
        Rule::unclosed_expression,
        {static_cast<std::uint32_t>(open), at - static_cast<std::uint32_t>(open)},
        fmt::format("the expression opened here is not closed before the next '#{{': is a '}}' missing after '{}'?",
                    base::excerpt(name)),
        Edit{{at, 0}, "}", fmt::format("write '}}' after '{}'", base::excerpt(name)), FixTier::display}};
  }
  return std::nullopt;
}

// The zone that a misspelt id is nearest to.
void similar_zone(const Tree& tree, TextFinding& finding) {
  const std::size_t quote = finding.message.find('\'');
  const std::size_t end = finding.message.find('\'', quote + 1);
  if (quote == std::string::npos || end == std::string::npos) return;
  const std::string id = finding.message.substr(quote + 1, end - quote - 1);
  base::Similar similar(id);
  time::each_zone_id([&](std::string_view known) { similar.consider(known); });
  constexpr std::size_t kShortest = 6;  // PST is as near to EST as to what was meant
  if (similar.best().empty() || id.size() < kShortest) return;
  finding.message += fmt::format(", did you mean '{}'?", similar.best());
  const std::size_t at = tree.text.find(id, finding.part.offset);
  if (at == std::string_view::npos) return;
  finding.edit = Edit{{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(id.size())},
                      std::string(similar.best()),
                      fmt::format("write '{}'", similar.best()),
                      FixTier::display};
}

// #{AWS::Region}, #{ENV['X']}: what another tool should have replaced.
std::string_view other_tool(std::string_view source) {
  while (source.starts_with(" ")) source.remove_prefix(1);
  if (source.starts_with("AWS::")) return "CloudFormation, which writes ${AWS::...}";
  if (source.starts_with("ENV[") || source.starts_with("ENV.fetch")) return "Ruby";
  std::size_t end = 0;
  while (end < source.size() && (base::is_word(source[end]) || source[end] == '.' || source[end] == '-')) ++end;
  return end > 0 && source.substr(end).starts_with("::") ? "another tool" : "";
}

}  // namespace

void damaged_text(const Tree& tree, const CheckOptions& options, std::vector<TextFinding>& findings) {
  const auto compiled = Expression::compile(tree.text, options.compile);
  std::vector<SourceSpan> told;  // expressions of which all is said
  const auto is_told = [&](std::uint32_t at) {
    return std::any_of(told.begin(), told.end(),
                       [&](SourceSpan span) { return at >= span.offset && at <= span.end(); });
  };
  for (const Diagnostic& why : compiled.error()) {
    if (is_told(why.span.offset)) continue;
    if (auto quotes = escaped_quotes(tree.text, why.span.offset, options)) {
      // After a quote that is not closed nothing is where it seems to be.
      told.push_back(why.code == DiagnosticCode::expression_not_closed || why.code == DiagnosticCode::string_not_closed
                         ? SourceSpan{why.span.offset, static_cast<std::uint32_t>(tree.text.size()) - why.span.offset}
                         : quotes->edit->part);
      findings.push_back(*std::move(quotes));
      continue;
    }
    TextFinding finding{rule_of(why.code), why.span, why.message};
    std::string_view source = tree.text;
    for (const SourceSpan unread : tree.unread) {
      if (why.span.offset >= unread.offset && why.span.offset <= unread.end()) source = tree.part(unread);
    }
    if (why.message.starts_with("Illegal pattern component")) continue;  // patterns() says more
    const auto unread = std::find_if(tree.unread.begin(), tree.unread.end(), [&](SourceSpan span) {
      return why.span.offset >= span.offset && why.span.offset <= span.end();
    });
    if (unread != tree.unread.end()) {
      if (const std::string_view tool = other_tool(source); !tool.empty()) {
        told.push_back(*unread);
        const SourceSpan whole{unread->offset - 2, unread->length + 3};
        findings.push_back({Rule::foreign_expression, whole,
                            fmt::format("'{}' is an expression of {}: it has not been replaced, and means nothing here",
                                        base::excerpt(tree.part(whole)), tool)});
        continue;
      }
      const auto open = unread->offset >= 2 ? unread->offset - 2 : 0;
      if (why.code != DiagnosticCode::invalid_byte) {
        if (auto pattern = unquoted_pattern(tree.text, open, options)) {
          told.push_back(*unread);
          findings.push_back(*std::move(pattern));
          continue;
        }
      }
      const std::size_t nested = tree.text.find("#{", unread->offset);
      const std::size_t inner = why.code == DiagnosticCode::nested_expression ? why.span.offset : nested;
      if (inner != std::string_view::npos && inner <= unread->end() + 1 && tree.text.substr(inner).starts_with("#{")) {
        if (auto brace = missing_brace(tree.text, inner, options)) {
          told.push_back(*unread);
          findings.push_back(*std::move(brace));
          continue;
        }
      }
    }
    if (why.code == DiagnosticCode::nested_expression && tree.part(why.span).starts_with("$")) {
      finding.rule = Rule::foreign_expression;
      finding.message =
          "'${...}' of another tool stands inside '#{...}': it has not been replaced, and is no name here";
    } else if (why.code == DiagnosticCode::string_not_closed) {
      finding.rule = Rule::unclosed_expression;
    } else if (why.code == DiagnosticCode::invalid_byte && curly_quote(tree.text, why.span.offset)) {
      finding.rule = Rule::missing_quotes;
      finding.message = "expected a straight quote, ' or \", found a typographic one";
      finding.part.length = 3;
      finding.edit = straight_quotes(tree.text, why.span.offset, options);
    }
    if (lost_quotes(source, why.code)) {
      finding.rule = Rule::missing_quotes;
      finding.message += "; the date pattern has lost its quotes";
    }
    if (why.code == DiagnosticCode::unknown_time_zone) similar_zone(tree, finding);
    if (why.code == DiagnosticCode::unknown_function) {
      base::Similar similar(tree.part(why.span));
      for (const auto& known : registry(options).all()) similar.consider(known->name);
      finding.edit = near_name(why.span, similar);
    }
    findings.push_back(std::move(finding));
  }
}

namespace {

// The end of the call whose parenthesis opens at `open`, or npos. Longer ones are not looked for: every parenthesis of
// a long text may open one.
std::size_t end_of_call(std::string_view text, std::size_t open) {
  constexpr std::size_t kMaxBytes = 256;
  text = text.substr(0, open + kMaxBytes);
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
    while (end < text.size() && base::is_word(text[end])) ++end;
    if (base::find_runtime_field(text.substr(at, end - at)) != nullptr) return true;
  }
  return false;
}

void bare_call(std::string_view text, SourceSpan call, std::string_view name, std::vector<TextFinding>& findings) {
  const std::string_view source = text.substr(call.offset, call.length);
  // ${...} and {...} are what becomes of #{...} under other tools, and in other languages.
  SourceSpan whole = call;
  if (call.offset > 0 && text[call.offset - 1] == '{' && text.substr(call.end()).starts_with("}")) {
    const bool dollar = call.offset > 1 && text[call.offset - 2] == '$';
    whole = {call.offset - (dollar ? 2 : 1), call.length + (dollar ? 3 : 2)};
  }
  findings.push_back({Rule::call_without_braces, whole,
                      fmt::format("this is plain text and no call of {}; write #{{{}}}", name, base::excerpt(source)),
                      Edit{whole, fmt::format("#{{{}}}", source), fmt::format("write #{{{}}}", base::excerpt(source)),
                           FixTier::unsafe_fix}});
}

}  // namespace

void bare_calls(const Tree& tree, const CheckOptions& options, std::vector<TextFinding>& findings) {
  const FunctionRegistry& functions = registry(options);
  constexpr std::size_t kMaxFindings =
      20;  // of one text; each one's place in the file is looked for from the text's beginning
  const std::size_t before = findings.size();
  for (const SourceSpan literal : tree.literals) {
    const std::string_view text = tree.part(literal);
    std::size_t from = 0;
    for (std::size_t open = text.find('('); open != std::string_view::npos; open = text.find('(', open + 1)) {
      if (findings.size() - before == kMaxFindings) return;
      if (open < from) continue;
      std::size_t begin = open;
      while (begin > from && base::is_word(text[begin - 1])) --begin;
      const std::string_view name = text.substr(begin, open - begin);
      const std::size_t end = functions.find(name) == nullptr ? std::string_view::npos : end_of_call(text, open);
      if (end == std::string_view::npos) continue;
      if (begin > from && text[begin - 1] == '.') {  // a method, with what precedes its dot
        --begin;
        while (begin > from && (base::is_word(text[begin - 1]) || text[begin - 1] == '@' || text[begin - 1] == '.'))
          --begin;
      }
      const bool is_all = literal.length == tree.text.size() && begin == 0 && end == text.size();
      if (!is_all && !names_runtime_field(text.substr(begin, end - begin))) continue;
      const auto at = literal.offset + static_cast<std::uint32_t>(begin);
      const bool told = std::any_of(findings.begin(), findings.end(), [&](const TextFinding& finding) {
        return finding.rule == Rule::lost_expression && finding.part.offset <= at && at < finding.part.end();
      });
      if (told) continue;
      bare_call(tree.text,
                {literal.offset + static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)}, name,
                findings);
      from = end;
    }
  }
}

}  // namespace pipexpr::checker
