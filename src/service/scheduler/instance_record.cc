// Reads and writes the rows of instances and attempts.
#include "service/scheduler/instance_record.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/attempt_mark.h"

namespace pipexpr::service {
namespace {

constexpr std::string_view kFinal[] = {"FINISHED", "FAILED", "CANCELED", "CASCADE_FAILED", "SKIPPED", "TIMEDOUT"};

constexpr std::array<std::string_view, kInstanceColumnCount> kInstanceColumns = {"id",
                                                                                 "component",
                                                                                 "role",
                                                                                 "node",
                                                                                 "version",
                                                                                 "activation",
                                                                                 "status",
                                                                                 "scheduled_start",
                                                                                 "scheduled_end",
                                                                                 "has_end",
                                                                                 "actual_start",
                                                                                 "actual_end",
                                                                                 "worker_group",
                                                                                 "group_alias",
                                                                                 "resource",
                                                                                 "max_retries",
                                                                                 "retry_delay",
                                                                                 "report_timeout",
                                                                                 "attempt_timeout",
                                                                                 "late_at",
                                                                                 "give_up_after",
                                                                                 "give_up_at",
                                                                                 "cascade",
                                                                                 "resumes",
                                                                                 "attempts",
                                                                                 "tries",
                                                                                 "waiting_on",
                                                                                 "cascade_failed_on",
                                                                                 "cancellation_reason",
                                                                                 "error_id",
                                                                                 "error_message",
                                                                                 "error_stack",
                                                                                 "hostname",
                                                                                 "report_time",
                                                                                 "fields"};

constexpr std::array<std::string_view, kAttemptColumnCount> kAttemptColumns = {
    "id",           "instance",   "number",      "version",  "activation",    "status",      "worker_group", "hostname",
    "actual_start", "actual_end", "report_time", "error_id", "error_message", "error_stack", "fields"};

template <class Columns>
std::string columns_of(const Columns& columns, std::string_view table) {
  std::string result;
  for (std::string_view column : columns) result += fmt::format("{}{}.{}", result.empty() ? "" : ", ", table, column);
  return result;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace

std::string instance_columns(std::string_view table) { return columns_of(kInstanceColumns, table); }
std::string attempt_columns(std::string_view table) { return columns_of(kAttemptColumns, table); }

std::string attempt_id(std::string_view instance, std::int64_t number) {
  return fmt::format("{}{}{}", instance, base::kAttemptMark, number);
}

bool is_final(std::string_view status) {
  return std::find(std::begin(kFinal), std::end(kFinal), status) != std::end(kFinal);
}

InstanceRow instance_of(const Row& row, std::size_t at) {
  InstanceRow result;
  result.id = row.text(at++);
  result.component = row.text(at++);
  result.role = row.text(at++);
  result.node = row.text(at++);
  result.version = row.number(at++);
  result.activation = row.number(at++);
  result.status = row.text(at++);
  result.scheduled_start = row.number(at++);
  result.scheduled_end = row.number(at++);
  // In stores of before, an end that is the start stands for none.
  result.has_end = row.number(at++) != 0 && result.scheduled_end != result.scheduled_start;
  result.actual_start = row.optional(at++);
  result.actual_end = row.optional(at++);
  result.worker_group = row.text(at++);
  result.group_alias = row.text(at++);
  result.resource = row.text(at++);
  result.max_retries = row.number(at++);
  result.retry_delay = row.number(at++);
  result.report_timeout = row.number(at++);
  result.attempt_timeout = row.optional(at++);
  result.late_at = row.optional(at++);
  result.give_up_after = row.optional(at++);
  result.give_up_at = row.optional(at++);
  result.cascade = row.number(at++) != 0;
  result.resumes = row.number(at++) == kResumes;
  result.attempts = row.number(at++);
  result.tries = row.number(at++);
  result.waiting_on = lines_of(row.text(at++));
  result.cascade_failed_on = row.text(at++);
  result.cancellation_reason = row.text(at++);
  result.error_id = row.text(at++);
  result.error_message = row.text(at++);
  result.error_stack = row.text(at++);
  result.hostname = row.text(at++);
  result.report_time = row.optional(at++);
  result.reported = row.text(at);
  return result;
}

AttemptRow attempt_of(const Row& row, std::size_t at) {
  AttemptRow result;
  result.id = row.text(at++);
  result.instance = row.text(at++);
  result.number = row.number(at++);
  result.version = row.number(at++);
  result.activation = row.number(at++);
  result.status = row.text(at++);
  result.worker_group = row.text(at++);
  result.hostname = row.text(at++);
  result.actual_start = row.optional(at++);
  result.actual_end = row.optional(at++);
  result.report_time = row.optional(at++);
  result.error_id = row.text(at++);
  result.error_message = row.text(at++);
  result.error_stack = row.text(at++);
  result.reported = row.text(at);
  return result;
}

std::optional<InstanceRow> find_instance(Session& session, std::string_view pipeline, std::string_view id) {
  static const std::string kSelect =
      fmt::format("SELECT {} FROM instances i WHERE i.pipeline = $1 AND i.id = $2", instance_columns("i"));
  Rows rows = session.query(kSelect, {pipeline, id});
  return rows.empty() ? std::nullopt : std::optional(instance_of(rows.front()));
}

std::optional<AttemptRow> find_attempt(Session& session, std::string_view pipeline, std::string_view id) {
  static const std::string kSelect =
      fmt::format("SELECT {} FROM attempts a WHERE a.pipeline = $1 AND a.id = $2", attempt_columns("a"));
  Rows rows = session.query(kSelect, {pipeline, id});
  return rows.empty() ? std::nullopt : std::optional(attempt_of(rows.front()));
}

}  // namespace pipexpr::service
