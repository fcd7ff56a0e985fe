// The trees of one template. Expressions that do not parse are left out: the compiler's diagnostics tell of them.
#pragma once

#include <string_view>
#include <vector>

#include <pipexpr/options.h>

#include "syntax/node.h"

namespace pipexpr::syntax {

struct Tree {
  std::string_view text;
  std::vector<Node> nodes;           // of all expressions, each in postorder
  std::vector<std::uint32_t> roots;  // one for each expression that parses, in order
  std::vector<SourceSpan> sources;   // of those: the expression without its delimiters
  std::vector<SourceSpan> unread;    // expressions that do not parse
  std::vector<SourceSpan> literals;  // the text between expressions
  bool is_single = false;            // one expression and nothing else

  std::string_view part(SourceSpan span) const { return text.substr(span.offset, span.length); }
  bool has_expression() const { return !roots.empty() || !unread.empty(); }
};

Tree read_tree(std::string_view text, const CompileOptions& options);

}  // namespace pipexpr::syntax
