#include "service/scheduler/lifecycle.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/rand.h>

namespace pipexpr::service {
namespace {

constexpr std::string_view kFinal[] = {"FINISHED", "FAILED", "CANCELED", "CASCADE_FAILED", "SKIPPED", "TIMEDOUT"};

constexpr std::string_view kInstanceColumns =
    "id, component, role, node, version, status, scheduled_start, scheduled_end, actual_start, actual_end, "
    "worker_group, "
    "max_retries, retry_delay, report_timeout, attempt_timeout, late_at, cascade, attempts, tries, "
    "waiting_on, "
    "cascade_failed_on, cancellation_reason, error_id, error_message, error_stack";

}  // namespace

std::string random_token(std::size_t length) {
  static constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string result(length, 'A');
  std::vector<unsigned char> bytes(length);
  RAND_bytes(bytes.data(), static_cast<int>(length));
  for (std::size_t i = 0; i < length; ++i) result[i] = kLetters[bytes[i] % kLetters.size()];
  return result;
}

std::string attempt_id(std::string_view instance, std::int64_t number) {
  return fmt::format("{}_Attempt={}", instance, number);
}

bool is_final(std::string_view status) {
  return std::find(std::begin(kFinal), std::end(kFinal), status) != std::end(kFinal);
}

std::optional<PipelineRow> find_pipeline(Session& session, std::string_view id, bool lock) {
  static const std::string kSelect =
      "SELECT id, name, description, unique_id, tags, state, created, activated, first_activated, "
      "resume_from, version, "
      "active_version, deleted FROM pipelines WHERE id = $1";
  Rows rows = session.query(lock ? kSelect + std::string(session.for_update()) : kSelect, {id});
  if (rows.empty()) return std::nullopt;
  const Row& row = rows.front();
  return PipelineRow{row.text(0),    row.text(1),    row.text(2),        row.text(3),     row.text(4),
                     row.text(5),    row.number(6),  row.optional(7),    row.optional(8), row.optional(9),
                     row.number(10), row.number(11), row.number(12) != 0};
}

namespace {

InstanceRow instance_of(const Row& row) {
  InstanceRow result;
  result.id = row.text(0);
  result.component = row.text(1);
  result.role = row.text(2);
  result.node = row.text(3);
  result.version = row.number(4);
  result.status = row.text(5);
  result.scheduled_start = row.number(6);
  // An end that is the start stands for none: every period has at least 15 minutes.
  if (row.number(7) != result.scheduled_start) result.scheduled_end = row.number(7);
  result.actual_start = row.optional(8);
  result.actual_end = row.optional(9);
  result.worker_group = row.text(10);
  result.max_retries = row.number(11);
  result.retry_delay = row.number(12);
  result.report_timeout = row.number(13);
  result.attempt_timeout = row.optional(14);
  result.late_at = row.optional(15);
  result.cascade = row.number(16) != 0;
  result.attempts = row.number(17);
  result.tries = row.number(18);
  result.waiting_on = row.text(19);
  result.cascade_failed_on = row.text(20);
  result.cancellation_reason = row.text(21);
  result.error_id = row.text(22);
  result.error_message = row.text(23);
  result.error_stack = row.text(24);
  return result;
}

}  // namespace

std::optional<InstanceRow> find_instance(Session& session, std::string_view pipeline, std::string_view id) {
  static const std::string kSelect =
      fmt::format("SELECT {} FROM instances WHERE pipeline = $1 AND id = $2", kInstanceColumns);
  Rows rows = session.query(kSelect, {pipeline, id});
  return rows.empty() ? std::nullopt : std::optional(instance_of(rows.front()));
}

std::vector<InstanceRow> all_instances(Session& session, std::string_view pipeline) {
  static const std::string kSelect =
      fmt::format("SELECT {} FROM instances WHERE pipeline = $1 ORDER BY scheduled_start, id", kInstanceColumns);
  std::vector<InstanceRow> result;
  for (const Row& row : session.query(kSelect, {pipeline})) result.push_back(instance_of(row));
  return result;
}

Runs::Runs(Session& session, PipelineRow& pipeline, Plans plans, Millis now)
    : session_(session), pipeline_(pipeline), plans_(std::move(plans)), now_(now) {}

// --- transitions
// -----------------------------------------------------------------------------------------------------

void Runs::set_status(std::string_view instance, std::string_view status) {
  session_.query("UPDATE instances SET status = $3 WHERE pipeline = $1 AND id = $2", {pipeline_.id, instance, status});
}

// Starts what waits, once everything that it waits for has finished.
void Runs::promote(const std::string& instance) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || (row->status != "WAITING_ON_DEPENDENCIES" && row->status != "PAUSED")) return;
  Rows paused =
      session_.query("SELECT 1 FROM paused WHERE pipeline = $1 AND component = $2", {pipeline_.id, row->component});
  if (!paused.empty()) return set_status(instance, "PAUSED");
  Rows open = session_.query(
      "SELECT e.waits_for FROM edges e LEFT JOIN instances i ON i.pipeline = e.pipeline AND i.id = "
      "e.waits_for "
      "WHERE e.pipeline = $1 AND e.waiter = $2 AND (i.status IS NULL OR i.status <> 'FINISHED') ORDER BY 1 "
      "LIMIT 1",
      {pipeline_.id, instance});
  if (!open.empty()) {
    session_.query(
        "UPDATE instances SET status = 'WAITING_ON_DEPENDENCIES', waiting_on = $3 WHERE pipeline = $1 AND id "
        "= $2",
        {pipeline_.id, instance, open.front().text(0)});
    return;
  }
  if (row->role == role_name(Role::data_node)) return complete(instance);
  start(*row, now_);
}

