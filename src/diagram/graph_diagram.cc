// Implements GraphDiagram::of: which objects are drawn, and what leads from one to another.
#include <pipexpr/graph_diagram.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <pipexpr/references.h>

#include "definition/slot_table.h"

namespace pipexpr {
namespace {

ObjectRole role_of(std::string_view type) {
  if (type.ends_with("Activity")) return ObjectRole::activity;
  if (type.ends_with("DataNode")) return ObjectRole::data;
  if (type == "Ec2Resource" || type == "EmrCluster") return ObjectRole::resource;
  if (type == "Schedule") return ObjectRole::schedule;
  if (!definition::is_documented(type)) return ObjectRole::other;
  switch (definition::node_role(type)) {
    case definition::NodeRole::action: return ObjectRole::action;
    case definition::NodeRole::precondition: return ObjectRole::precondition;
    case definition::NodeRole::none: break;
  }
  return ObjectRole::other;
}

// Fields whose reference comes before the object that has it, in data or in time.
bool leads_in(std::string_view field) { return field == "input" || field == "dependsOn" || field == "precondition"; }

// Everything inherits what Default has, also data nodes its resource.
bool acts_on(std::string_view type, std::string_view field) {
  return !definition::is_documented(type) || definition::slot_use(type, field) != definition::SlotUse::none;
}

class Collector {
 public:
  Collector(const PipelineDefinition& definition, const DiagramOptions& options)
      : definition_(definition), options_(options) {}

  void nodes(std::vector<GraphDiagram::Node>& out) {
    for (std::size_t i = 0; i < definition_.object_count(); ++i) {
      const ObjectId object = definition_.object(i);
      const std::string_view type = definition_.type(object);
      const ObjectRole role = role_of(type);
      if (!options_.everything && (definition_.is_abstract(object) || role == ObjectRole::schedule)) continue;
      places_.emplace(object, static_cast<std::uint32_t>(out.size()));
      out.push_back({object, std::string(definition_.id(object)), std::string(definition_.name(object)),
                     std::string(type), role});
    }
  }

  // References that are inherited are drawn at the descendants that act on them; with `everything`, where they are
  // written.
  void references(const std::vector<GraphDiagram::Node>& nodes) {
    for (std::uint32_t at = 0; at < nodes.size(); ++at) {
      for (const auto& info : definition_.fields(nodes[at].object, !options_.everything)) {
        if (info.defined_by != nodes[at].object && !acts_on(nodes[at].type, info.name)) continue;
        for (std::uint32_t i = 0; i < info.field.count; ++i) {
          const ValueView& value = info.field.items[i].value;
          if (!value.is(Kind::reference)) continue;
          const auto other = places_.find(value.object());
          if (other == places_.end() || other->second == at) continue;
          const bool in = leads_in(info.name);
          add(in ? other->second : at, in ? at : other->second, info.name, false);
          connected_.insert(std::minmax(at, other->second));
        }
      }
    }
  }

  void expressions() {
    for (const DefinitionReference& use : references_of(definition_, options_.compile)) {
      if (use.kind != DefinitionReference::Kind::name && use.kind != DefinitionReference::Kind::member) continue;
      for (const ReferenceTarget& target : use.targets) {
        if (target.kind != ReferenceTarget::Kind::field && target.kind != ReferenceTarget::Kind::runtime) continue;
        const auto from = places_.find(target.object), to = places_.find(target.context);
        if (from == places_.end() || to == places_.end() || from == to) continue;
        if (connected_.contains(std::minmax(from->second, to->second))) continue;
        add(from->second, to->second, use.name, true);
      }
    }
  }

  std::vector<GraphDiagram::Edge> edges() { return std::move(edges_); }

 private:
  void add(std::uint32_t from, std::uint32_t to, std::string_view field, bool is_expression) {
    if (!known_.emplace(from, to, field, is_expression).second) return;
    edges_.push_back({from, to, std::string(field), is_expression});
  }

  const PipelineDefinition& definition_;
  const DiagramOptions& options_;
  std::unordered_map<ObjectId, std::uint32_t> places_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> connected_;  // by references
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::string, bool>> known_;
  std::vector<GraphDiagram::Edge> edges_;
};

}  // namespace

std::string_view object_role_name(ObjectRole role) {
  switch (role) {
    case ObjectRole::activity: return "activity";
    case ObjectRole::data: return "data";
    case ObjectRole::resource: return "resource";
    case ObjectRole::precondition: return "precondition";
    case ObjectRole::action: return "action";
    case ObjectRole::schedule: return "schedule";
    case ObjectRole::other: break;
  }
  return "other";
}

GraphDiagram GraphDiagram::of(const PipelineDefinition& definition, const DiagramOptions& options) {
  GraphDiagram diagram;
  Collector collector(definition, options);
  collector.nodes(diagram.nodes_);
  collector.references(diagram.nodes_);
  collector.expressions();
  diagram.edges_ = collector.edges();
  return diagram;
}

}  // namespace pipexpr
