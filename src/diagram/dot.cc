// A diagram for Graphviz.
#include <fmt/format.h>

#include <pipexpr/graph_diagram.h>

#include "diagram/label.h"

namespace pipexpr {
namespace {

std::string_view shape_of(ObjectRole role) {
  switch (role) {
    case ObjectRole::activity: return "box, style=rounded";
    case ObjectRole::data: return "cylinder";
    case ObjectRole::resource: return "component";
    case ObjectRole::precondition: return "hexagon";
    case ObjectRole::action: return "note";
    case ObjectRole::schedule: return "oval";
    case ObjectRole::other: break;
  }
  return "box";
}

}  // namespace

std::string GraphDiagram::to_dot() const {
  std::string out = "digraph pipeline {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n";
  out += "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (const Node& node : nodes_) {
    out += fmt::format("  \"{}\" [label=\"{}\\n{}\", shape={}];\n", diagram::dot_text(node.id),
                       diagram::dot_text(node.name), diagram::dot_text(node.type), shape_of(node.role));
  }
  for (const Edge& edge : edges_) {
    out += fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"{}];\n", diagram::dot_text(nodes_[edge.from].id),
                       diagram::dot_text(nodes_[edge.to].id), diagram::dot_text(edge.field),
                       edge.is_expression ? ", style=dashed" : "");
  }
  return out + "}\n";
}

}  // namespace pipexpr
