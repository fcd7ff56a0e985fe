// The scheduler thread: what is due is done here, by the wall clock or a virtual one.
#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "service/operations/operations.h"

namespace pipexpr::service {
namespace {

// Waiting polls are checked, and pipelines of other processes seen, at least so often.
constexpr std::chrono::milliseconds kMaxSleep{500};
constexpr int kPipelinesAtOnce = 100;

}  // namespace

void Service::start() {
  store_.database().listen(
      [this](std::string_view payload) {
        int count = 1;
        std::size_t blank = payload.find(' ');
        if (blank == std::string_view::npos) return;
        std::from_chars(payload.data(), payload.data() + blank, count);
        wake(std::string(payload.substr(blank + 1)), count);
      },
      [this] {
        // Notifications may have been missed: every waiting poll looks for itself.
        for (const std::string& group : long_polls_.groups()) wake(group, 1 << 20);
      });
  scheduler_ = std::thread([this] { run_scheduler(); });
}

void Service::stop() {
  store_.database().stop();
  {
    std::lock_guard lock(time_mutex_);
    stopping_ = true;
  }
  time_changed_.notify_all();
  if (scheduler_.joinable()) scheduler_.join();
}

void Service::wake_scheduler() {
  {
    std::lock_guard lock(time_mutex_);
    woken_ = true;
  }
  time_changed_.notify_all();
}

// Time goes on, whatever happens: what fails is logged and comes again with the next look.
template <class Work>
void Service::log_and_continue(std::string_view pipeline, Work work) {
  auto failed = [&](std::string_view event, std::string_view why) {
    log_.write(LogLevel::error, event, {{"pipeline", pipeline}, {"why", why}});
  };
  try {
    work();
  } catch (const StoreError& error) {
    ++metrics_.store_errors;
    failed("store_failed", error.what());
  } catch (const ServiceError& error) {
    failed("tick_failed", error.message);
  } catch (const std::exception& error) {
    failed("tick_failed", error.what());
  }
}

void Service::run_scheduler() {
  for (;;) {
    {
      std::unique_lock lock(time_mutex_);
      time_changed_.wait_for(lock, kMaxSleep, [this] { return stopping_ || woken_; });
      if (stopping_) return;
      woken_ = false;
    }
    log_and_continue({}, [this] { run_due(); });
    log_and_continue({}, [this] { keep_house(); });
    auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
    for (PendingPoll& poll : long_polls_.expired(now.count())) {
      poll.exchange->reply.body = "{}";
      poll.done();
    }
    metrics_.long_polls = static_cast<std::int64_t>(long_polls_.size());
  }
}

// Everything that is due by now, pipeline by pipeline, each in a transaction of its own.
void Service::run_due() {
  Millis now = clock_.now();
  Rows rows = store_.read([&](Session& session) {
    return session.query(
        "SELECT id FROM pipelines WHERE next_event <= $1 UNION SELECT DISTINCT pipeline FROM attempts "
        "WHERE status = 'RUNNING' AND deadline <= $1 LIMIT $2",
        {now, kPipelinesAtOnce});
  });
  // A pipeline that cannot be looked at must not keep the others from it.
  for (const Row& row : rows) log_and_continue(row.text(0), [&] { run_due_pipeline(row.text(0), now); });
  if (rows.size() == kPipelinesAtOnce) wake_scheduler();
}

void Service::run_due_pipeline(const std::string& id, Millis now) {
  PostCommit post_commit = store_.transact([&](Session& session) -> PostCommit {
    // Another process that is at it already will do it.
    Rows locked = session.query(
        fmt::format("SELECT id FROM pipelines WHERE id = $1 AND deleted = 0{}", session.for_update_skip_locked()),
        {id});
    if (locked.empty()) return {};
    PipelineRow row = require_pipeline(session, id);
    InstanceLifecycle runs(session, row, definitions_of(session, row), now);
    runs.expire();
    runs.raise_late();
    runs.settle();
    PostCommit result = runs.take();
    // Retries whose delay is over.
    for (const Row& ready : session.query("SELECT worker_group, count(*) FROM attempts WHERE pipeline = $1 "
                                          "AND status = 'WAITING_FOR_RUNNER' AND "
                                          "ready_at <= $2 GROUP BY worker_group",
                                          {id, now})) {
      int& count = result.ready[ready.text(0)];
      count = std::max(count, static_cast<int>(ready.number(1)));
    }
    for (const auto& [group, count] : result.ready) session.notify(fmt::format("{} {}", count, group));
    return result;
  });
  after(std::move(post_commit));
}

std::optional<Millis> Service::next_event() {
  return store_.read([&](Session& session) {
    std::optional<Millis> next =
        session.query("SELECT min(next_event) FROM pipelines WHERE next_event IS NOT NULL").front().optional(0);
    std::optional<Millis> lease =
        session.query("SELECT min(deadline) FROM attempts WHERE status = 'RUNNING'").front().optional(0);
    return next && lease ? std::optional(std::min(*next, *lease)) : next ? next : lease;
  });
}

}  // namespace pipexpr::service
