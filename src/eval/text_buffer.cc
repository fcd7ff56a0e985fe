// TextBuffer: growing and moving its memory.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include <pipexpr/expression.h>

namespace pipexpr {

TextBuffer::TextBuffer(TextBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

TextBuffer& TextBuffer::operator=(TextBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

TextBuffer::~TextBuffer() { ::operator delete(data_); }

void TextBuffer::shrink() {
  if (capacity_ == size_) return;
  char* const smaller = size_ == 0 ? nullptr : static_cast<char*>(::operator new(size_));
  if (size_ != 0) std::memcpy(smaller, data_, size_);
  ::operator delete(data_);
  data_ = smaller;
  capacity_ = size_;
}

void TextBuffer::grow(std::size_t more) {
  const std::size_t wanted = std::max(size_ + more, std::max<std::size_t>(2 * capacity_, 256));
  char* const larger = static_cast<char*>(::operator new(wanted));
  if (size_ != 0) std::memcpy(larger, data_, size_);
  ::operator delete(data_);
  data_ = larger;
  capacity_ = wanted;
}

}  // namespace pipexpr
