// Finds out which instances stand for a component in a run.
#include "service/scheduler/referred_instances.h"

namespace pipexpr::service {
namespace {

std::vector<std::string> read_waits_for(Session& session, std::string_view pipeline, std::string_view id) {
  std::vector<std::string> result;
  for (const Row& edge :
       session.query("SELECT waits_for FROM edges WHERE pipeline = $1 AND waiter = $2 ORDER BY 1", {pipeline, id})) {
    result.push_back(edge.text(0));
  }
  return result;
}

}  // namespace

std::optional<InstanceRow> TransactionInstances::instance(std::string_view id) {
  return find_instance(session_, pipeline_, id);
}

std::vector<std::string> TransactionInstances::waits_for(std::string_view id) {
  return read_waits_for(session_, pipeline_, id);
}

std::optional<InstanceRow> StoredInstances::instance(std::string_view id) {
  return store_.read([&](Session& session) { return find_instance(session, pipeline_, id); });
}

std::vector<std::string> StoredInstances::waits_for(std::string_view id) {
  return store_.read([&](Session& session) { return read_waits_for(session, pipeline_, id); });
}

bool has_instances(const Component& component) { return component.role != Role::other; }

std::vector<std::string> referred_instances(const ScheduledDefinition& scheduled, const InstanceRow& instance,
                                            const Component& target, InstanceSource& source) {
  const Component* own = scheduled.find(instance.component);
  if (own == nullptr || !has_instances(target)) return {};
  if (own == &target) return {instance.id};
  const DateTime start{instance.scheduled_start};
  if (!instance.node.empty()) {
    // A precondition has the time of what it guards.
    std::optional<InstanceRow> node = source.instance(instance.node);
    const Component* guarded = node ? scheduled.find(node->component) : nullptr;
    if (guarded == &target) return {instance.node};
    if (guarded != nullptr) own = guarded;
  }
  if (target.role == Role::precondition) {
    return {instance_id(scheduled.instance_name(target, *own), start)};
  }
  if (target.role == Role::resource || target.schedule == own->schedule) return {instance_id(target.id, start)};
  // `@Other_` and 19 characters of a time.
  const std::string prefix = "@" + target.id + "_";
  std::vector<std::string> result;
  for (std::string& id : source.waits_for(instance.id)) {
    if (id.size() == prefix.size() + 19 && id.starts_with(prefix)) result.push_back(std::move(id));
  }
  return result;
}

}  // namespace pipexpr::service
