// Finds out which instances stand for a component in a run.
#include "service/scheduler/referred_instances.h"

#include <algorithm>

#include <fmt/format.h>

namespace pipexpr::service {
namespace {

// What one source keeps: beyond it everything is forgotten, and read again when it is asked for.
constexpr std::size_t kMaxRows = 20'000, kMaxEdges = 200'000;

}  // namespace

void InstanceSource::keep_within_bounds(std::size_t rows) {
  if (rows_.size() + rows > kMaxRows) rows_.clear();
}

const std::optional<InstanceRow>& InstanceSource::instance(const std::string& id) {
  const auto known = rows_.find(id);
  if (known != rows_.end()) return known->second;
  keep_within_bounds(1);
  std::optional<InstanceRow> row;
  read([&](Session& session) { row = find_instance(session, pipeline_, id); });
  return rows_[id] = std::move(row);
}

const std::vector<std::string>& InstanceSource::waits_for(const std::string& id) {
  const auto known = edges_.find(id);
  if (known != edges_.end()) return known->second;
  std::vector<std::string> found;
  read([&](Session& session) {
    found.clear();
    for (const Row& edge :
         session.query("SELECT waits_for FROM edges WHERE pipeline = $1 AND waiter = $2", {pipeline_, id})) {
      found.push_back(edge.text(0));
    }
    std::sort(found.begin(), found.end());  // as bytes, in whatever order a database compares texts
  });
  if (edge_count_ + found.size() > kMaxEdges) {
    edges_.clear();
    edge_count_ = 0;
  }
  edge_count_ += found.size();
  return edges_[id] = std::move(found);
}

void InstanceSource::expect_waited_for(const std::string& id) {
  const std::vector<std::string>& ids = waits_for(id);
  keep_within_bounds(ids.size());
  if (ids.size() < 2 || rows_.count(ids.front()) + rows_.count(ids.back()) == 2) return;
  static const std::string kSelect = fmt::format(
      "SELECT {} FROM edges e JOIN instances i ON i.pipeline = e.pipeline AND i.id = e.waits_for WHERE e.pipeline = $1 "
      "AND e.waiter = $2",
      instance_columns("i"));
  std::vector<InstanceRow> found;
  read([&](Session& session) {
    found.clear();
    for (const Row& row : session.query(kSelect, {pipeline_, id})) found.push_back(instance_of(row));
  });
  // A row that is known already stays as it is; one that was not found is not there.
  for (InstanceRow& row : found) rows_.try_emplace(row.id, std::move(row));
  for (const std::string& each : ids) rows_.try_emplace(each, std::nullopt);
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
    const std::optional<InstanceRow>& node = source.instance(instance.node);
    const Component* guarded = node ? scheduled.find(node->component) : nullptr;
    if (guarded == &target) return {instance.node};
    if (guarded != nullptr) own = guarded;
  }
  if (target.role == Role::precondition) {
    return {instance_id(scheduled.instance_name(target, *own), start)};
  }
  if (target.role == Role::resource || target.schedule == own->schedule) return {instance_id(target.id, start)};
  // `@Other_` and 19 characters of a time. In order, those of one component stand together.
  const std::string prefix = "@" + target.id + "_";
  const std::vector<std::string>& all = source.waits_for(instance.id);
  std::vector<std::string> result;
  for (auto id = std::lower_bound(all.begin(), all.end(), prefix); id != all.end() && id->starts_with(prefix); ++id) {
    if (id->size() == prefix.size() + 19) result.push_back(*id);
  }
  return result;
}

}  // namespace pipexpr::service
