// What is kept, and for how long: --keep-finished; and the gauges that are counted in the store.
#include <chrono>

#include <fmt/format.h>

#include "service/service.h"

namespace pipexpr::service {
namespace {

constexpr std::int64_t kInstancesAtOnce = 500;
constexpr int kBatchesAtOnce = 20;
constexpr std::chrono::seconds kEvery{10};

}  // namespace

void Service::keep_house() {
  auto now = std::chrono::steady_clock::now();
  if (now - last_house_keeping_ < kEvery) return;
  last_house_keeping_ = now;
  store_.read([&](Session& session) {
    metrics_.tasks_ready =
        session
            .query("SELECT count(*) FROM attempts WHERE status = 'WAITING_FOR_RUNNER' AND ready_at <= $1",
                   {clock_.now()})
            .front()
            .number(0);
    metrics_.tasks_running = session.query("SELECT count(*) FROM attempts WHERE status = 'RUNNING'").front().number(0);
  });
  if (!options_.keep_finished) return;
  Millis before = clock_.now() - *options_.keep_finished;
  std::int64_t gone = 0;
  for (int batch = 0; batch < kBatchesAtOnce && !draining_; ++batch) {
    std::int64_t removed = store_.transact([&](Session& session) { return remove_instances(session, before); });
    gone += removed;
    if (removed == 0) break;
  }
  store_.transact([&](Session& session) {
    session.query("DELETE FROM alarms WHERE raised < $1", {before});
    session.query("DELETE FROM runners WHERE seen < $1 AND terminate = 0", {before});
    session.query("DELETE FROM pipelines WHERE deleted > 0 AND deleted < $1", {before});
  });
  if (gone == 0) return;
  store_.read([](Session& session) { session.give_back_space(); });
  log_.write(LogLevel::info, "history_removed", {{"instances", gone}, {"before", time_text(before)}});
}

// Those that nothing waits for any more: neither an instance, which may read it also when it has ended, and is removed
// before it; nor one that a schedule may still make, which reaches back to the pipeline's next run.
std::int64_t Service::remove_instances(Session& session, Millis before) {
  static const std::string kSelect = fmt::format(
      "SELECT i.pipeline, i.id FROM instances i JOIN pipelines p ON p.id = i.pipeline WHERE i.actual_end IS NOT NULL "
      "AND "
      "i.actual_end < $1 AND i.status NOT IN {0} AND i.resumes <> {1} AND (p.state <> 'SCHEDULED' OR p.next_run IS "
      "NULL "
      "OR "
      "i.scheduled_end <= p.next_run) AND NOT EXISTS (SELECT 1 FROM edges e JOIN instances w ON w.pipeline = "
      "e.pipeline "
      "AND w.id = e.waiter WHERE e.pipeline = i.pipeline AND e.waits_for = i.id) ORDER BY "
      "i.actual_end LIMIT $2",
      kActiveStatuses, kResumes);
  Rows rows = session.query(kSelect, {before, kInstancesAtOnce});
  for (const Row& row : rows) {
    for (const char* statement : {"DELETE FROM attempts WHERE pipeline = $1 AND instance = $2",
                                  "DELETE FROM edges WHERE pipeline = $1 AND waiter = $2",
                                  "DELETE FROM edges WHERE pipeline = $1 AND waits_for = $2",
                                  "DELETE FROM instances WHERE pipeline = $1 AND id = $2"}) {
      session.query(statement, {row.text(0), row.text(1)});
    }
  }
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace pipexpr::service
