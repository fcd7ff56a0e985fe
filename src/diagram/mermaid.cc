// A diagram for Markdown that knows Mermaid, as that of GitHub and GitLab does.
#include <fmt/format.h>

#include <utility>

#include <pipexpr/graph_diagram.h>

#include "diagram/label.h"

namespace pipexpr {
namespace {

// What precedes and follows the label.
std::pair<std::string_view, std::string_view> shape_of(ObjectRole role) {
  switch (role) {
    case ObjectRole::activity: return {"(", ")"};
    case ObjectRole::data: return {"[(", ")]"};
    case ObjectRole::resource: return {"[[", "]]"};
    case ObjectRole::precondition: return {"{{", "}}"};
    case ObjectRole::action: return {">", "]"};
    case ObjectRole::schedule: return {"([", "])"};
    case ObjectRole::other: break;
  }
  return {"[", "]"};
}

}  // namespace

// Ids may hold what Mermaid's own cannot: the nodes are numbered.
std::string GraphDiagram::to_mermaid() const {
  std::string out = "flowchart LR\n";
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto [open, close] = shape_of(nodes_[i].role);
    out += fmt::format("  n{}{}\"{}<br/>{}\"{}\n", i, open, diagram::mermaid_text(nodes_[i].name),
                       diagram::mermaid_text(nodes_[i].type), close);
  }
  for (const Edge& edge : edges_) {
    out += fmt::format("  n{} {}|\"{}\"| n{}\n", edge.from, edge.is_expression ? "-.->" : "-->",
                       diagram::mermaid_text(edge.field), edge.to);
  }
  return out;
}

}  // namespace pipexpr
