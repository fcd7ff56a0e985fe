// Parses the expressions of one template into trees for the rules.
#include "syntax/parsed_template.h"

#include "syntax/parser.h"
#include "syntax/template_scanner.h"

namespace pipexpr::syntax {

Tree read_tree(std::string_view text, const CompileOptions& options) {
  Tree tree;
  tree.text = text;
  const Limits limits = options.limits.clamped();
  if (text.size() > limits.max_template_bytes) return tree;
  std::uint32_t names = 0;
  Builder builder(text, tree.nodes, names, limits);
  const auto literal = [&](std::size_t begin, std::size_t end) {
    if (begin != end) {
      tree.literals.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)});
    }
  };
  std::size_t at = 0;
  Placeholder slot;
  while (next_placeholder(text, at, options.delimiters, slot)) {
    literal(at, slot.open);
    at = slot.close;
    const std::size_t first = tree.nodes.size();
    builder.restart();
    if (slot.closed && slot.source.length <= limits.max_source_bytes && parse(text, slot.source, builder) &&
        tree.nodes.size() > first) {
      tree.roots.push_back(static_cast<std::uint32_t>(tree.nodes.size() - 1));
      tree.sources.push_back(slot.source);
    } else {
      tree.nodes.resize(first);
      tree.unread.push_back(slot.source);
      if (builder.error().kind == SyntaxError::Kind::nodes) break;
    }
  }
  literal(at, text.size());
  tree.is_single = tree.roots.size() == 1 && tree.unread.empty() && tree.literals.empty();
  return tree;
}

}  // namespace pipexpr::syntax