// Makes the next attempt and offers it to the runners.
void Runs::start(const InstanceRow& instance, Millis ready_at) {
  std::int64_t number = instance.attempts + 1;
  session_.query(
      "INSERT INTO attempts (pipeline, id, instance, number, task, status, worker_group, ready_at, canceled) "
      "VALUES ($1, $2, $3, $4, $5, 'WAITING_FOR_RUNNER', $6, $7, 0)",
      {pipeline_.id, attempt_id(instance.id, number), instance.id, number, random_token(64), instance.worker_group,
       ready_at});
  session_.query(
      "UPDATE instances SET status = 'WAITING_FOR_RUNNER', attempts = $3, waiting_on = NULL WHERE pipeline = "
      "$1 AND id = $2",
      {pipeline_.id, instance.id, number});
  if (ready_at <= now_) ++aftermath_.ready[instance.worker_group];
}

void Runs::complete(std::string_view instance) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || row->status == "FINISHED") return;
  session_.query(
      "UPDATE instances SET status = 'FINISHED', actual_start = COALESCE(actual_start, $3), actual_end = $3, "
      "waiting_on = NULL, late_at = NULL WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance, now_});
  row->actual_end = now_;
  raise(*row, "onSuccess", "FINISHED", {});
  for (const Row& waiter :
       session_.query("SELECT waiter FROM edges WHERE pipeline = $1 AND waits_for = $2", {pipeline_.id, instance})) {
    pending_.push_back(waiter.text(0));
  }
}

void Runs::attempt_failed(std::string_view instance, const Failure& failure, bool may_retry, bool counts) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || is_final(row->status)) return;
  std::int64_t tries = row->tries + (counts ? 1 : 0);
  if (tries > row->max_retries || pipeline_.state == "DEACTIVATING") return fail(row->id, failure);
  session_.query(
      "UPDATE instances SET tries = $3, error_id = $4, error_message = $5, error_stack = $6 WHERE pipeline = "
      "$1 AND id = $2",
      {pipeline_.id, instance, tries, failure.id, failure.message, failure.stack});
  start(*row, may_retry ? now_ + row->retry_delay : now_);
}

