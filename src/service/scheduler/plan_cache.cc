#include "service/scheduler/plan_cache.h"

namespace pipexpr::service {

std::shared_ptr<const Plan> PlanCache::find(const std::string& pipeline, std::int64_t version) {
  std::lock_guard lock(mutex_);
  auto found = by_key_.find(pipeline + "/" + std::to_string(version));
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->plan;
}

void PlanCache::add(const std::string& pipeline, std::int64_t version, std::shared_ptr<const Plan> plan) {
  std::lock_guard lock(mutex_);
  std::string key = pipeline + "/" + std::to_string(version);
  if (by_key_.count(key) != 0) return;
  entries_.push_front({key, std::move(plan)});
  by_key_[key] = entries_.begin();
  while (entries_.size() > kMaxPlans) {
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::shared_ptr<const Plan> PlanCache::latest(std::string_view pipeline) {
  std::lock_guard lock(mutex_);
  auto found = latest_.find(pipeline);
  return found == latest_.end() ? nullptr : found->second;
}

void PlanCache::set_latest(const std::string& pipeline, std::shared_ptr<const Plan> plan) {
  std::lock_guard lock(mutex_);
  if (plan == nullptr) {
    latest_.erase(pipeline);
    return;
  }
  if (latest_.size() >= kMaxPlans) latest_.clear();
  latest_[pipeline] = std::move(plan);
}

}  // namespace pipexpr::service
