// Memory for texts of megabytes.
#pragma once

#include <sys/mman.h>

#include <cstdint>
#include <string>

namespace pipexpr::service {

// Asks for pages of 2 MiB under a text whose memory has just been reserved: the system hands out 20 MiB in pages of 4
// KiB in about the time that it takes to evaluate them.
inline void prefer_huge_pages([[maybe_unused]] std::string& text) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t kHuge = 2 * 1024 * 1024;
  auto begin = (reinterpret_cast<std::uintptr_t>(text.data()) + kHuge - 1) / kHuge * kHuge;
  auto end = (reinterpret_cast<std::uintptr_t>(text.data()) + text.capacity()) / kHuge * kHuge;
  // Without huge pages in the system it fails, and that changes nothing.
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

}  // namespace pipexpr::service
