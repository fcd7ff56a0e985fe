// Memo: fields evaluated so far in one evaluation. An entry without value is being evaluated: meeting it again is a
// cycle. Cleared by counting up, so a warm evaluation neither allocates nor sweeps.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <pipexpr/value.h>

namespace pipexpr::eval {

class Memo {
 public:
  struct Key {
    const void* field = nullptr;
    ObjectId object = kNoObject;
    Sphere sphere = Sphere::component;
    std::string_view name = {};  // a graph may hand over one item for several fields
    bool of_instance = false;    // of the instance, while its attempt is evaluated
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Entry {
    Key key;
    std::uint32_t round = 0;
    bool done = false;
    ValueView value;
  };

  void reset() {
    if (++round_ == 0) {  // after 2^32 evaluations old rounds would come back to life
      entries_.assign(entries_.size(), {});
      round_ = 1;
    }
    used_ = 0;
    if (entries_.size() > kMaxKept) [[unlikely]]
      release();
  }
  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }
  // Gives its memory back, between two evaluations.
  void release() { std::vector<Entry>(kMinEntries).swap(entries_); }

  // The entry of a key; a new one has done = false and `fresh` is true. Valid until the next call of find.
  Entry& find(const Key& key, bool& fresh);
  void finish(const Key& key, const ValueView& value);
  void forget(const Key& key);  // after an error: it may be tried again

 private:
  static constexpr std::size_t kMinEntries = 16, kMaxKept = 16'384;

  std::size_t bucket(const Key& key) const;
  void grow();

  std::vector<Entry> entries_ = std::vector<Entry>(kMinEntries);
  std::uint32_t round_ = 1;  // entries begin with round 0
  std::size_t used_ = 0;
};

}  // namespace pipexpr::eval
