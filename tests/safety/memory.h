// This program's allocator: counts what one thread allocates, and fails when told to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>

namespace safety {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

// Milliseconds of processor time that this program has taken: other programs do not count.
inline double processor_millis() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Counts this thread's allocations from its making on. `new` is always seen; malloc and its kin too, except under a
// sanitizer, which needs them for itself.
class Counting {
 public:
  Counting();
  std::uint64_t allocations() const;
  std::size_t kept() const;  // bytes held above what was held at the beginning; 0 under a sanitizer
  std::size_t peak() const;  // most bytes held at one time, above what was held at the beginning; 0 under a sanitizer
};

// While it lives, this thread's k-th allocation from its making on fails: `new` throws, malloc gives nullptr.
class Failing {
 public:
  explicit Failing(std::uint64_t k);
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;
  ~Failing();
  bool failed() const;  // it came to the k-th allocation
};

}  // namespace safety
