// Getting an arena's chunks and giving them back.
#include "eval/arena.h"

#include <algorithm>

namespace pipexpr::eval {

namespace {

constexpr std::size_t kMaxKept = std::size_t{1} << 20;

}  // namespace

struct Arena::Chunk {
  std::unique_ptr<Chunk, Free> older;
  std::size_t size;
  alignas(std::max_align_t) char data[1];
};

// Chunks double, so the chain is short and freeing it cannot recurse deeply.
void Arena::Free::operator()(Chunk* chunk) const {
  chunk->~Chunk();
  ::operator delete(chunk);
}

char* Arena::allocate_chunk(std::size_t size) {
  constexpr std::size_t kSmallest = 4096;
  const auto last = static_cast<std::size_t>(end_ - begin_);
  const std::size_t wanted = std::max({size, kSmallest, std::min<std::size_t>(2 * last, std::size_t{1} << 24)});
  void* const memory = ::operator new(sizeof(Chunk) + wanted);
  chunk_.reset(new (memory) Chunk{std::move(chunk_), wanted, {}});
  is_excessive_ = is_excessive_ || chunk_->older || wanted > kMaxKept;
  capacity_ += wanted;
  begin_ = chunk_->data;
  end_ = begin_ + wanted;
  next_ = begin_ + size;
  return begin_;
}

// Keeps the last chunk: it is the largest, or as large as one evaluation needs. One that is larger than most
// evaluations will ever need goes, too.
void Arena::drop_excess() {
  if (chunk_->size > kMaxKept) return release();
  chunk_->older.reset();
  capacity_ = chunk_->size;
  is_excessive_ = false;
}

void Arena::release() {
  chunk_.reset();
  begin_ = next_ = end_ = &nothing_;
  capacity_ = 0;
  is_excessive_ = false;
}

}  // namespace pipexpr::eval
