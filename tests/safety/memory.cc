// Replaces the program's allocator: counts allocations, and fails when told to.
#include "memory.h"

#include <malloc.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

thread_local std::uint64_t allocations = 0;
thread_local std::uint64_t fails_in = 0;  // 0: never
thread_local bool has_failed = false;
thread_local std::int64_t held = 0, most_held = 0;  // what a thread frees for another one counts as less than nothing

// Whether this allocation may be made.
bool allowed() {
  ++allocations;
  if (fails_in == 0 || --fails_in != 0) return true;
  has_failed = true;
  return false;
}

[[maybe_unused]] void* note(void* memory) {
  if (memory != nullptr) {
    held += static_cast<std::int64_t>(malloc_usable_size(memory));
    if (held > most_held) most_held = held;
  }
  return memory;
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)

// malloc stays the sanitizer's own, or libc's.
namespace {
void* allocate(std::size_t size, std::size_t alignment) {
  if (!allowed()) throw std::bad_alloc();
  void* const memory = alignment == 0 ? std::malloc(size == 0 ? 1 : size)
                                      : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void release(void* memory) { std::free(memory); }
}  // namespace

#else

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) {
  if (allowed()) return note(__libc_malloc(size));
  errno = ENOMEM;
  return nullptr;
}
void* calloc(std::size_t count, std::size_t size) {
  if (allowed()) return note(__libc_calloc(count, size));
  errno = ENOMEM;
  return nullptr;
}
void* realloc(void* old, std::size_t size) {
  if (!allowed()) {
    errno = ENOMEM;
    return nullptr;
  }
  if (old != nullptr) held -= static_cast<std::int64_t>(malloc_usable_size(old));
  return note(__libc_realloc(old, size));
}
void free(void* memory) {
  if (memory != nullptr) held -= static_cast<std::int64_t>(malloc_usable_size(memory));
  __libc_free(memory);
}
}

namespace {
void* allocate(std::size_t size, std::size_t alignment) {
  if (!allowed()) throw std::bad_alloc();
  void* const memory = note(alignment == 0 ? __libc_malloc(size) : __libc_memalign(alignment, size));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void release(void* memory) { free(memory); }
}  // namespace

#endif

void* operator new(std::size_t size) { return allocate(size, 0); }
void* operator new[](std::size_t size) { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return allocate(size, 0);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }

namespace safety {

Counting::Counting() {
  ::allocations = 0;
  held = most_held = 0;
}
std::uint64_t Counting::allocations() const { return ::allocations; }
std::size_t Counting::kept() const {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
  return 0;
#else
  return static_cast<std::size_t>(held);
#endif
}
std::size_t Counting::peak() const { return static_cast<std::size_t>(most_held); }

Failing::Failing(std::uint64_t k) {
  fails_in = k;
  has_failed = false;
}
Failing::~Failing() { fails_in = 0; }
bool Failing::failed() const { return has_failed; }

}  // namespace safety
