// Finding and forgetting the fields that an evaluation has met.
#include "eval/memo.h"

#include <bit>

namespace pipexpr::eval {

// Linear probing. Forgotten entries stay in place with a null field, so that probes pass over them.
std::size_t Memo::bucket(const Key& key) const {
  const std::size_t mask = entries_.size() - 1;
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(key.field) ^ (static_cast<std::uint64_t>(key.object) << 20);
  hash ^= static_cast<std::uint64_t>(key.sphere) ^ static_cast<std::uint64_t>(key.name.size()) << 8;
  if (!key.name.empty()) hash ^= static_cast<std::uint64_t>(static_cast<unsigned char>(key.name.back())) << 48;
  hash *= 0x9E3779B97F4A7C15u;
  std::size_t at = (hash >> 32) & mask;
  while (entries_[at].round == round_ && !(entries_[at].key == key)) at = (at + 1) & mask;
  return at;
}

Memo::Entry& Memo::find(const Key& key, bool& fresh) {
  if (2 * used_ >= entries_.size()) grow();
  Entry& entry = entries_[bucket(key)];
  fresh = entry.round != round_;
  if (fresh) {
    entry = {key, round_, false, {}};
    ++used_;
  }
  return entry;
}

void Memo::finish(const Key& key, const ValueView& value) {
  Entry& entry = entries_[bucket(key)];
  entry.done = true;
  entry.value = value;
}

void Memo::forget(const Key& key) {
  Entry& entry = entries_[bucket(key)];
  if (entry.round == round_) entry.key = {};
}

void Memo::grow() {
  std::vector<Entry> old(2 * entries_.size());
  old.swap(entries_);
  for (const Entry& entry : old) {
    if (entry.round == round_ && entry.key.field != nullptr) entries_[bucket(entry.key)] = entry;
  }
}

}  // namespace pipexpr::eval
