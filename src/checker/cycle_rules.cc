// Values that depend on themselves, and activities that wait for each other.
#include <algorithm>

#include <pipexpr/syntax_tree.h>

#include "base/placeholder.h"
#include "checker/checks.h"

namespace pipexpr::checker {
namespace {

// Nodes of a cycle that are looked at for the message.
constexpr std::size_t kMaxShown = 13;

// Depth-first, with a stack of its own; calls `found` with the beginning of each cycle once, from its first node on.
template <class Node, class Edges, class Report>
void each_cycle(const std::map<Node, Edges>& graph, Report found) {
  constexpr std::size_t kDone = ~std::size_t{0};
  std::map<Node, std::size_t> color;  // 0: new, kDone, or the length of the path up to the node, on which it is
  for (const auto& [start, unused] : graph) {
    if (color[start] != 0) continue;
    std::vector<std::pair<Node, typename Edges::const_iterator>> path;
    const auto enter = [&](const Node& node) {
      color[node] = path.size() + 1;
      const auto edges = graph.find(node);
      if (edges == graph.end()) {
        color[node] = kDone;
        return;
      }
      path.emplace_back(node, edges->second.begin());
    };
    enter(start);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      if (next == graph.at(node).end()) {
        color[node] = kDone;
        path.pop_back();
        continue;
      }
      const Node to = *next++;
      const std::size_t depth = color[to];
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

// Which object waits for which: an activity for those that it depends on and for the data that it reads, and data for
// the activities that write it.
class Waits {
 public:
  explicit Waits(Stage& stage) : stage_(stage), graph_(stage.graph) {}

  void run() {
    std::map<ObjectId, std::set<ObjectId>> waits;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      const ObjectId object = graph_.object(i);
      if (graph_.is_abstract(object)) continue;
      each(object, "dependsOn", [&](ObjectId to, std::uint32_t) { waits[object].insert(to); });
      std::set<ObjectId> written;
      each(object, "output", [&](ObjectId to, std::uint32_t) { written.insert(to); });
      each(object, "input", [&](ObjectId from, std::uint32_t item) {
        if (!overwrites(object, from, written, item)) waits[object].insert(from);
      });
      for (const ObjectId to : written) {
        if (!reads(object, to)) waits[to].insert(object);
      }
    }
    each_cycle(waits, [&](std::vector<ObjectId> cycle) { report(std::move(cycle)); });
  }

 private:
  template <class Visit>
  void each(ObjectId object, std::string_view name, Visit visit) const {
    Field field;
    if (!graph_.field(object, {name}, field)) return;
    for (std::uint32_t k = 0; k < field.count; ++k) {
      const ValueView& value = field.items[k].value;
      if (value.is(Kind::reference)) visit(value.object(), k);
    }
  }

  bool reads(ObjectId object, ObjectId node) const {
    bool found = false;
    each(object, "input", [&](ObjectId from, std::uint32_t) { found = found || from == node; });
    return found;
  }

  // The path of a data node in some run, or its text when only a run knows the value. Empty: not known.
  std::string path(ObjectId node) const {
    constexpr std::int64_t kStart = 981'173'106'000, kDay = 86'400'000;  // 2001-02-03T04:05:06
    const Run run{.scheduled_start = {kStart, {}}, .scheduled_end = DateTime{kStart + kDay, {}}};
    for (const std::string_view name : {"directoryPath", "filePath"}) {
      Field field;
      if (!graph_.field(node, {name}, field) || field.count != 1 || !field.items[0].value.is(Kind::string)) continue;
      const std::string_view text = field.items[0].value.text();
      if (base::has_placeholder(text)) return {};
      const auto value = evaluate_item(stage_.evaluator, graph_, field, 0, {.object = node, .run = run});
      if (value) return value->text();
      return reads_own_fields(node, text) ? std::string() : std::string(text);
    }
    return {};
  }

  // Whether the text may mean something else in another object.
  bool reads_own_fields(ObjectId node, std::string_view text) const {
    const auto tree = SyntaxTree::parse(text);
    if (!tree) return true;
    const auto names = tree->names();
    return std::any_of(names.begin(), names.end(), [&](const NameUse& use) {
      if (use.kind == NameUse::Kind::function) return false;
      if (use.name.starts_with("@")) return use.name == "@id";
      Field own, parameter;
      return graph_.field(node, {use.name}, own) || !graph_.parameter({use.name}, parameter);
    });
  }

  // An activity that reads what it writes. The nodes may be two with one path.
  bool overwrites(ObjectId object, ObjectId from, const std::set<ObjectId>& written, std::uint32_t item) {
    const std::string source = path(from);
    for (const ObjectId to : written) {
      const bool same = to == from;
      if (!same && (source.empty() || source != path(to))) continue;
      const std::string_view id = graph_.id(from);
      stage_.report.add(
          {object, "input", item},
          {Rule::input_is_output,
           {0, static_cast<std::uint32_t>(id.size())},
           same ? fmt::format("'{}' is the input and the output of '{}', which writes over what it reads",
                              base::excerpt(id), base::excerpt(graph_.id(object)))
                : fmt::format("'{}' and the output '{}' have one path, so that '{}' writes over what it reads",
                              base::excerpt(id), base::excerpt(graph_.id(to)), base::excerpt(graph_.id(object)))});
      return same;
    }
    return false;
  }

  bool is_node(ObjectId object) const { return stage_.scope.type(object).ends_with("DataNode"); }

  void report(std::vector<ObjectId> cycle) {
    const auto activity = std::find_if(cycle.begin(), cycle.end(), [&](ObjectId one) { return !is_node(one); });
    if (activity != cycle.end()) std::rotate(cycle.begin(), activity, cycle.end());
    std::vector<std::string> names;
    bool data = false;
    for (const ObjectId object : cycle) {
      names.push_back(base::excerpt(graph_.id(object)));
      data = data || is_node(object);
    }
    stage_.report.add_key(Rule::dependency_cycle, cycle.front(),
                          cycle.size() > 1 && is_node(cycle[1]) ? "input" : "dependsOn",
                          fmt::format("{}: {}",
                                      data ? "activities wait for each other, some for data that only another writes"
                                           : "activities wait for each other",
                                      chain(std::move(names))));
  }

  Stage& stage_;
  const PipelineDefinition& graph_;
};

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

  Waits(stage).run();
}

}  // namespace pipexpr::checker
