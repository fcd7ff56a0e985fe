// DefinitionCache: definitions that are in use, loaded once for each version.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "service/scheduler/scheduled_definition.h"

namespace pipexpr::service {

class DefinitionCache {
 public:
  std::shared_ptr<const ScheduledDefinition> find(const std::string& pipeline, std::int64_t version);
  void add(const std::string& pipeline, std::int64_t version, std::shared_ptr<const ScheduledDefinition> scheduled);

  // The latest definition of a pipeline, for stores that only this process changes.
  std::shared_ptr<const ScheduledDefinition> latest(std::string_view pipeline);
  void set_latest(const std::string& pipeline,
                  std::shared_ptr<const ScheduledDefinition> scheduled);  // nullptr: unknown

 private:
  static constexpr std::size_t kMaxDefinitions = 512;

  struct Entry {
    std::string key;
    std::shared_ptr<const ScheduledDefinition> scheduled;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  std::unordered_map<std::string, std::shared_ptr<const ScheduledDefinition>, Hash, std::equal_to<>> latest_;
};

}  // namespace pipexpr::service
