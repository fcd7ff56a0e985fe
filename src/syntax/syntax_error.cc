// Turns the first error of a parse into a diagnostic.
#include "syntax/syntax_error.h"

#include "base/char_class.h"
#include "base/limit_diagnostic.h"
#include "base/report.h"
#include "rule_names.h"

namespace pipexpr::syntax {
namespace {

// The token that begins at `from`, as a person would see it: a word or number, a text in quotes, an operator.
SourceSpan token_at(std::string_view text, std::size_t from, std::size_t end) {
  std::size_t to = from;
  if (from < end) {
    const char c = text[from];
    ++to;
    if (base::is_word(c)) {
      while (to < end && base::is_word(text[to])) ++to;
    } else if (c == '\'' || c == '"') {
      while (to < end && text[to] != c) to += text[to] == '\\' ? 2u : 1u;
      to = std::min(to + 1, end);
    } else if (to < end) {
      const std::string_view pair = text.substr(from, 2);
      for (std::string_view known : {"==", "!=", "<=", ">=", "&&", "||", "**", "#{", "#<", "${"}) {
        if (pair == known) to = from + 2;
      }
    }
  }
  return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from)};
}

std::string describe(std::string_view token) {
  if (token.empty()) return "the end of the expression";
  if (token[0] == '\'' || token[0] == '"') return "the string " + base::excerpt(token);
  return "'" + base::excerpt(token) + "'";
}

// Operators of other languages deserve a better answer than "expected an operator".
bool foreign_operator(std::string_view token) {
  for (std::string_view known :
       {"%", "==", "!=", "=", "!", "<=", ">=", "<", ">", "&&", "&", "||", "|", "?", ":", "[", "**", "~", ";"}) {
    if (token == known) return true;
  }
  return false;
}

Diagnostic expectation(std::string_view text, SourceSpan source, const syntax::SyntaxError& error) {
  const SourceSpan found = token_at(text, error.span.offset, source.end());
  const std::string_view token = text.substr(found.offset, found.length);
  using syntax::Expected;
  if (token == "#{" || token == "#<" || token == "${") {
    return base::report(DiagnosticCode::nested_expression, found, token, token);
  }
  if (!token.empty() && (static_cast<unsigned char>(token[0]) >= 0x7F || static_cast<unsigned char>(token[0]) < 0x20)) {
    return base::report(DiagnosticCode::invalid_byte, found,
                        static_cast<unsigned>(static_cast<unsigned char>(token[0])));
  }
  if (error.expected == Expected::number) {
    std::uint32_t begin = error.span.offset;
    while (begin > source.offset && (base::is_word(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    const SourceSpan whole{begin, found.end() - begin};
    return base::report(DiagnosticCode::unsupported_number, whole, describe(text.substr(whole.offset, whole.length)));
  }
  // `1.` and `1.2.3` are meant as numbers.
  const std::size_t dot = text.substr(0, error.span.offset).rfind('.');
  if (error.expected == Expected::member && dot > source.offset) {
    auto begin = static_cast<std::uint32_t>(dot);
    while (begin > source.offset && (base::is_word(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    if (base::is_digit(text[begin])) {
      const bool more = !token.empty() && (base::is_word(token[0]) || token[0] == '.');
      const SourceSpan whole{begin, (more ? found.end() : static_cast<std::uint32_t>(dot) + 1) - begin};
      return base::report(DiagnosticCode::unsupported_number, whole, describe(text.substr(whole.offset, whole.length)));
    }
  }
  // `2 ** 3`: the second star was taken for the prefix of a name.
  if (error.expected == Expected::name && error.subject.offset > source.offset &&
      text.substr(error.subject.offset - 1, 2) == "**") {
    return base::report(DiagnosticCode::unsupported_operator, {error.subject.offset - 1, 2}, describe("**"));
  }
  if (foreign_operator(token) && error.expected != Expected::name && error.expected != Expected::member) {
    return base::report(DiagnosticCode::unsupported_operator, found, describe(token));
  }
  const DiagnosticCode code = grammar::code_of(error.expected);
  if (error.expected == Expected::call_end || error.expected == Expected::name) {
    return base::report(code, found, text.substr(error.subject.offset, error.subject.length), describe(token));
  }
  return base::report(code, found, describe(token));
}

}  // namespace

Diagnostic explain(std::string_view text, SourceSpan source, const syntax::SyntaxError& error, const Limits& limits) {
  using Kind = syntax::SyntaxError::Kind;
  const std::string_view token = text.substr(error.span.offset, error.span.length);
  switch (error.kind) {
    case Kind::nesting:
      return base::limit_reached(DiagnosticCode::limit_nesting, error.span, &Limits::max_nesting, limits);
    case Kind::nodes: return base::limit_reached(DiagnosticCode::limit_nodes, error.span, &Limits::max_nodes, limits);
    case Kind::digits:
      return base::limit_reached(DiagnosticCode::limit_literal_digits, error.span, &Limits::max_literal_digits, limits);
    case Kind::integer_range:
      return base::report(DiagnosticCode::integer_literal_range, error.span, base::excerpt(token),
                          base::excerpt(token));
    case Kind::number_range:
      return base::report(DiagnosticCode::number_literal_range, error.span, base::excerpt(token));
    case Kind::expected:
    case Kind::none: break;
  }
  return expectation(text, source, error);
}

}  // namespace pipexpr::syntax
