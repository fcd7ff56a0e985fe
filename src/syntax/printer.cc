// Postorder makes printing a loop with a stack of texts. Texts are moved, not copied, so a deep tree stays linear but
// for the prefixes that calls and parentheses insert.
#include "syntax/printer.h"

#include <charconv>

#include "base/write_double.h"

namespace pipexpr::syntax {
namespace {

enum Level : int { kSum, kProduct, kSign, kPower, kPrimary };

struct Printed {
  std::string text;
  int level = kPrimary;
};

std::string grouped(Printed&& part, int least) {
  return part.level < least ? "(" + std::move(part.text) + ")" : std::move(part.text);
}

std::string number_text(const Node& node) {
  char buffer[base::kMaxDoubleText];
  if (node.kind == NodeKind::integer) return {buffer, std::to_chars(buffer, std::end(buffer), node.integer).ptr};
  std::string text(buffer, base::write_fixed_double(buffer, node.number));
  return text.find('.') == text.npos ? text + ".0" : text;
}

// The quotes stay as written: the content may rely on them.
std::string_view quoted(std::string_view text, const Node& node) {
  return text.substr(node.text.offset - 1, node.text.length + 2);
}

Printed print_binary(const Node& node, Printed&& left, Printed&& right) {
  const int level = node.op == '^' ? kPower : node.op == '*' || node.op == '/' ? kProduct : kSum;
  Printed out;
  out.level = level;
  if (level == kPower) {  // right-associative; its right side may carry a sign
    out.text = grouped(std::move(left), kPrimary);
    right.text = grouped(std::move(right), kSign);
  } else {
    out.text = grouped(std::move(left), level);
    right.text = grouped(std::move(right), level + 1);
  }
  out.text += ' ';
  out.text += node.op;
  out.text += ' ';
  out.text += right.text;
  return out;
}

Printed print_call(std::string_view name, const Node& node, Printed* operands) {
  Printed out;
  std::uint32_t i = 0;
  if (node.method) {
    out.text = grouped(std::move(operands[0]), kPrimary) + ".";
    i = 1;
  }
  out.text += name;
  out.text += '(';
  for (const std::uint32_t first = i; i < node.count; ++i) {
    if (i != first) out.text += ", ";
    out.text += operands[i].text;
  }
  out.text += ')';
  return out;
}

}  // namespace

std::uint32_t first_of(const std::vector<Node>& nodes, std::uint32_t root) {
  std::uint32_t at = root;
  for (std::uint32_t open = operand_count(nodes[at]); open > 0;) {
    --at;
    open = open - 1 + operand_count(nodes[at]);
  }
  return at;
}

std::string print(std::string_view text, const std::vector<Node>& nodes, std::uint32_t root) {
  std::vector<Printed> stack;
  for (std::uint32_t at = first_of(nodes, root); at <= root; ++at) {
    const Node& node = nodes[at];
    const std::string_view name = text.substr(node.text.offset, node.text.length);
    const std::size_t base = stack.size() - operand_count(node);
    Printed out;
    switch (node.kind) {
      case NodeKind::integer:
      case NodeKind::number: out.text = number_text(node); break;
      case NodeKind::string: out.text = quoted(text, node); break;
      case NodeKind::name: out.text = name; break;
      case NodeKind::member:
        out.text = grouped(std::move(stack[base]), kPrimary);
        out.text += '.';
        out.text += name;
        break;
      case NodeKind::negate:
        out.level = kSign;
        out.text = "-" + grouped(std::move(stack[base]), kSign);
        break;
      case NodeKind::binary: out = print_binary(node, std::move(stack[base]), std::move(stack[base + 1])); break;
      case NodeKind::call: out = print_call(name, node, stack.data() + base); break;
    }
    stack.resize(base);
    stack.push_back(std::move(out));
  }
  return stack.empty() ? "" : std::move(stack.back().text);
}

std::string dump(std::string_view text, const std::vector<Node>& nodes, std::uint32_t root) {
  std::vector<std::string> stack;
  for (std::uint32_t at = first_of(nodes, root); at <= root; ++at) {
    const Node& node = nodes[at];
    const std::string name(text.substr(node.text.offset, node.text.length));
    const std::size_t base = stack.size() - operand_count(node);
    std::string out;
    switch (node.kind) {
      case NodeKind::integer:
      case NodeKind::number: out = number_text(node); break;
      case NodeKind::string: out = quoted(text, node); break;
      case NodeKind::name: out = "(name " + name; break;
      case NodeKind::member: out = "(member " + name; break;
      case NodeKind::negate: out = "(-"; break;
      case NodeKind::binary: out = std::string("(") + node.op; break;
      case NodeKind::call: out = (node.method ? "(method " : "(call ") + name; break;
    }
    for (std::size_t i = base; i < stack.size(); ++i) out += " " + stack[i];
    if (out.front() == '(') out += ')';
    stack.resize(base);
    stack.push_back(std::move(out));
  }
  return stack.empty() ? "" : std::move(stack.back());
}

}  // namespace pipexpr::syntax
