// Infers the kind that an operator or a call gives, and reports operands that it cannot take.
#include "checker/operator_rules.h"

#include <pipexpr/datetime.h>

#include "base/char_class.h"

namespace pipexpr::checker {
namespace {

using K = Type::Kind;

bool is_number(const Type& type) { return type.kind == K::integer || type.kind == K::number; }

// Texts such as " 12", "-1.5".
bool reads_as_number(std::string_view text) {
  bool digit = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (base::is_digit(c)) {
      digit = true;
    } else if (!(c == '.' || c == ' ' || ((c == '-' || c == '+') && !digit))) {
      return false;
    }
  }
  return digit;
}

// 1.0 is whole, 1.5 is not.
bool is_whole(std::string_view number) {
  const std::size_t dot = number.find('.');
  return dot == std::string_view::npos || number.find_first_of("123456789", dot) == std::string_view::npos;
}

void report(std::vector<TextFinding>* findings, SourceSpan part, std::string message) {
  if (findings != nullptr) findings->push_back({Rule::operand_kind, part, std::move(message)});
}

}  // namespace

Type binary(const syntax::Node& node, const Type& left, const Type& right, std::vector<TextFinding>* findings) {
  Type result;
  result.is_list = left.is_list || right.is_list;
  const bool text = left.kind == K::text || right.kind == K::text;
  if (node.op == '+' && text) {
    if (findings != nullptr && left.kind == K::text && left.is_literal && right.kind == K::integer &&
        reads_as_number(left.text)) {
      findings->push_back(
          {Rule::plus_precedence, node.span,
           fmt::format("the left side is the string '{}', so the number is appended to it and not added",
                       base::excerpt(left.text))});
    }
    result.kind = K::text;
    return result;
  }
  for (const Type* side : {&left, &right}) {
    if (side->kind == K::datetime) {
      if (left.kind == K::unknown || right.kind == K::unknown) return {};  // the other may be a text
      report(
          findings, node.span,
          fmt::format("operator {} does not work on a date-time: use plusDays, minusHours and the like, or format it "
                      "first",
                      node.op));
      return {};
    }
    if (side->kind == K::reference || side->kind == K::period) {
      if (node.op == '+' && (left.kind == K::unknown || right.kind == K::unknown)) return {};
      report(findings, node.span,
             fmt::format("operator {} needs {}, found {}", node.op, node.op == '+' ? "numbers or a string" : "numbers",
                         describe(side->kind)));
      return {};
    }
    if (node.op != '+' && side->kind == K::text && side->is_literal && !reads_as_number(side->text)) {
      report(findings, node.span,
             fmt::format("operator {} needs numbers, found the string '{}'", node.op, base::excerpt(side->text)));
      return {};
    }
  }
  if (node.op == '^') {
    result.kind = K::number;
  } else if (left.kind == K::integer && right.kind == K::integer) {
    result.kind = K::integer;
  } else if (is_number(left) && is_number(right)) {
    result.kind = K::number;
  }
  return result;
}

Type negated(const syntax::Node& node, const Type& operand, std::vector<TextFinding>* findings) {
  if (operand.kind == K::datetime || operand.kind == K::reference || operand.kind == K::period) {
    report(findings, node.span, fmt::format("operator - needs a number, found {}", describe(operand.kind)));
    return {};
  }
  return is_number(operand) ? operand : Type{};
}

std::string argument_error(const FunctionSpec& function, std::size_t argument, const Type& type) {
  if (type.kind == K::unknown) return {};
  const auto wrong = [&](std::string_view found) {
    return fmt::format("argument {} of {} must be {}, found {}", argument + 1, function.name,
                       kind_name(function.parameter(argument).kind), found);
  };
  const bool literal = type.kind == K::text && type.is_literal;
  switch (function.parameter(argument).kind) {
    case Kind::datetime:
      if (type.kind == K::datetime || (type.kind == K::text && !literal)) return {};
      if (literal && parse_datetime(type.text)) return {};
      break;
    case Kind::period:
      if (type.kind == K::period || (type.kind == K::text && !literal)) return {};
      if (literal && parse_period(type.text)) return {};
      break;
    case Kind::integer:
      if (type.kind == K::number && !is_whole(type.text)) return wrong(type.text);
      if (literal && reads_as_number(type.text) && !is_whole(type.text)) break;
      [[fallthrough]];
    case Kind::number:
      if (is_number(type) || (type.kind == K::text && !literal)) return {};
      if (literal && reads_as_number(type.text)) return {};
      break;
    case Kind::string:
      if (type.kind == K::text) return {};
      break;
    default: return {};
  }
  return wrong(literal ? fmt::format("the string '{}'", base::excerpt(type.text)) : std::string(describe(type.kind)));
}

}  // namespace pipexpr::checker
