// Arena: memory for one evaluation's values. Grows by chunks, never moves what it gave out, and keeps its largest
// chunk when reset, up to 1 MiB, so that a warm evaluation allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

namespace pipexpr::eval {

class Arena {
 public:
  // At most `limit` bytes per evaluation; allocate() gives nullptr beyond. What counts is what was asked for, so that a
  // warm arena and a new one end at the same byte.
  void reset(std::uint64_t limit) {
    if (is_excessive_) drop_excess();
    next_ = begin_;
    left_ = limit;
  }

  char* allocate(std::size_t size) {
    if (!charge(size)) return nullptr;
    if (static_cast<std::size_t>(end_ - next_) < size) return allocate_chunk(size);
    char* const result = next_;
    next_ += size;
    return result;
  }

  // Memory that counts nothing: for bytes that have been charged elsewhere.
  char* allocate_uncharged(std::size_t size) {
    left_ += size;
    return allocate(size);
  }

  // Uninitialized memory for trivially copyable values.
  template <class T>
  T* allocate_values(std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!charge(count * sizeof(T))) return nullptr;
    const auto pad = static_cast<std::size_t>(-reinterpret_cast<std::intptr_t>(next_)) & (alignof(T) - 1);
    if (static_cast<std::size_t>(end_ - next_) < pad + count * sizeof(T)) {
      return reinterpret_cast<T*>(allocate_chunk(count * sizeof(T)));  // chunks are aligned
    }
    T* const result = reinterpret_cast<T*>(next_ + pad);
    next_ += pad + count * sizeof(T);
    return result;
  }

  template <class T>
  T* allocate_values_uncharged(std::size_t count) {
    left_ += count * sizeof(T);
    return allocate_values<T>(count);
  }

  // Charges `bytes` to the memory limit without allocating; false when fewer are left.
  bool charge(std::uint64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

  // Whether what was allocated last ends there, so that the next bytes follow at once.
  bool ends_at(const char* end, std::size_t more) const {
    return end == next_ && static_cast<std::size_t>(end_ - next_) >= more;
  }

  std::uint64_t left() const { return left_; }
  std::size_t capacity() const { return capacity_; }
  // Gives all memory back.
  void release();

  // Takes a part of a charge back.
  void refund(std::uint64_t bytes) { left_ += bytes; }

  // Gives back the unused end of the last allocation.
  void shrink(char* end) {
    left_ += static_cast<std::uint64_t>(next_ - end);
    next_ = end;
  }

 private:
  struct Chunk;
  struct Free {
    void operator()(Chunk* chunk) const;
  };

  char* allocate_chunk(std::size_t size);
  void drop_excess();

  // Where the empty arena points: no bytes are an allocation too, and nullptr means that the limit is reached. Never
  // written.
  static inline char nothing_ = 0;

  char* begin_ = &nothing_;
  char* next_ = &nothing_;
  char* end_ = &nothing_;
  std::uint64_t left_ = 0;
  bool is_excessive_ = false;  // there are chunks before the current one, or it is too large to be kept
  std::size_t capacity_ = 0;   // of all chunks
  std::unique_ptr<Chunk, Free> chunk_;
};

}  // namespace pipexpr::eval
