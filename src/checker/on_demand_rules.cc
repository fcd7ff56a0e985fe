// The schedule type ondemand: it holds for a whole pipeline, and the service takes it from Default.
#include <fmt/format.h>

#include <pipexpr/schedule.h>

#include "checker/checks.h"
#include "definition/slot_table.h"

namespace pipexpr::checker {
namespace {

class OnDemand {
 public:
  explicit OnDemand(Stage& stage) : stage_(stage), graph_(stage.graph) {}

  // "If you use an on-demand schedule, it must be specified in the default object and must be the only scheduleType."
  void run() {
    bool any = false, all = true;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      const ObjectId object = graph_.object(i);
      if (!definition::has_status(stage_.scope.type(object))) continue;
      const bool on_demand = is_on_demand(stage_, object);
      any = any || on_demand;
      all = all && on_demand;
    }
    if (!any || all) return;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) own_type(graph_.object(i));
  }

 private:
  void own_type(ObjectId object) {
    if (graph_.id(object) == "Default") return;
    const auto own = graph_.find_field(object, "scheduleType");
    if (!own || own->defined_by != object) return;
    const std::optional<ObjectId> all = graph_.find("Default");
    const bool is_for_all = all && is_on_demand(stage_, *all);
    const bool is_known = schedule_type(graph_, object, stage_.options.evaluate).has_value();
    if (!is_known || is_on_demand(stage_, object) == is_for_all) return;
    stage_.report.add_key(
        Rule::mixed_on_demand, object, "scheduleType",
        is_for_all
            ? "'scheduleType' of Default is ondemand, and then the service takes no other type: leave it out here"
            : "the service takes ondemand from Default alone, and for the whole pipeline: what waits for a run of "
              "this object by another schedule would wait for ever");
  }

  Stage& stage_;
  const PipelineDefinition& graph_;
};

}  // namespace

bool is_on_demand(const Stage& stage, ObjectId object) {
  const auto type = schedule_type(stage.graph, object, stage.options.evaluate);
  return type && *type == ScheduleType::ondemand;
}

void check_on_demand(Stage& stage) { OnDemand(stage).run(); }

}  // namespace pipexpr::checker
