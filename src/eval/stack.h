// A stack of trivially copyable values: a vector whose push and pop are inlined and move a value word by word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

namespace pipexpr::eval {

// Values are written as two words and read as two words. Copied as one vector of 16 bytes, which compilers like, such a
// value costs a stalled load each time: processors do not forward two stores to one load.
template <class T>
inline T in_words(const T& from) {
  if constexpr (sizeof(T) == 16) {
    // Each by itself here, too: copied at once, a value that is in registers would have to be stored first.
    std::uint64_t first, second;
    std::memcpy(&first, &from, sizeof(first));
    std::memcpy(&second, reinterpret_cast<const char*>(&from) + sizeof(first), sizeof(second));
    __asm__("" : "+r"(first), "+r"(second));
    T to;
    std::memcpy(static_cast<void*>(&to), &first, sizeof(first));
    std::memcpy(reinterpret_cast<char*>(&to) + sizeof(first), &second, sizeof(second));
    return to;
  } else {
    return from;
  }
}

template <class T>
class Stack {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  T* data() { return data_.get(); }
  T* begin() { return data_.get(); }
  T* end() { return data_.get() + size_; }
  const T* begin() const { return data_.get(); }
  const T* end() const { return data_.get() + size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T& front() { return data_[0]; }
  const T& front() const { return data_[0]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }

  void push_back(const T& value) {
    const T copy = in_words(value);
    push() = copy;
  }
  // Pushes an uninitialized element.
  T& push() {
    if (size_ == capacity_) [[unlikely]]
      grow();
    return data_[size_++];
  }
  // Reserves capacity for `more` elements; returns end(). set_end() then says up to where they were written.
  T* reserve_more(std::size_t more) {
    while (capacity_ - size_ < more) grow();
    return end();
  }
  void set_end(T* end) { size_ = static_cast<std::size_t>(end - data_.get()); }
  void pop_back() { --size_; }
  T pop() { return in_words(data_[--size_]); }
  void clear() { size_ = 0; }
  std::size_t memory_bytes() const { return capacity_ * sizeof(T); }
  // Gives its memory back.
  void release() {
    data_.reset();
    size_ = capacity_ = 0;
  }
  void shrink(std::size_t size) { size_ = size; }

 private:
  [[gnu::noinline]] void grow() {
    const std::size_t wanted = capacity_ == 0 ? 16 : 2 * capacity_;
    std::unique_ptr<T[]> larger(new T[wanted]);
    if (size_ != 0) std::memcpy(static_cast<void*>(larger.get()), data_.get(), size_ * sizeof(T));
    data_ = std::move(larger);
    capacity_ = wanted;
  }

  std::unique_ptr<T[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace pipexpr::eval
