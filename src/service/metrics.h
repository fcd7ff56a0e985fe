// Counters in the Prometheus text format.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace pipexpr::service {

class Metrics {
 public:
  // One finished request; `result` is OK or the error's name.
  void request(std::string_view operation, std::string_view result, double seconds);
  void task(std::string_view event, std::uint64_t count = 1);  // handed_out, FINISHED, FAILED, TIMEDOUT, ...
  void scheduler(std::string_view event);                      // instance_failed, cascade_failed, held_back, late, ...
  void alarm() { ++alarms_; }

  std::atomic<std::int64_t> connections{0};
  std::atomic<std::int64_t> long_polls{0};
  std::atomic<std::int64_t> tasks_ready{0};  // counted every 10 seconds
  std::atomic<std::int64_t> tasks_running{0};
  std::atomic<std::uint64_t> store_errors{0};
  std::atomic<std::uint64_t> evicted_connections{0};
  std::atomic<std::uint64_t> refused_connections{0};

  std::string text() const;

 private:
  // Upper bounds of the latency buckets, in seconds.
  static constexpr std::array<double, 10> kBuckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.025, 0.1, 1, 10};
  struct Series {
    std::array<std::uint64_t, 10> buckets{};
    std::uint64_t count = 0;
    double sum = 0;
    std::map<std::string, std::uint64_t, std::less<>> results;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Series, std::less<>> operations_;
  std::map<std::string, std::uint64_t, std::less<>> tasks_;
  std::map<std::string, std::uint64_t, std::less<>> scheduler_events_;
  std::atomic<std::uint64_t> alarms_{0};
};

}  // namespace pipexpr::service
