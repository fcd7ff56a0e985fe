// OutputBuffer: the caller's buffer, as it is written. Its size stays what it was until `commit`, so nothing has to be
// taken back after an error.
#pragma once

#include <algorithm>

#include <pipexpr/expression.h>

#include "eval/convert.h"
#include "eval/state.h"

namespace pipexpr::eval {

class OutputBuffer {
 public:
  explicit OutputBuffer(State& state) : state_(state) {}

  void open(TextBuffer& buffer, std::size_t capacity) {
    buffer_ = &buffer;
    const std::uint64_t limit = state_.limits.max_output_bytes;
    char* const at = buffer.prepare(std::min<std::size_t>(capacity, limit));
    begin_ = buffer.size();
    at_ = at;
    end_ = at + std::min<std::uint64_t>(buffer.capacity() - buffer.size(), limit);
  }
  void commit() { buffer_->commit(written()); }
  std::size_t written() const { return static_cast<std::size_t>(at_ - text()); }
  char* text() const { return buffer_->prepare(0); }  // what has been written begins there
  char* at() const { return at_; }                    // the next byte
  char* end() const { return end_; }                  // of the buffer, or of what the limit allows
  void set_at(char* at) { at_ = at; }
  // More capacity at `at`, where there is not enough; false when the limit does not allow it.
  bool grow(std::size_t size);
  // A value that is no text, where there is memory and capacity for it; false: nothing has been done.
  bool write_value(const ValueView& value);
  // Writes a value's text where there is capacity for it. Memory is charged as for a text of its own, so that all ways
  // to evaluate end at the same byte.
  char* write_charged(const ValueView& value, char* at) {
    char* const end = write(value, at);
    (void)state_.arena.charge(static_cast<std::size_t>(end - at));
    return end;
  }
  // Parts of such a size, in all, instead of what has been written.
  void commit_parts(const Stack<ValueView>& parts, std::size_t size);

 private:
  void find_end() {
    const std::uint64_t capacity = buffer_->capacity() - buffer_->size();
    end_ = text() + std::min(capacity, state_.limits.max_output_bytes);
  }

  State& state_;
  TextBuffer* buffer_ = nullptr;
  char* at_ = nullptr;
  char* end_ = nullptr;
  std::size_t begin_ = 0;  // the buffer's size before
};

}  // namespace pipexpr::eval
