// Implements SyntaxTree: the parser's nodes with the places of their subtrees, and the questions that they answer.
#include <pipexpr/syntax_tree.h>

#include <algorithm>

#include <pipexpr/expression.h>
#include <pipexpr/function_registry.h>

#include "base/report.h"
#include "inspect/result_kind.h"
#include "syntax/parsed_template.h"
#include "syntax/printer.h"
#include "syntax/unescape.h"

namespace pipexpr {

SyntaxVisitor::~SyntaxVisitor() = default;
bool SyntaxVisitor::enter(const SyntaxTree&, std::uint32_t) { return true; }
void SyntaxVisitor::leave(const SyntaxTree&, std::uint32_t) {}

namespace {

static_assert(static_cast<int>(NodeKind::call) == static_cast<int>(syntax::NodeKind::call));

SyntaxNode public_node(const syntax::Node& from) {
  SyntaxNode node;
  node.kind = static_cast<NodeKind>(from.kind);
  node.op = from.op;
  node.is_method = from.method;
  node.operand_count = syntax::operand_count(from);
  node.span = from.span;
  node.name = from.text;
  if (node.kind == NodeKind::integer) node.integer = from.integer;
  if (node.kind == NodeKind::number) node.number = from.number;
  return node;
}

// Where the subtree of each node begins: that of a node without operands with itself, that of another where the subtree
// of its first operand begins.
void find_subtrees(std::vector<SyntaxNode>& nodes) {
  std::vector<std::uint32_t> operands;  // roots that wait for what they are operands of
  for (std::uint32_t at = 0; at < nodes.size(); ++at) {
    SyntaxNode& node = nodes[at];
    node.first = at;
    if (node.operand_count != 0) node.first = nodes[operands[operands.size() - node.operand_count]].first;
    operands.resize(operands.size() - node.operand_count);
    operands.push_back(at);
  }
}

// The compiler has the words for what is wrong. What it says of functions and values is no matter of syntax.
Diagnostics syntax_errors(std::string_view text, const CompileOptions& options) {
  CompileOptions how = options;
  how.fold_constants = false;
  how.limits.max_diagnostics = ~std::uint64_t{0};
  const auto compiled = Expression::compile(text, how);
  Diagnostics errors;
  for (const Diagnostic& error : compiled.error()) {
    const std::string_view id = code_id(error.code);
    if ((id[1] == '1' || id[1] == '6') && errors.size() < options.limits.clamped().max_diagnostics) {
      errors.push_back(error);
    }
  }
  if (errors.empty()) {
    errors.push_back(
        base::report(DiagnosticCode::internal_error, {}, "a text that does not parse has no syntax error"));
  }
  return errors;
}

}  // namespace

Result<SyntaxTree> SyntaxTree::parse(std::string_view text, const CompileOptions& options) {
  const Limits limits = options.limits.clamped();
  const syntax::Tree parsed = syntax::read_tree(text, options);
  if (text.size() > limits.max_template_bytes || !parsed.unread.empty()) return syntax_errors(text, options);
  SyntaxTree tree;
  tree.text_ = text;
  tree.delimiters_ = options.delimiters;
  tree.nodes_.reserve(parsed.nodes.size());
  for (const syntax::Node& node : parsed.nodes) tree.nodes_.push_back(public_node(node));
  find_subtrees(tree.nodes_);
  std::uint32_t end = 0;
  const auto literal = [&](std::uint32_t to) {
    if (to != end) tree.segments_.push_back({false, {end, to - end}, {}, 0, 0});
  };
  for (std::size_t i = 0; i < parsed.roots.size(); ++i) {
    const SourceSpan source = parsed.sources[i];
    literal(source.offset - 2);
    const std::uint32_t root = parsed.roots[i];
    tree.segments_.push_back({true, {source.offset - 2, source.length + 3}, source, tree.nodes_[root].first, root});
    tree.printed_.push_back(syntax::print(text, parsed.nodes, root));
    end = source.end() + 1;
  }
  literal(static_cast<std::uint32_t>(text.size()));
  tree.result_kind_ = inspect::result_kind(tree, options);
  const FunctionRegistry& functions = options.functions != nullptr ? *options.functions : FunctionRegistry::standard();
  tree.is_constant_ = std::all_of(tree.nodes_.begin(), tree.nodes_.end(), [&](const SyntaxNode& node) {
    if (node.kind != NodeKind::call) return node.kind != NodeKind::name && node.kind != NodeKind::member;
    const auto function = functions.find(tree.text(node.name), node.operand_count);
    return function != nullptr && function->pure;
  });
  return tree;
}

std::vector<std::uint32_t> SyntaxTree::operands(std::uint32_t node) const {
  std::vector<std::uint32_t> result(nodes_[node].operand_count);
  std::uint32_t end = node;  // one past the root of the operand that is looked for, from the last one on
  for (std::size_t i = result.size(); i-- > 0; end = nodes_[result[i]].first) result[i] = end - 1;
  return result;
}

void SyntaxTree::visit(SyntaxVisitor& visitor) const {
  struct Step {
    std::uint32_t node;
    bool leaves;
  };
  std::vector<Step> steps;
  for (const SyntaxSegment& segment : segments_) {
    if (segment.is_expression) steps.push_back({segment.root, false});
    while (!steps.empty()) {
      const Step step = steps.back();
      steps.pop_back();
      if (step.leaves) {
        visitor.leave(*this, step.node);
        continue;
      }
      if (!visitor.enter(*this, step.node)) continue;
      steps.push_back({step.node, true});
      const std::vector<std::uint32_t> below = operands(step.node);
      for (std::size_t i = below.size(); i-- > 0;) steps.push_back({below[i], false});
    }
  }
}

std::string SyntaxTree::string_value(std::uint32_t node) const {
  if (nodes_[node].kind != NodeKind::string) return {};
  const std::string_view source = text(nodes_[node].name);
  std::string value(source.size(), '\0');
  value.resize(syntax::unescape(source, value.data()));
  return value;
}

std::vector<NameUse> SyntaxTree::names() const {
  std::vector<NameUse> result;
  for (std::uint32_t at = 0; at < nodes_.size(); ++at) {
    const SyntaxNode& node = nodes_[at];
    if (node.kind != NodeKind::name && node.kind != NodeKind::member && node.kind != NodeKind::call) continue;
    const NameUse::Kind kind = node.kind == NodeKind::name     ? NameUse::Kind::name
                               : node.kind == NodeKind::member ? NameUse::Kind::member
                                                               : NameUse::Kind::function;
    result.push_back({kind, text(node.name), node.name, at});
  }
  return result;
}

std::string SyntaxTree::canonical() const {
  const bool angles = delimiters_ == Delimiters::angles;
  std::string result;
  std::size_t printed = 0;
  for (const SyntaxSegment& segment : segments_) {
    if (!segment.is_expression) {
      result += text(segment.span);
      continue;
    }
    result += angles ? "#<" : "#{";
    result += printed_[printed++];
    result += angles ? '>' : '}';
  }
  return result;
}

bool operator==(const SyntaxTree& a, const SyntaxTree& b) { return a.canonical() == b.canonical(); }

std::uint64_t SyntaxTree::hash() const {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : canonical()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return hash;
}

}  // namespace pipexpr
