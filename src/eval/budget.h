// Budget: the steps and references that one evaluation may still make, and its deadline.
#pragma once

#include <algorithm>
#include <cstdint>

#include <pipexpr/options.h>

namespace pipexpr::eval {

class Budget {
 public:
  // Why nothing more may happen.
  enum class Ended : std::uint8_t { no, steps, cancelled, deadline };

  // What each evaluation may take.
  void set_limits(const Limits& limits) {
    max_references_ = limits.max_references;
    first_check_ = std::min(limits.max_steps, kInterval) + 1;
    max_later_ = limits.max_steps - (first_check_ - 1);
  }
  // An evaluation begins. The options must stay where they are until it ends.
  void begin(const EvaluateOptions& options) {
    options_ = &options;
    is_timed_ = options.cancel != nullptr || options.deadline.has_value();
    references_left = max_references_;
    until_check_ = first_check_;
    steps_left_ = max_later_;
  }
  // What the evaluation has taken so far.
  std::uint64_t steps() const { return first_check_ - until_check_ + max_later_ - steps_left_; }
  std::uint64_t references() const { return max_references_ - references_left; }

  // One step; false: `ended` says why not. The clock is looked at every kInterval steps.
  bool charge() { return --until_check_ != 0 || charge_slowly(); }

  // Many steps at once; false: none is charged, because the limit or a look at the clock falls among them.
  [[gnu::always_inline]] bool charge_all(std::uint32_t steps) {
    if (until_check_ <= steps) [[unlikely]] {
      const std::uint64_t more = std::min<std::uint64_t>(steps_left_, std::max<std::uint64_t>(steps, kInterval));
      if (steps > kMaxAtOnce || until_check_ + more <= steps || is_over()) return false;
      until_check_ += more;
      steps_left_ -= more;
    }
    until_check_ -= steps;
    return true;
  }
  void refund(std::uint64_t steps) { until_check_ += steps; }

  // There is a deadline or a flag to cancel, so the clock is also looked at after each call of the host's code.
  bool is_timed() const { return is_timed_; }
  bool is_over() { return is_timed_ && (ended_ = look_at_clock()) != Ended::no; }
  Ended look_at_clock() const {
    if (options_->cancel != nullptr && options_->cancel->load(std::memory_order_relaxed)) return Ended::cancelled;
    if (options_->deadline && std::chrono::steady_clock::now() >= *options_->deadline) return Ended::deadline;
    return Ended::no;
  }
  Ended ended() const { return ended_; }

  std::uint64_t references_left = 0;

 private:
  static constexpr std::uint64_t kInterval = 1024;
  static constexpr std::uint32_t kMaxAtOnce = 8192;

  bool charge_slowly() {
    if (steps_left_ == 0) {
      until_check_ = 1;
      ended_ = Ended::steps;
      return false;
    }
    const std::uint64_t now = std::min(steps_left_, kInterval);
    until_check_ = now;
    steps_left_ -= now;
    ended_ = is_timed_ ? look_at_clock() : Ended::no;
    return ended_ == Ended::no;
  }

  const EvaluateOptions* options_ = nullptr;
  std::uint64_t max_references_ = 0;
  std::uint64_t first_check_ = 1;  // the first step at which to look at the clock
  std::uint64_t max_later_ = 0;
  std::uint64_t until_check_ = 1;  // the step at which to look at the clock and the limit
  std::uint64_t steps_left_ = 0;   // after that one
  bool is_timed_ = false;
  Ended ended_ = Ended::no;
};

}  // namespace pipexpr::eval
