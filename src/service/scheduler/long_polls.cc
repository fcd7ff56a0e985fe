// Lets polls wait, and answers them when there is a task or no more time.
#include "service/scheduler/long_polls.h"

#include <limits>

namespace pipexpr::service {

std::uint64_t LongPollRegistry::generation(const std::string& group) {
  std::lock_guard lock(mutex_);
  return slot(group);
}

bool LongPollRegistry::wait(PendingPoll poll, std::uint64_t generation) {
  std::lock_guard lock(mutex_);
  if (slot(poll.group) != generation) return false;
  const Exchange* exchange = poll.exchange.get();
  std::string name = poll.group;
  Polls& polls = groups_[name];
  polls.push_back(std::move(poll));
  places_[exchange] = {std::move(name), std::prev(polls.end())};
  return true;
}

std::vector<PendingPoll> LongPollRegistry::wake(const std::string& group, std::size_t count) {
  std::lock_guard lock(mutex_);
  ++slot(group);
  std::vector<PendingPoll> result;
  auto found = groups_.find(group);
  if (found == groups_.end()) return result;
  Polls& polls = found->second;
  while (!polls.empty() && result.size() < count) {
    places_.erase(polls.front().exchange.get());
    result.push_back(std::move(polls.front()));
    polls.pop_front();
  }
  remove_if_empty(found);
  return result;
}

std::vector<PendingPoll> LongPollRegistry::expired(std::int64_t now) {
  std::lock_guard lock(mutex_);
  std::vector<PendingPoll> result;
  for (auto group = groups_.begin(); group != groups_.end();) {
    Polls& polls = group->second;
    for (auto poll = polls.begin(); poll != polls.end();) {
      auto current = poll++;
      if (current->until > now) continue;
      places_.erase(current->exchange.get());
      result.push_back(std::move(*current));
      polls.erase(current);
    }
    auto current = group++;
    remove_if_empty(current);
  }
  return result;
}

std::vector<PendingPoll> LongPollRegistry::all() { return expired(std::numeric_limits<std::int64_t>::max()); }

std::vector<std::string> LongPollRegistry::groups() {
  std::lock_guard lock(mutex_);
  std::vector<std::string> result;
  for (const auto& [name, polls] : groups_) result.push_back(name);
  return result;
}

bool LongPollRegistry::remove(const Exchange* exchange) {
  std::lock_guard lock(mutex_);
  auto found = places_.find(exchange);
  if (found == places_.end()) return false;
  auto group = groups_.find(found->second.first);
  group->second.erase(found->second.second);
  places_.erase(found);
  remove_if_empty(group);
  return true;
}

std::size_t LongPollRegistry::size() {
  std::lock_guard lock(mutex_);
  return places_.size();
}

}  // namespace pipexpr::service
