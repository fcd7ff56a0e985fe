// Memory for texts of megabytes.
#pragma once

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

#include <cstdint>
#include <string>

namespace pipexpr::adapter {

// Reserves memory for a text, on pages of 2 MiB where it is large and the system has them: it takes about as long to
// hand out 20 MiB in pages of 4 KiB as to evaluate them.
inline void reserve_pages(std::string& text, std::size_t capacity) {
  std::string longer;
  longer.reserve(capacity);
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t kHuge = 2 * 1024 * 1024;
  auto begin = (reinterpret_cast<std::uintptr_t>(longer.data()) + kHuge - 1) / kHuge * kHuge;
  auto end = (reinterpret_cast<std::uintptr_t>(longer.data()) + capacity) / kHuge * kHuge;
  // It is a wish: when it fails, nothing else does.
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  longer += text;
  text.swap(longer);
}

}  // namespace pipexpr::adapter
