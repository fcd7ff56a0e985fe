// PlanCache: definitions that are in use, loaded once for each version.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "service/scheduler/plan.h"

namespace pipexpr::service {

class PlanCache {
 public:
  std::shared_ptr<const Plan> find(const std::string& pipeline, std::int64_t version);
  void add(const std::string& pipeline, std::int64_t version, std::shared_ptr<const Plan> plan);

  // The latest definition of a pipeline, for stores that only this process changes.
  std::shared_ptr<const Plan> latest(std::string_view pipeline);
  void set_latest(const std::string& pipeline, std::shared_ptr<const Plan> plan);  // nullptr: unknown

 private:
  static constexpr std::size_t kMaxPlans = 512;

  struct Entry {
    std::string key;
    std::shared_ptr<const Plan> plan;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  std::unordered_map<std::string, std::shared_ptr<const Plan>, Hash, std::equal_to<>> latest_;
};

}  // namespace pipexpr::service
