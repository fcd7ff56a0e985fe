// Values that depend on themselves, and activities that wait for each other.
#include <algorithm>

#include "checker/checks.h"

namespace pipexpr::checker {
namespace {

// Depth-first, with a stack of its own; calls `found` with each cycle once, beginning at its first node.
template <class Node, class Edges, class Report>
void each_cycle(const std::map<Node, Edges>& graph, Report found) {
  std::map<Node, int> colour;  // 1: on the path, 2: done
  for (const auto& [start, unused] : graph) {
    if (colour[start] != 0) continue;
    std::vector<std::pair<Node, typename Edges::const_iterator>> path;
    const auto enter = [&](const Node& node) {
      colour[node] = 1;
      const auto edges = graph.find(node);
      if (edges == graph.end()) {
        colour[node] = 2;
        return;
      }
      path.emplace_back(node, edges->second.begin());
    };
    enter(start);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      if (next == graph.at(node).end()) {
        colour[node] = 2;
        path.pop_back();
        continue;
      }
      const Node to = *next++;
      if (colour[to] == 0) {
        enter(to);
      } else if (colour[to] == 1) {
        std::vector<Node> cycle;
        auto at = std::find_if(path.begin(), path.end(), [&](const auto& step) { return step.first == to; });
        for (; at != path.end(); ++at) cycle.push_back(at->first);
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
      names.push_back(object == kNoObject ? base::excerpt(field)
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
