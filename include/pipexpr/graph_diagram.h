// GraphDiagram: the objects of a definition and what leads from one to another, to be drawn.
//
//   auto definition = pipexpr::PipelineDefinition::load(json).value();
//   auto diagram = pipexpr::GraphDiagram::of(*definition);
//   std::ofstream("orders.svg") << diagram.to_svg();                // or to_dot(), to_mermaid(), to_json()
//
// Arrows lead the way that data and time take: from an input to the activity that reads it and on to its output, from
// what an activity depends on to the activity, from a precondition to what it guards, and from an object to its alarms,
// its resource and whatever else it refers to. An expression that reads another object's field is an arrow from that
// object, unless a reference connects the two anyway. Objects that are only inherited from, schedules, and what refers
// to them are left out unless `everything` is asked for: nearly all objects refer to them.
//
// A diagram holds ids, names, types and names of fields, and no values: no secret is in it. It owns its texts. Time and
// memory are linear in objects and references but for the layout of the SVG, which is linear in the columns that the
// references cross, too; diagrams of above 20,000 such crossings are drawn with straight arrows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/options.h>

namespace pipexpr {

// What an object does in a pipeline, by its type; each has a shape of its own.
enum class ObjectRole : std::uint8_t { activity, data, resource, precondition, action, schedule, other };

PIPEXPR_API std::string_view object_role_name(ObjectRole role);  // "activity", ...

struct DiagramOptions {
  bool everything = false;      // also what is only inherited from, and schedules
  CompileOptions compile = {};  // as the definition was loaded with
};

class PIPEXPR_API GraphDiagram {
 public:
  struct Node {
    ObjectId object = kNoObject;
    std::string id, name, type;
    ObjectRole role = ObjectRole::other;
  };
  struct Edge {
    std::uint32_t from = 0, to = 0;  // places in nodes()
    std::string field;               // the field with the reference, or the field that the expression reads
    bool is_expression = false;
  };

  static GraphDiagram of(const PipelineDefinition& definition, const DiagramOptions& options = {});

  // In the order of the file; the edges in that of the objects which refer.
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Edge>& edges() const { return edges_; }

  std::string to_dot() const;      // for Graphviz
  std::string to_mermaid() const;  // for Markdown
  std::string to_svg() const;      // a diagram that needs no other program, in light and dark
  // {"objects": [{"id", "name", "type", "role"}], "edges": [{"from", "to", "field", "kind"}]}
  std::string to_json() const;

 private:
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
};

}  // namespace pipexpr
