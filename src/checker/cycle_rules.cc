// Values that depend on themselves, and activities that wait for each other.
#include <algorithm>

#include "checker/checks.h"

namespace pipexpr::checker {
namespace {

// Nodes of a cycle that are looked at for the message.
constexpr std::size_t kMaxShown = 13;

// Depth-first, with a stack of its own; calls `found` with the beginning of each cycle once, from its first node on.
template <class Node, class Edges, class Report>
void each_cycle(const std::map<Node, Edges>& graph, Report found) {
  constexpr std::size_t kDone = ~std::size_t{0};
  std::map<Node, std::size_t> colour;  // 0: new, kDone, or the length of the path up to the node, on which it is
  for (const auto& [start, unused] : graph) {
    if (colour[start] != 0) continue;
    std::vector<std::pair<Node, typename Edges::const_iterator>> path;
    const auto enter = [&](const Node& node) {
      colour[node] = path.size() + 1;
      const auto edges = graph.find(node);
      if (edges == graph.end()) {
        colour[node] = kDone;
        return;
      }
      path.emplace_back(node, edges->second.begin());
    };
    enter(start);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      if (next == graph.at(node).end()) {
        colour[node] = kDone;
        path.pop_back();
        continue;
      }
      const Node to = *next++;
      const std::size_t depth = colour[to];
      if (depth == 0) {
        enter(to);
      } else if (depth != kDone) {
        std::vector<Node> cycle;
        for (std::size_t at = depth - 1; at < path.size() && cycle.size() < kMaxShown; ++at) {
          cycle.push_back(path[at].first);
        }
        found(cycle);
      }
    }
  }
}

std::string chain(std::vector<std::string> names) {
  names.push_back(names.front());
  if (names.size() > 12) {
    names.erase(names.begin() + 10, names.end() - 1);
    names.insert(names.end() - 1, "...");
  }
  return fmt::format("{}", fmt::join(names, " -> "));
}

}  // namespace

void check_cycles(Stage& stage) {
  const PipelineDefinition& graph = stage.graph;
  each_cycle(stage.survey.reads, [&](const std::vector<Reading>& cycle) {
    std::vector<std::string> names;
    for (const auto& [object, field] : cycle) {
      names.push_back(object == kNoObject
                          ? base::excerpt(field)
                          : fmt::format("{}.{}", base::excerpt(graph.id(object)), base::excerpt(field)));
    }
    const auto place = stage.survey.places.find(cycle.front());
    if (place == stage.survey.places.end()) return;
    const Place& at = place->second;
    stage.report.add_span(Rule::value_cycle, graph.span(at.object, at.field, at.item, {0, 0xFFFFFFu}),
                          at.object == kNoObject ? "" : std::string(graph.id(at.object)), std::string(at.field),
                          fmt::format("the value depends on itself: {}", chain(std::move(names))));
  });

  std::map<ObjectId, std::set<ObjectId>> waits;
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    Field field;
    if (!graph.field(graph.object(i), {"dependsOn"}, field)) continue;
    for (std::uint32_t k = 0; k < field.count; ++k) {
      const ValueView& value = field.items[k].value;
      if (value.is(Kind::reference)) waits[graph.object(i)].insert(value.object());
    }
  }
  each_cycle(waits, [&](const std::vector<ObjectId>& cycle) {
    std::vector<std::string> names;
    for (const ObjectId object : cycle) names.push_back(base::excerpt(graph.id(object)));
    stage.report.add_key(Rule::dependency_cycle, cycle.front(), "dependsOn",
                         fmt::format("activities wait for each other: {}", chain(std::move(names))));
  });
}

}  // namespace pipexpr::checker
