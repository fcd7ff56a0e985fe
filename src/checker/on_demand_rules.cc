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
      const bool on_demand = type_of(object) == ScheduleType::ondemand;
      any = any || on_demand;
      all = all && on_demand;
    }
    if (!any || all) return;
    for (std::size_t i = 0; i < graph_.object_count(); ++i) own_type(graph_.object(i));
  }

 private:
  std::optional<ScheduleType> type_of(ObjectId object) const {
    const auto type = schedule_type(graph_, object, stage_.options.evaluate);
    return type ? std::optional(*type) : std::nullopt;
  }

  void own_type(ObjectId object) {
    if (graph_.id(object) == "Default") return;
    const auto own = graph_.find_field(object, "scheduleType");
    if (!own || own->defined_by != object) return;
    const std::optional<ObjectId> all = graph_.find("Default");
    const bool is_for_all = all && type_of(*all) == ScheduleType::ondemand;
    const auto type = type_of(object);
    if (!type || (*type == ScheduleType::ondemand) == is_for_all) return;
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

void check_on_demand(Stage& stage) { OnDemand(stage).run(); }

}  // namespace pipexpr::checker
