// The service's time: the wall's, or a virtual one that only moves when told to.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace pipexpr::service {

// Milliseconds since 1970 in UTC, as the store keeps all times.
using Millis = std::int64_t;

inline Millis wall_millis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Clock {
 public:
  // A virtual clock begins at `start`.
  explicit Clock(std::optional<Millis> start = std::nullopt) : virtual_(start.has_value()), now_(start.value_or(0)) {}

  bool is_virtual() const { return virtual_; }
  Millis now() const { return virtual_ ? now_.load() : wall_millis(); }

  // Only a virtual clock can be set, and only forwards.
  void set(Millis time) {
    Millis now = now_.load();
    while (now < time && !now_.compare_exchange_weak(now, time)) {
    }
  }

 private:
  bool virtual_;
  std::atomic<Millis> now_;
};

}  // namespace pipexpr::service
