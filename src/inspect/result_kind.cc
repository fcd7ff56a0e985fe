// Infers the kind of a template's value from literals, operators and the declared results of functions. Names have any
// kind: a caller may bind each of them to whatever it likes.
#include "inspect/result_kind.h"

#include <pipexpr/function_registry.h>

namespace pipexpr::inspect {
namespace {

struct Inferred {
  std::optional<Kind> kind;
  bool may_be_list = false;
};

bool is(const Inferred& value, Kind kind) { return value.kind == kind; }
bool is_numeric(const Inferred& value) { return is(value, Kind::integer) || is(value, Kind::number); }

std::optional<Kind> arithmetic(const Inferred& a, const Inferred& b) {
  if (is(a, Kind::number) || is(b, Kind::number)) return Kind::number;
  if (is(a, Kind::integer) && is(b, Kind::integer)) return Kind::integer;
  return std::nullopt;  // a string may stand for either kind of number
}

Inferred binary(char op, const Inferred& a, const Inferred& b) {
  Inferred result{std::nullopt, a.may_be_list || b.may_be_list};
  if (op == '^') {
    result.kind = Kind::number;
  } else if (op != '+') {
    result.kind = arithmetic(a, b);
  } else if (is(a, Kind::string) || is(b, Kind::string)) {
    // Two lists are joined as they are, whatever kinds their items have.
    if (!a.may_be_list || !b.may_be_list || (is(a, Kind::string) && is(b, Kind::string))) result.kind = Kind::string;
  } else if (is_numeric(a) && is_numeric(b) && (!a.may_be_list || !b.may_be_list)) {
    result.kind = arithmetic(a, b);
  }
  return result;
}

Inferred call(const SyntaxTree& tree, const SyntaxNode& node, const Inferred* operands,
              const FunctionRegistry& functions) {
  Inferred result;
  for (std::uint32_t i = 0; i < node.operand_count; ++i) result.may_be_list |= operands[i].may_be_list;
  const auto function = functions.find(tree.text(node.name));
  if (function != nullptr && function->parameters.size() == node.operand_count && function->result != kAnyKind)
    result.kind = function->result;
  return result;
}

Inferred expression(const SyntaxTree& tree, const SyntaxSegment& segment, const FunctionRegistry& functions) {
  std::vector<Inferred> stack;
  for (std::uint32_t at = segment.first; at <= segment.root; ++at) {
    const SyntaxNode& node = tree.nodes()[at];
    const std::size_t base = stack.size() - node.operand_count;
    Inferred made;
    switch (node.kind) {
      case NodeKind::integer: made.kind = Kind::integer; break;
      case NodeKind::number: made.kind = Kind::number; break;
      case NodeKind::string: made.kind = Kind::string; break;
      case NodeKind::name:
      case NodeKind::member: made.may_be_list = true; break;
      case NodeKind::negate:
        made = stack[base];
        if (!is_numeric(made)) made.kind = std::nullopt;
        break;
      case NodeKind::binary: made = binary(node.op, stack[base], stack[base + 1]); break;
      case NodeKind::call: made = call(tree, node, stack.data() + base, functions); break;
    }
    stack.resize(base);
    stack.push_back(made);
  }
  return stack.back();
}

}  // namespace

std::optional<ResultKind> result_kind(const SyntaxTree& tree, const CompileOptions& options) {
  const FunctionRegistry& functions = options.functions != nullptr ? *options.functions : FunctionRegistry::standard();
  ResultKind result;
  for (const SyntaxSegment& segment : tree.segments()) {
    if (!segment.is_expression) continue;
    const Inferred value = expression(tree, segment, functions);
    result.may_be_list = result.may_be_list || value.may_be_list;
    if (tree.segments().size() != 1) continue;  // joined to a string, whatever it is
    if (!value.kind) return std::nullopt;
    result.kind = *value.kind;
  }
  return result;
}

}  // namespace pipexpr::inspect
