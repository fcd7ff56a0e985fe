// Values that depend on a run and are read, through a reference, from an object that runs by another schedule.
#include <algorithm>

#include <pipexpr/schedule.h>

#include "checker/checks.h"
#include "definition/slot_table.h"

namespace pipexpr::checker {
namespace {

using Where = Found::Where;

// Texts that are read to find out whether one value depends on the run. Of more it is taken to be so.
constexpr std::size_t kMaxTexts = 100;

// By what an object runs: a Schedule, of those that have the same runs the first one, or each activation.
using Timing = ObjectId;
constexpr Timing kOnDemand = kNoObject;

class OtherSchedules {
 public:
  explicit OtherSchedules(Stage& stage) : stage_(stage), graph_(stage.graph), types_(stage.scope, stage.options) {}

  void run() {
    if (!find_timings()) return;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      const ObjectId object = graph_.object(i);
      for (const auto& field : graph_.fields(object)) {
        for (const ObjectId reader : stage_.scope.contexts(object, field.name)) {
          read_parameters_.clear();
          read({object, field.name}, field.field, reader);
        }
      }
    }
  }

 private:
  // Whether objects run by more than one schedule, without which there is nothing to say.
  bool find_timings() {
    timings_.resize(graph_.object_count());
    std::map<std::vector<std::string>, ObjectId> schedules;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      const ObjectId object = graph_.object(i);
      if (!definition::has_status(stage_.scope.type(object)) || is_guard(object)) continue;
      if (is_on_demand(stage_, object)) {
        timings_[i] = {kOnDemand};
      } else if (const ObjectId schedule = schedule_of(graph_, object); schedule != kNoObject) {
        timings_[i] = {schedules.try_emplace(times_of(schedule), schedule).first->second};
      }
    }
    const std::vector<Timing>* first = nullptr;
    bool differ = false;
    for (const std::vector<Timing>& each : timings_) {
      if (each.empty()) continue;
      if (first == nullptr) first = &each;
      differ = differ || each != *first;
    }
    if (!differ) return false;
    // What runs with the objects that it belongs to has all of theirs. An alarm's may be a precondition.
    for (int round = 0; round < 2; ++round) {
      for (std::size_t i = 0; i < graph_.object_count(); ++i) {
        const ObjectId object = graph_.object(i);
        if (!is_guard(object) && !is_action(object)) continue;
        for (const ObjectId node : stage_.scope.nodes_of(object)) {
          for (const Timing timing : timings_of(node)) {
            std::vector<Timing>& own = timings_[i];
            if (node != object && std::find(own.begin(), own.end(), timing) == own.end()) own.push_back(timing);
          }
        }
      }
    }
    return true;
  }

  // Schedules with the same of these have the same runs, as far as both go. One whose times are not known is its own.
  std::vector<std::string> times_of(ObjectId schedule) const {
    std::vector<std::string> times;
    for (const std::string_view name : {"period", "startDateTime", "startAt"}) {
      Field field;
      if (!graph_.field(schedule, {name}, field)) {
        times.emplace_back();
        continue;
      }
      const auto value = evaluate_field(stage_.evaluator, graph_, schedule, name);
      if (!value) return {std::string(graph_.id(schedule))};
      times.push_back(value->text());
    }
    return times;
  }

  bool is_guard(ObjectId object) const {
    return definition::node_role(stage_.scope.type(object)) == definition::NodeRole::precondition;
  }
  bool is_action(ObjectId object) const {
    return definition::node_role(stage_.scope.type(object)) == definition::NodeRole::action;
  }
  const std::vector<Timing>& timings_of(ObjectId object) const { return timings_[static_cast<std::size_t>(object)]; }

  void read(Place place, const Field& field, ObjectId reader) {
    for (place.item = 0; place.item < field.count; ++place.item) {
      if (const auto tree = text_of(field.items[place.item])) read(place, *tree, reader);
    }
  }

  std::optional<Tree> text_of(const FieldItem& item) const {
    if (item.form == FieldItem::Form::literal || !item.value.is(Kind::string)) return std::nullopt;
    return read_tree(item.value.text(), stage_.options.compile);
  }

  void read(const Place& place, const Tree& tree, ObjectId reader) {
    for (const Use& use : types_.walk(tree, reader).uses) {
      const std::string_view name = tree.part(use.span);
      Field parameter;
      if (use.where == Where::parameter && graph_.parameter({name}, parameter)) {
        if (read_parameters_.insert(name).second) read({kNoObject, name}, parameter, reader);
      } else if (is_elsewhere(use, reader) && depends_on_run({use.owner, name})) {
        stage_.report.add(place, {Rule::other_schedule, reference_before(tree, use.span), message(use.owner, reader)});
      }
    }
  }

