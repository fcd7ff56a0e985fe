// Loads definitions for the scheduler and keeps those that are in use.
#include "service/scheduler/definition_cache.h"

namespace pipexpr::service {

std::shared_ptr<const ScheduledDefinition> DefinitionCache::find(const std::string& pipeline, std::int64_t version) {
  std::lock_guard lock(mutex_);
  auto found = by_key_.find(pipeline + "/" + std::to_string(version));
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->scheduled;
}

void DefinitionCache::add(const std::string& pipeline, std::int64_t version,
                          std::shared_ptr<const ScheduledDefinition> scheduled) {
  std::lock_guard lock(mutex_);
  std::string key = pipeline + "/" + std::to_string(version);
  if (by_key_.count(key) != 0) return;
  entries_.push_front({key, std::move(scheduled)});
  by_key_[key] = entries_.begin();
  while (entries_.size() > kMaxDefinitions) {
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

std::shared_ptr<const ScheduledDefinition> DefinitionCache::latest(std::string_view pipeline) {
  std::lock_guard lock(mutex_);
  auto found = latest_.find(pipeline);
  return found == latest_.end() ? nullptr : found->second;
}

void DefinitionCache::set_latest(const std::string& pipeline, std::shared_ptr<const ScheduledDefinition> scheduled) {
  std::lock_guard lock(mutex_);
  if (scheduled == nullptr) {
    latest_.erase(pipeline);
    return;
  }
  if (latest_.size() >= kMaxDefinitions) latest_.clear();
  latest_[pipeline] = std::move(scheduled);
}

}  // namespace pipexpr::service
