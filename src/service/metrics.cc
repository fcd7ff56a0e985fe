// Writes the counters as text.
#include "service/metrics.h"

#include <fmt/format.h>

namespace pipexpr::service {

void Metrics::request(std::string_view operation, std::string_view result, double seconds) {
  std::lock_guard lock(mutex_);
  auto found = operations_.find(operation);
  if (found == operations_.end()) found = operations_.emplace(operation, Series{}).first;
  Series& series = found->second;
  for (std::size_t i = 0; i < kBuckets.size(); ++i) {
    if (seconds <= kBuckets[i]) {
      ++series.buckets[i];
      break;
    }
  }
  ++series.count;
  series.sum += seconds;
  auto counter = series.results.find(result);
  if (counter == series.results.end()) counter = series.results.emplace(result, 0).first;
  ++counter->second;
}

void Metrics::task(std::string_view event, std::uint64_t count) {
  std::lock_guard lock(mutex_);
  auto found = tasks_.find(event);
  if (found == tasks_.end()) found = tasks_.emplace(event, 0).first;
  found->second += count;
}

void Metrics::scheduler(std::string_view event) {
  std::lock_guard lock(mutex_);
  auto found = scheduler_events_.find(event);
  if (found == scheduler_events_.end()) found = scheduler_events_.emplace(event, 0).first;
  ++found->second;
}

std::string Metrics::text() const {
  std::lock_guard lock(mutex_);
  std::string out =
      "# HELP pipexpr_requests_total Requests by operation and result.\n# TYPE pipexpr_requests_total "
      "counter\n";
  for (const auto& [operation, series] : operations_) {
    for (const auto& [result, count] : series.results) {
      out += fmt::format("pipexpr_requests_total{{operation=\"{}\",result=\"{}\"}} {}\n", operation, result, count);
    }
  }
  out +=
      "# HELP pipexpr_request_seconds Time to answer, by operation.\n# TYPE pipexpr_request_seconds "
      "histogram\n";
  for (const auto& [operation, series] : operations_) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
      sum += series.buckets[i];
      out +=
          fmt::format("pipexpr_request_seconds_bucket{{operation=\"{}\",le=\"{}\"}} {}\n", operation, kBuckets[i], sum);
    }
    out += fmt::format("pipexpr_request_seconds_bucket{{operation=\"{}\",le=\"+Inf\"}} {}\n", operation, series.count);
    out += fmt::format("pipexpr_request_seconds_sum{{operation=\"{}\"}} {}\n", operation, series.sum);
    out += fmt::format("pipexpr_request_seconds_count{{operation=\"{}\"}} {}\n", operation, series.count);
  }
  out += "# HELP pipexpr_tasks_total Tasks by what became of them.\n# TYPE pipexpr_tasks_total counter\n";
  for (const auto& [event, count] : tasks_)
    out += fmt::format("pipexpr_tasks_total{{event=\"{}\"}} {}\n", event, count);
  out +=
      "# HELP pipexpr_scheduler_events_total What the log tells of instances, by event.\n"
      "# TYPE pipexpr_scheduler_events_total counter\n";
  for (const auto& [event, count] : scheduler_events_)
    out += fmt::format("pipexpr_scheduler_events_total{{event=\"{}\"}} {}\n", event, count);
  out += fmt::format(
      "# HELP pipexpr_alarms_total Alarms raised.\n# TYPE pipexpr_alarms_total counter\npipexpr_alarms_total "
      "{}\n",
      alarms_.load());
  out += fmt::format(
      "# HELP pipexpr_connections Open connections.\n# TYPE pipexpr_connections gauge\npipexpr_connections "
      "{}\n",
      connections.load());
  out += fmt::format(
      "# HELP pipexpr_long_polls Runners that wait.\n# TYPE pipexpr_long_polls gauge\npipexpr_long_polls "
      "{}\n",
      long_polls.load());
  out += fmt::format(
      "# HELP pipexpr_tasks_ready Tasks that wait for a runner.\n# TYPE pipexpr_tasks_ready gauge\n"
      "pipexpr_tasks_ready {}\n"
      "# HELP pipexpr_tasks_running Tasks that runners have.\n# TYPE pipexpr_tasks_running gauge\n"
      "pipexpr_tasks_running {}\n"
      "# HELP pipexpr_store_errors_total Requests and looks that the store failed.\n"
      "# TYPE pipexpr_store_errors_total counter\npipexpr_store_errors_total {}\n",
      tasks_ready.load(), tasks_running.load(), store_errors.load());
  out += fmt::format(
      "# HELP pipexpr_evicted_connections_total Idle connections that made room for new ones.\n"
      "# TYPE pipexpr_evicted_connections_total counter\npipexpr_evicted_connections_total {}\n",
      evicted_connections.load());
  out += fmt::format(
      "# HELP pipexpr_refused_connections_total Connections over the limit.\n"
      "# TYPE pipexpr_refused_connections_total counter\npipexpr_refused_connections_total {}\n",
      refused_connections.load());
  return out;
}

}  // namespace pipexpr::service