void Runs::fail(const std::string& instance, const Failure& failure) {
  session_.query(
      "UPDATE instances SET status = 'FAILED', actual_end = $3, waiting_on = NULL, late_at = NULL, error_id "
      "= $4, "
      "error_message = $5, error_stack = $6 WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance, now_, failure.id, failure.message, failure.stack});
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (row) raise(*row, "onFail", "FAILED", failure);
  cascade(instance);
}

// With failureAndRerunMode CASCADE what waits for a failed instance fails with it; otherwise it goes on
// waiting for somebody to rerun or finish the failed one.
void Runs::cascade(const std::string& failed) {
  std::vector<std::string> work = {failed};
  while (!work.empty()) {
    std::string cause = std::move(work.back());
    work.pop_back();
    for (const Row& edge : session_.query("SELECT waiter FROM edges WHERE pipeline = $1 AND waits_for = $2 ORDER BY 1",
                                          {pipeline_.id, cause})) {
      std::optional<InstanceRow> waiter = find_instance(session_, pipeline_.id, edge.text(0));
      if (!waiter || is_final(waiter->status) || !waiter->cascade) continue;
      session_.query(
          "UPDATE instances SET status = 'CASCADE_FAILED', actual_end = $3, cascade_failed_on = $4, late_at "
          "= NULL "
          "WHERE pipeline = $1 AND id = $2",
          {pipeline_.id, waiter->id, now_, failed});
      work.push_back(waiter->id);
    }
  }
}

void Runs::cancel(const std::string& instance, std::string_view reason) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || is_final(row->status)) return;
  session_.query(
      "UPDATE attempts SET status = 'CANCELED', canceled = 1, actual_end = $3, deadline = NULL "
      "WHERE pipeline = $1 AND instance = $2 AND status IN ('WAITING_FOR_RUNNER', 'RUNNING')",
      {pipeline_.id, instance, now_});
  session_.query(
      "UPDATE instances SET status = 'CANCELED', actual_end = $3, cancellation_reason = $4, waiting_on = "
      "NULL, "
      "late_at = NULL WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance, now_, reason});
}

// Also what had failed because of it, or, with CASCADE, what comes after it.
void Runs::rerun(const std::string& instance) {
  std::vector<std::string> work = {instance};
  std::set<std::string> seen;
  while (!work.empty()) {
    std::string id = std::move(work.back());
    work.pop_back();
    std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, id);
    if (!row || !seen.insert(id).second) continue;
    if (!is_final(row->status) && id != instance) continue;
    session_.query(
        "UPDATE attempts SET status = 'CANCELED', canceled = 1, actual_end = $3, deadline = NULL "
        "WHERE pipeline = $1 AND instance = $2 AND status IN ('WAITING_FOR_RUNNER', 'RUNNING')",
        {pipeline_.id, id, now_});
    session_.query(
        "UPDATE instances SET status = 'WAITING_ON_DEPENDENCIES', tries = 0, actual_start = NULL, actual_end "
        "= NULL, "
        "error_id = NULL, error_message = NULL, error_stack = NULL, cascade_failed_on = NULL, "
        "cancellation_reason = NULL "
        "WHERE pipeline = $1 AND id = $2",
        {pipeline_.id, id});
    pending_.push_back(id);
    for (const Row& edge : session_.query("SELECT e.waiter, i.status, i.cascade FROM edges e JOIN instances "
                                          "i ON i.pipeline = e.pipeline AND "
                                          "i.id = e.waiter WHERE e.pipeline = $1 AND e.waits_for = $2",
                                          {pipeline_.id, id})) {
      if (edge.text(1) == "CASCADE_FAILED" || edge.number(2) != 0) work.push_back(edge.text(0));
    }
  }
}

void Runs::pause(const std::string& component) {
  session_.query("INSERT INTO paused (pipeline, component) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                 {pipeline_.id, component});
  session_.query(
      "UPDATE instances SET status = 'PAUSED' WHERE pipeline = $1 AND component = $2 AND status = "
      "'WAITING_ON_DEPENDENCIES'",
      {pipeline_.id, component});
}

void Runs::resume(const std::string& component) {
  session_.query("DELETE FROM paused WHERE pipeline = $1 AND component = $2", {pipeline_.id, component});
  for (const Row& row :
       session_.query("SELECT id FROM instances WHERE pipeline = $1 AND component = $2 AND status = 'PAUSED'",
                      {pipeline_.id, component})) {
    set_status(row.text(0), "WAITING_ON_DEPENDENCIES");
    pending_.push_back(row.text(0));
  }
}

void Runs::settle() {
  for (;;) {
    while (!pending_.empty()) {
      std::string instance = std::move(pending_.back());
      pending_.pop_back();
      promote(instance);
    }
    // An instance that ended may make room for the next interval.
    materialise();
    if (pending_.empty()) break;
  }
  plan_next_event();
}

}  // namespace pipexpr::service
