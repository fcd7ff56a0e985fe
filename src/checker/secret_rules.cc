// Secrets in texts that the service shows, and texts with numbers appended to them.
#include "checker/checks.h"
#include "syntax/printer.h"

namespace pipexpr::checker {

void secrets(const Tree& tree, std::string_view field, std::vector<TextFinding>& findings) {
  if (field.starts_with("*")) return;
  for (const syntax::Node& node : tree.nodes) {
    if (node.kind != syntax::NodeKind::name && node.kind != syntax::NodeKind::member) continue;
    const std::string_view name = tree.part(node.text);
    if (!name.starts_with("*")) continue;
    findings.push_back(
        {Rule::secret_in_text, node.text,
         fmt::format("the secret '{}' shows in '{}', which the service stores and logs as it is", name, field)});
  }
}

// ('a' + 1) + 2 is the text a12. That the left side is a text has to be seen in the expression itself.
void precedence(const Tree& tree, const Scope& scope, ObjectId object, std::vector<TextFinding>& findings) {
  std::vector<std::uint32_t> stack;
  std::vector<bool> is_text(tree.nodes.size(), false);
  for (std::uint32_t at = 0; at < tree.nodes.size(); ++at) {
    const syntax::Node& node = tree.nodes[at];
    const std::size_t base = stack.size() - syntax::operand_count(node);
    if (node.kind == syntax::NodeKind::string) is_text[at] = true;
    if (node.kind == syntax::NodeKind::call) is_text[at] = tree.part(node.text) == "format";
    if (node.kind == syntax::NodeKind::binary && node.op == '+') {
      const std::uint32_t left = stack[base], right = stack[base + 1];
      is_text[at] = is_text[left] || is_text[right];
      const auto number = [&](std::uint32_t i) {
        return tree.nodes[i].kind == syntax::NodeKind::integer || tree.nodes[i].kind == syntax::NodeKind::number;
      };
      // text + x + 1, where the sum of x and 1 was meant.
      const bool sum_left = tree.nodes[left].kind == syntax::NodeKind::binary && tree.nodes[left].op == '+' &&
                            is_text[left] && tree.part(tree.nodes[left].span).front() != '(' && number(right) &&
                            !is_text[left - 1];
      // To a string the number would be appended all the same.
      const auto is_string = [&](const syntax::Node& one) {
        return one.kind == syntax::NodeKind::string ||
               (one.kind == syntax::NodeKind::name &&
                scope.name(object, tree.part(one.text), false).type.kind == Type::Kind::text);
      };
      if (sum_left && !is_string(tree.nodes[left - 1])) {
        const SourceSpan before = tree.nodes[left - 1].span;
        const SourceSpan both{before.offset, node.span.end() - before.offset};
        const std::string sum(tree.part(both));
        findings.push_back(
            {Rule::plus_precedence, both,
             fmt::format("a number is appended to the string and not added; write ({}) for the sum", sum),
             Edit{both, "(" + sum + ")", fmt::format("write ({})", sum), FixTier::display}});
      }
    }
    stack.resize(base);
    stack.push_back(at);
  }
}

}  // namespace pipexpr::checker
