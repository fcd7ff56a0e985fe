// LongPollRegistry: the polls that wait for a task, by worker group.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapter/wire.h"
#include "service/protocol.h"

namespace pipexpr::service {

struct PendingPoll {
  std::shared_ptr<Exchange> exchange;
  std::string group;
  std::int64_t until = 0;  // steady milliseconds
  std::function<void()> done;
};

class LongPollRegistry {
 public:
  // Taken before the store is asked; wait() refuses when the group was woken since, so that no wake-up is
  // lost.
  std::uint64_t generation(const std::string& group);
  bool wait(PendingPoll poll, std::uint64_t generation);
  // Up to `count` of the group's polls, longest first; they are no longer waiting.
  std::vector<PendingPoll> wake(const std::string& group, std::size_t count);
  std::vector<PendingPoll> expired(std::int64_t now);
  std::vector<PendingPoll> all();
  std::vector<std::string> groups();
  bool remove(const Exchange* exchange);
  std::size_t size();

 private:
  using Polls = std::list<PendingPoll>;
  using Groups = std::unordered_map<std::string, Polls>;

  // Clients name groups freely, so nothing is kept of a group without a waiting poll; generations are shared
  // by the groups of one hash, which at worst means one more look at the store.
  std::uint64_t& slot(const std::string& group) {
    return generations_[std::hash<std::string>()(group) % generations_.size()];
  }
  void remove_if_empty(Groups::iterator group) {
    if (group->second.empty()) groups_.erase(group);
  }

  std::mutex mutex_;
  std::array<std::uint64_t, 1024> generations_{};
  Groups groups_;
  std::unordered_map<const Exchange*, std::pair<std::string, Polls::iterator>> places_;
};

}  // namespace pipexpr::service
