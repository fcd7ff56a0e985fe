// NullFields: the runtime fields that had no value in an evaluation, and what stands for each, so that a message can
// name the field.
#pragma once

#include <algorithm>
#include <string_view>

#include <pipexpr/object_graph.h>

#include "eval/arena.h"
#include "eval/stack.h"

namespace pipexpr::eval {

// What the service writes for a runtime field without a value.
inline constexpr std::string_view kNullText = "null";

// A runtime field without a value.
struct NullField {
  std::string_view name;
  ObjectId object;
  bool has_text;  // the text `null` stands for it; otherwise an unset value does
};

class NullFields {
 public:
  std::size_t size() const { return fields_.size(); }
  void clear() {
    fields_.clear();
    chunks_.clear();
  }
  void release() {
    fields_.release();
    chunks_.release();
  }
  std::size_t memory_bytes() const { return fields_.memory_bytes() + chunks_.memory_bytes(); }

  // The text that stands for the field, and for no other; nullptr: no memory is left.
  const char* add_text(std::string_view name, ObjectId object, Arena& arena) {
    if (chunks_.empty() || chunks_.back().used == chunks_.back().capacity) {
      const std::size_t capacity = chunks_.empty() ? 4 : 2 * chunks_.back().capacity;
      char* const texts = arena.allocate(capacity * kNullText.size());
      if (texts == nullptr) return nullptr;
      chunks_.push_back({texts, fields_.size(), 0, capacity});
    }
    Chunk& chunk = chunks_.back();
    char* const text = chunk.texts + chunk.used++ * kNullText.size();
    std::copy(kNullText.begin(), kNullText.end(), text);
    fields_.push_back({name, object, true});
    return text;
  }
  void add_unset(std::string_view name, ObjectId object) { fields_.push_back({name, object, false}); }

  // Whose text it is. A text that has been joined to one may begin in the same place, and is none.
  const NullField* of_text(std::string_view text) const {
    if (text != kNullText) return nullptr;
    for (const Chunk& chunk : chunks_) {
      const auto from = reinterpret_cast<std::uintptr_t>(chunk.texts);
      const auto at = reinterpret_cast<std::uintptr_t>(text.data());
      if (at >= from && at < from + chunk.used * kNullText.size())
        return &fields_[chunk.first + (at - from) / kNullText.size()];
    }
    return nullptr;
  }
  // By the number that the field had when it was added, from 1 on.
  const NullField* of_unset(std::uint64_t number) const {
    return number - 1 < fields_.size() && !fields_[number - 1].has_text ? &fields_[number - 1] : nullptr;
  }

 private:
  // Texts one after another, each for the field of its place; a chunk has twice as many as the one before, so that a
  // look through all of them is short.
  struct Chunk {
    char* texts;
    std::size_t first, used, capacity;
  };
  Stack<NullField> fields_;
  Stack<Chunk> chunks_;
};

}  // namespace pipexpr::eval
