// What the instances of resources and the health of components and pipelines follow from: their activities, and what
// ended last.
#include <fmt/format.h>

#include "service/scheduler/lifecycle.h"

namespace pipexpr::service {

// Nothing is started here, so a resource is what its activities make of it: being created while they wait for a runner,
// there while one runs, and finished when all of them have ended. When none has run, it is finished if one has failed,
// as the guide says of cascades, and else canceled.
void InstanceLifecycle::settle_resources() {
  for (const std::string& resource : resources_) {
    std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, resource);
    if (!row) continue;
    bool waits = false;
    bool runs = false;
    bool active = false;
    bool failed = false;
    for (const Row& activity : session_.query("SELECT status FROM instances WHERE pipeline = $1 AND resource = $2",
                                              {pipeline_.id, resource})) {
      waits |= activity.text(0) == "WAITING_FOR_RUNNER";
      runs |= activity.text(0) == "RUNNING";
      active |= !is_final(activity.text(0));
      failed |= activity.text(0) == "FAILED" || activity.text(0) == "CASCADE_FAILED";
    }
    // One that was canceled for good is needed again when a later run has come to it.
    if (is_final(row->status) && !active) continue;
    const bool has_run = row->status == "RUNNING";
    std::string_view status = runs                        ? "RUNNING"
                              : !active                   ? has_run || failed ? "FINISHED" : "CANCELED"
                              : row->status == "RUNNING"  ? "RUNNING"
                              : waits                     ? "CREATING"
                              : row->status == "CREATING" ? "CREATING"
                                                          : "WAITING_ON_DEPENDENCIES";
    if (status == row->status) continue;
    const bool is_canceled = status == "CANCELED";
    session_.query(
        "UPDATE instances SET status = $3, actual_end = $4, cancellation_reason = $5 WHERE pipeline = $1 AND id = $2",
        {pipeline_.id, resource, status, active ? std::nullopt : std::optional(now_),
         is_canceled ? Argument("no activity has run on it") : Argument()});
    if (active || is_canceled) continue;
    if (has_run) raise(*row, "onSuccess");
    note_health(*row, true);
  }
  resources_.clear();
}

// A component is healthy until something fails: recorded pipelines were so while their first instances ran.
void InstanceLifecycle::note_first_instance(const Component& component, const std::string& instance) {
  session_.query(
      "INSERT INTO component_health (pipeline, component, health, updated, instance) VALUES ($1, $2, 'HEALTHY', $3, "
      "$4) "
      "ON CONFLICT (pipeline, component) DO NOTHING",
      {pipeline_.id, component.id, now_, instance});
  if (session_.changed() != 0) health_changed_ = true;
}

void InstanceLifecycle::note_health(const InstanceRow& instance, bool good) {
  session_.query(
      "INSERT INTO component_health (pipeline, component, health, updated, instance) VALUES ($1, $2, $3, $4, $5) ON "
      "CONFLICT (pipeline, component) DO UPDATE SET health = excluded.health, updated = excluded.updated, instance = "
      "excluded.instance",
      {pipeline_.id, instance.component, good ? "HEALTHY" : "ERROR", now_, instance.id});
  health_changed_ = true;
}

// A pipeline is as healthy as its components.
void InstanceLifecycle::settle_health() {
  if (!health_changed_) return;
  bool good =
      session_.query("SELECT 1 FROM component_health WHERE pipeline = $1 AND health = 'ERROR' LIMIT 1", {pipeline_.id})
          .empty();
  health_changed_ = false;
  const std::string_view health = good ? "HEALTHY" : "ERROR";
  if (pipeline_.health == health)
    return;  // its time is that of the change: a recorded one did not move with later ends
  pipeline_.health = health;
  pipeline_.health_updated = now_;
}

}  // namespace pipexpr::service
