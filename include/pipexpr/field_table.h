// FieldTable: an index of fields that never change, for graphs that want the fastest look-up.
//
//   class Catalog final : public pipexpr::ObjectGraph {
//    public:
//     Catalog() {
//       table_.reserve(2);                                            // grows when there are more
//       table_.insert({.object = pipexpr::ObjectId{0}, .key = key("bucket"), .count = 1, .items = &bucket_});
//       set_table(&table_);
//     }
//
// Expressions that are bound to the graph look fields up here, without a virtual call; what is not in the table,
// `field` is asked for. It pays while the table fits in the caches: from about a hundred thousand fields on, `field`
// with the graph's own numbering is as fast. An entry takes 32 bytes, and the table twice as many entries as it has
// fields.
//
// The items of an entry are the graph's, and stay where and what they are for as long as the graph has the table. A
// table is filled by one thread and then only read, by any number of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <pipexpr/object_graph.h>

namespace pipexpr {

// The value of a field that has one, for the fast path.
enum class SingleValue : std::uint8_t {
  none,      // zero or several values, an uncompiled template, or a reference to a component
  text,      // a literal text
  instance,  // a literal reference to an instance
  value,     // any other literal that is no list
  compiled,
};

constexpr SingleValue single_value(const FieldItem* items, std::uint32_t count) {
  if (count != 1 || items == nullptr || items->value.is_secret()) return SingleValue::none;
  if (items->form == FieldItem::Form::compiled) {
    return items->expression != nullptr ? SingleValue::compiled : SingleValue::none;
  }
  if (items->form != FieldItem::Form::literal) return SingleValue::none;
  const ValueView& value = items->value;
  if (value.is(Kind::number)) {  // infinity and NaN are none: the interpreter says what is wrong
    return value.number() - value.number() == 0 ? SingleValue::value : SingleValue::none;
  }
  if (value.is(Kind::string)) return SingleValue::text;
  if (value.is(Kind::integer)) return SingleValue::value;
  // Those of other zones and of no unit are none: the interpreter sees whether they mean anything.
  if (value.is(Kind::datetime)) return value.datetime().zone.is_utc() ? SingleValue::value : SingleValue::none;
  if (value.is(Kind::period)) return value.period().unit <= TimeUnit::years ? SingleValue::value : SingleValue::none;
  const bool is_instance =
      value.is(Kind::reference) && value.sphere() == Sphere::instance && value.object() != kNoObject;
  return is_instance ? SingleValue::instance : SingleValue::none;
}

class FieldTable {
 public:
  struct Entry {
    ObjectId object = kNoObject;
    FieldKey key = kNoKey;  // not kNoKey
    std::uint32_t count = 0;
    const FieldItem* items = nullptr;
    SlotType type = SlotType::string;
    SingleValue single = SingleValue::none;  // set by `insert`
    std::uint32_t user_data = 0;             // the graph's own
  };

  // Pass a secret seed if field names come from untrusted input: it prevents hash flooding.
  explicit FieldTable(std::uint64_t seed = 0x9E3779B97F4A7C15u)
      : object_factor_(seed | 1), key_factor_((seed * 0x9E3779B97F4A7C15u) | 1), entries_(2) {}

  // Allocates memory for that many fields and drops those that it had.
  void reserve(std::size_t fields) {
    std::size_t size = 2;
    unsigned shift = 63;
    while (size / 2 < fields && shift > 1) size *= 2, --shift;
    entries_.assign(size, {});
    shift_ = shift;
    mask_ = size - 1;
    count_ = 0;
  }

  // Adds a field, or replaces the one of that object and key. An entry without a key is ignored.
  void insert(const Entry& entry) {
    if (entry.key == kNoKey) return;
    if (2 * (count_ + 1) > entries_.size()) grow();
    place(entry);
  }

  const Entry* find(ObjectId object, FieldKey key) const {
    for (std::size_t at = start(object, key);; at = (at + 1) & mask_) {
      const Entry& entry = entries_[at];
      if (entry.key == key && entry.object == object) return key != kNoKey ? &entry : nullptr;
      if (entry.key == kNoKey) return nullptr;
    }
  }

  std::size_t size() const { return count_; }
  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  // The upper bits of a sum of products: a sender that does not know the factors cannot make many fields start at one
  // place.
  std::size_t start(ObjectId object, FieldKey key) const {
    const std::uint64_t sum =
        static_cast<std::uint64_t>(object) * object_factor_ + static_cast<std::uint64_t>(key) * key_factor_;
    return static_cast<std::size_t>(sum >> shift_);
  }

  void place(const Entry& entry) {
    std::size_t at = start(entry.object, entry.key);
    while (entries_[at].key != kNoKey && (entries_[at].key != entry.key || entries_[at].object != entry.object)) {
      at = (at + 1) & mask_;
    }
    if (entries_[at].key == kNoKey) ++count_;
    entries_[at] = entry;
    entries_[at].single = single_value(entry.items, entry.count);
  }

  void grow() {
    const std::vector<Entry> before = std::move(entries_);
    reserve(before.size());
    for (const Entry& entry : before) {
      if (entry.key != kNoKey) place(entry);
    }
  }

  std::uint64_t object_factor_, key_factor_;
  unsigned shift_ = 63;
  std::size_t mask_ = 1;
  std::size_t count_ = 0;
  std::vector<Entry> entries_;  // a power of two, at most half full
};

}  // namespace pipexpr
