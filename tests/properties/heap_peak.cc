// Preloaded into a program, writes how many bytes of heap it had at most to the file that PIPEXPR_HEAP_PEAK names.
#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

// The C library's own functions. Looking them up by dlsym would allocate memory.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);
}

namespace {

std::atomic<std::size_t> used{0};
std::atomic<std::size_t> most{0};

void* taken(void* block) {
  if (block == nullptr) return block;
  const std::size_t size = malloc_usable_size(block);
  const std::size_t now = used.fetch_add(size) + size;
  std::size_t before = most.load();
  while (now > before && !most.compare_exchange_weak(before, now)) {
  }
  return block;
}

void given_back(void* block) {
  if (block != nullptr) used.fetch_sub(malloc_usable_size(block));
}

[[gnu::destructor]] void write_peak() {
  const char* const path = std::getenv("PIPEXPR_HEAP_PEAK");
  const std::size_t peak = most.load();
  std::FILE* const file = path == nullptr ? nullptr : std::fopen(path, "w");
  if (file == nullptr) return;
  std::fprintf(file, "%zu\n", peak);
  std::fclose(file);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) noexcept { return taken(__libc_malloc(size)); }

void* calloc(std::size_t count, std::size_t size) noexcept { return taken(__libc_calloc(count, size)); }

void* realloc(void* block, std::size_t size) noexcept {
  const std::size_t before = block == nullptr ? 0 : malloc_usable_size(block);
  void* const moved = __libc_realloc(block, size);
  if (moved == nullptr && size != 0) return moved;  // the block is as it was
  used.fetch_sub(before);
  return taken(moved);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept { return taken(__libc_memalign(alignment, size)); }

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept { return memalign(alignment, size); }

int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  *block = memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}

void free(void* block) noexcept {
  given_back(block);
  __libc_free(block);
}

}  // extern "C"