  // Whether a field of an object is used that shares no schedule with the reader. Of what has none, nothing is known.
  bool is_elsewhere(const Use& use, ObjectId reader) const {
    if ((use.where != Where::field && use.where != Where::runtime) || use.owner == reader) return false;
    const std::vector<Timing>&theirs = timings_of(use.owner), &own = timings_of(reader);
    return !theirs.empty() && !own.empty() && std::none_of(theirs.begin(), theirs.end(), [&](Timing timing) {
      return std::find(own.begin(), own.end(), timing) != own.end();
    });
  }

  // Whether the field's value, or anything that it is made of, is another in another run.
  bool depends_on_run(const Reading& first) {
    const auto [known, is_new] = depends_.try_emplace(first, false);
    if (!is_new) return known->second;
    std::set<Reading> met = {first};
    std::vector<Reading> open = {first};
    bool& result = known->second;
    for (std::size_t next = 0; next < open.size() && !result; ++next) {
      const auto [object, name] = open[next];
      result = next >= kMaxTexts || is_of_run(object, name);
      Field field;
      if (result || !graph_.field(object, {name}, field)) continue;
      result = reads_run(field, object, met, open, 0);
    }
    return result;
  }

  bool reads_run(const Field& field, ObjectId object, std::set<Reading>& met, std::vector<Reading>& open, int depth) {
    for (std::uint32_t k = 0; k < field.count; ++k) {
      const auto tree = text_of(field.items[k]);
      if (!tree) continue;
      for (const Use& use : types_.walk(*tree, object).uses) {
        const std::string_view name = tree->part(use.span);
        Field parameter;
        if (use.where == Where::parameter && graph_.parameter({name}, parameter)) {
          // Its text is evaluated for this object. Parameters of parameters are few.
          if (depth == 8 || reads_run(parameter, object, met, open, depth + 1)) return true;
        } else if (use.where == Where::field || use.where == Where::runtime) {
          if (is_of_run(use.owner, name)) return true;
          if (met.insert({use.owner, name}).second) open.emplace_back(use.owner, name);
        }
      }
    }
    return false;
  }

  // Names that each run gives another value.
  bool is_of_run(ObjectId object, std::string_view name) const {
    if (!graph_.has_instances(object)) return false;
    if (name == "id" || name == "name") return true;
    const Found found = stage_.scope.member(object, name);
    return found.where == Where::runtime && name != "@pipelineId" && name != "@sphere";
  }

  // Of `input.filePath` the part before the last dot.
  static SourceSpan reference_before(const Tree& tree, SourceSpan name) {
    for (std::size_t at = 1; at < tree.nodes.size(); ++at) {
      const syntax::Node& node = tree.nodes[at];
      if (node.kind == syntax::NodeKind::member && node.text == name) return tree.nodes[at - 1].span;
    }
    return name;
  }

  std::string how(ObjectId object) const {
    std::string schedules;
    for (const Timing timing : timings_of(object)) {
      if (!schedules.empty()) schedules += " and ";
      schedules += timing == kOnDemand ? std::string("on demand")
                                       : fmt::format("by schedule '{}'", base::excerpt(graph_.id(timing)));
    }
    return schedules;
  }

  std::string message(ObjectId target, ObjectId reader) const {
    const std::string theirs = base::excerpt(graph_.id(target)), own = base::excerpt(graph_.id(reader));
    return fmt::format(
        "'{}' runs {}, and '{}' {}: which run of '{}' is meant is not documented, and pipexpr, but for its service, "
        "takes the time of the run of '{}'; give both one schedule, or build the value from the times of '{}'",
        theirs, how(target), own, how(reader), theirs, own, own);
  }

  Stage& stage_;
  const PipelineDefinition& graph_;
  TypeChecker types_;
  std::vector<std::vector<Timing>> timings_;  // by object; none: what it runs by is not known, or it does not run
  std::map<Reading, bool> depends_;
  std::set<std::string_view> read_parameters_;  // by the text at hand
};

}  // namespace

void check_other_schedules(Stage& stage) {
  if (stage.report.wants(Rule::other_schedule)) OtherSchedules(stage).run();
}

}  // namespace pipexpr::checker
