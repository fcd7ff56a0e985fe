// A diagram as data, for who draws it otherwise.
#include <pipexpr/graph_diagram.h>

#include "base/json_writer.h"

namespace pipexpr {

std::string GraphDiagram::to_json() const {
  base::JsonWriter json;
  json.StartObject();
  json.key("objects");
  json.StartArray();
  for (const Node& node : nodes_) {
    json.StartObject();
    json.member("id", node.id);
    json.member("name", node.name);
    json.member("type", node.type);
    json.member("role", object_role_name(node.role));
    json.EndObject();
  }
  json.EndArray();
  json.key("edges");
  json.StartArray();
  for (const Edge& edge : edges_) {
    json.StartObject();
    json.member("from", nodes_[edge.from].id);
    json.member("to", nodes_[edge.to].id);
    json.member("field", edge.field);
    json.member("kind", edge.is_expression ? "expression" : "reference");
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return std::string(json.view());
}

}  // namespace pipexpr
