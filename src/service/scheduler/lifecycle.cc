// Moves instances and attempts from state to state.
#include "service/scheduler/lifecycle.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "base/secret_mask.h"
#include "base/utf8.h"
#include "service/scheduler/runtime_values.h"

namespace pipexpr::service {
namespace {

// Of a runner's message, in the log.
constexpr std::size_t kLoggedMessage = 1000;

std::string random_text(std::string_view letters, std::size_t length) {
  std::string result(length, letters.front());
  std::vector<unsigned char> bytes(length);
  RAND_bytes(bytes.data(), static_cast<int>(length));
  for (std::size_t i = 0; i < length; ++i) result[i] = letters[bytes[i] % letters.size()];
  return result;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

}  // namespace

std::string random_token(std::size_t length) { return random_text(kLetters, length); }

std::string random_pipeline_id() { return "df-0" + random_text(kDigits, 6) + random_text(kLetters, 13); }

InstanceLifecycle::InstanceLifecycle(Session& session, PipelineRow& pipeline, DefinitionsByVersion definitions,
                                     Millis now)
    : session_(session), pipeline_(pipeline), definitions_(std::move(definitions)), now_(now) {
  post_commit_.pipeline = pipeline.id;
}

const ScheduledDefinition& InstanceLifecycle::active_definition() {
  if (!active_definition_) active_definition_ = definitions_(pipeline_.active_version);
  return *active_definition_;
}

// The secrets are those of the definitions by which the instance and any of its attempts ran, too: one that was
// replaced since may still be in what a runner says.
std::string InstanceLifecycle::masked(std::string_view object, std::string text) {
  if (text.empty()) return text;
  std::set<std::int64_t> versions;
  if (pipeline_.active_version != 0) versions.insert(pipeline_.active_version);
  base::SecretMask reported;
  Rows attempt =
      session_.query("SELECT instance FROM attempts WHERE pipeline = $1 AND id = $2", {pipeline_.id, object});
  const std::string instance = attempt.empty() ? std::string(object) : std::string(attempt.front().text(0));
  for (const Row& row : session_.query("SELECT version, fields FROM instances WHERE pipeline = $1 AND id = $2 UNION "
                                       "SELECT version, fields FROM attempts WHERE pipeline = $1 AND instance = $2",
                                       {pipeline_.id, instance})) {
    versions.insert(row.number(0));
    for (const std::string& secret : reported_secrets(std::string(row.text(1)))) reported.learn(secret);
  }
  std::vector<std::shared_ptr<const ScheduledDefinition>> definitions;
  std::vector<const base::SecretMask*> masks = {&reported};
  for (const std::int64_t version : versions) {
    definitions.push_back(definitions_(version));
    masks.push_back(&definitions.back()->secrets());
  }
  base::SecretMask::replace(text, masks);
  return text;
}

void InstanceLifecycle::log(std::string_view event, std::string_view object, std::string_view error_id,
                            std::string_view why) {
  std::string text = masked(object, std::string(why));
  // Last, as a secret that is cut would not be found.
  text.resize(base::cut_utf8(text, kLoggedMessage).size());
  post_commit_.log.push_back(
      {std::string(event), std::string(object), masked(object, std::string(error_id)), std::move(text)});
}

// --- transitions
// -----------------------------------------------------------------------------------------------------

void InstanceLifecycle::set_status(std::string_view instance, std::string_view status) {
  session_.query("UPDATE instances SET status = $3 WHERE pipeline = $1 AND id = $2", {pipeline_.id, instance, status});
}

// A run that begins takes the definition that is active by then, so that what was corrected can be run again. Which
// objects there are and what they refer to cannot change, so its dependencies stay.
void InstanceLifecycle::refresh(InstanceRow& instance) {
  if (pipeline_.active_version == 0) return;
  if (instance.activation != pipeline_.activations) {
    instance.activation = pipeline_.activations;
    session_.query("UPDATE instances SET activation = $3 WHERE pipeline = $1 AND id = $2",
                   {pipeline_.id, instance.id, instance.activation});
    session_.query(
        "UPDATE attempts SET activation = $3 WHERE pipeline = $1 AND instance = $2 AND status IN "
        "('WAITING_FOR_RUNNER', 'PAUSED')",
        {pipeline_.id, instance.id, instance.activation});
  }
  if (instance.version == pipeline_.active_version) return;
  const ScheduledDefinition& scheduled = active_definition();
  const Component* component = scheduled.find(instance.component);
  if (component == nullptr) return;
  const Component* guarded = nullptr;
  if (!instance.node.empty()) {
    std::optional<InstanceRow> node = find_instance(session_, pipeline_.id, instance.node);
    if (node) guarded = scheduled.find(node->component);
  }
  apply_settings(scheduled, *component, guarded, pipeline_.id, instance);
  instance.version = pipeline_.active_version;
  session_.query(
      "UPDATE instances SET version = $3, worker_group = $4, group_alias = $5, resource = $6, max_retries = $7, "
      "retry_delay = $8, report_timeout = $9, attempt_timeout = $10, give_up_after = $11, cascade = $12 WHERE pipeline "
      "= $1 AND id = $2",
      {pipeline_.id, instance.id, instance.version, instance.worker_group,
       instance.group_alias.empty() ? Argument() : Argument(instance.group_alias),
       instance.resource.empty() ? Argument() : Argument(instance.resource), instance.max_retries, instance.retry_delay,
       instance.report_timeout, instance.attempt_timeout, instance.give_up_after, instance.cascade});
  session_.query(
      "UPDATE attempts SET worker_group = $3, group_alias = $4, version = $5 WHERE pipeline = $1 AND instance = $2 AND "
      "status IN ('WAITING_FOR_RUNNER', 'PAUSED')",
      {pipeline_.id, instance.id, instance.worker_group,
       instance.group_alias.empty() ? Argument() : Argument(instance.group_alias), instance.version});
  if (instance.status == "WAITING_FOR_RUNNER") {
    ++post_commit_.ready[instance.worker_group];
    if (!instance.group_alias.empty()) ++post_commit_.ready[instance.group_alias];
  }
}

// What it waits for and what will not come by itself.
std::optional<std::string> InstanceLifecycle::failed_dependency(std::string_view instance) {
  Rows rows = session_.query(
      "SELECT e.waits_for FROM edges e JOIN instances i ON i.pipeline = e.pipeline AND i.id = e.waits_for WHERE "
      "e.pipeline = $1 AND e.waiter = $2 AND (i.status IN ('FAILED', 'CASCADE_FAILED') OR (i.status = 'CANCELED' AND "
      "i.resumes <> $3 AND (i.node IS NULL OR i.node <> $2))) ORDER BY 1 LIMIT 1",
      {pipeline_.id, instance, kResumes});
  return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

// Starts what waits, once everything that it waits for has finished.
void InstanceLifecycle::promote(const std::string& instance) {
  if (pipeline_.state != "SCHEDULED") return;  // the next activation looks again
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || row->role == role_name(Role::resource)) return;
  if (row->status != "WAITING_ON_DEPENDENCIES" && row->status != "PAUSED") return;
  Rows paused =
      session_.query("SELECT 1 FROM paused WHERE pipeline = $1 AND component = $2", {pipeline_.id, row->component});
  // What it waits for goes on while it is held, and what is left is shown. One whose task is held waits for nothing.
  const bool is_paused = !paused.empty();
  if (is_paused && !session_
                        .query("SELECT 1 FROM attempts WHERE pipeline = $1 AND instance = $2 AND status = 'PAUSED'",
                               {pipeline_.id, instance})
                        .empty())
    return;
  if (row->cascade && !is_paused) {
    if (std::optional<std::string> cause = failed_dependency(instance)) {
      if (row->role == role_name(Role::precondition)) return;  // its object fails, and takes it along
      cascade_fail(*row, *cause);
      return cascade(instance);
    }
  }
  Rows open = session_.query(
      "SELECT e.waits_for, i.id FROM edges e LEFT JOIN instances i ON i.pipeline = e.pipeline AND i.id = "
      "e.waits_for "
      "WHERE e.pipeline = $1 AND e.waiter = $2 AND (i.status IS NULL OR i.status <> 'FINISHED') ORDER BY 1",
      {pipeline_.id, instance});
  std::erase_if(open, [&](const Row& each) { return each.is_null(1) && !will_be_made(each.text(0)); });
  if (!open.empty() || is_paused) {
    std::string waiting_on;
    for (const Row& each : open) waiting_on += (waiting_on.empty() ? "" : "\n") + std::string(each.text(0));
    session_.query("UPDATE instances SET status = $3, waiting_on = $4 WHERE pipeline = $1 AND id = $2",
                   {pipeline_.id, instance, is_paused ? "PAUSED" : "WAITING_ON_DEPENDENCIES",
                    waiting_on.empty() ? Argument() : Argument(waiting_on)});
    return;
  }
  if (row->role == role_name(Role::data_node)) return complete(instance);
  start(*std::move(row), now_);
}

// Makes the next attempt and offers it to the runners. The instance shows what is known of this one, and nothing of the
// attempt before.
void InstanceLifecycle::start(InstanceRow instance, Millis ready_at) {
  refresh(instance);
  std::int64_t number = instance.attempts + 1;
  Argument alias = instance.group_alias.empty() ? Argument() : Argument(instance.group_alias);
  bool is_paused =
      !session_.query("SELECT 1 FROM paused WHERE pipeline = $1 AND component = $2", {pipeline_.id, instance.component})
           .empty();
  std::string_view status = is_paused ? "PAUSED" : "WAITING_FOR_RUNNER";
  std::string id = attempt_id(instance.id, number);
  std::string task = random_token(64);
  session_.query(
      "INSERT INTO attempts (pipeline, id, instance, number, task, status, worker_group, group_alias, ready_at, "
      "canceled, version, activation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)",
      {pipeline_.id, id, instance.id, number, task, status, instance.worker_group, alias, ready_at, instance.version,
       instance.activation});
  if (instance.give_up_after && !instance.give_up_at) instance.give_up_at = now_ + *instance.give_up_after;
  session_.query(
      "UPDATE instances SET status = $3, attempts = $4, give_up_at = $5, waiting_on = NULL, hostname = NULL, "
      "report_time = NULL, fields = NULL, error_id = NULL, error_message = NULL, error_stack = NULL "
      "WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance.id, status, number, instance.give_up_at});
  if (!instance.resource.empty()) resources_.insert(instance.resource);
  if (ready_at > now_ || is_paused) return;
  ++post_commit_.ready[instance.worker_group];
  if (!instance.group_alias.empty()) ++post_commit_.ready[instance.group_alias];
}

void InstanceLifecycle::complete(std::string_view instance) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || row->status == "FINISHED") return;
  session_.query(
      "UPDATE instances SET status = 'FINISHED', actual_start = COALESCE(actual_start, $3), actual_end = $3, "
      "waiting_on = NULL, late_at = NULL, give_up_at = NULL, resumes = 0, error_id = NULL, error_message = NULL, "
      "error_stack = NULL, cancellation_reason = NULL, cascade_failed_on = NULL WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance, now_});
  raise(*row, "onSuccess");
  note_health(*row, true);
  if (!row->resource.empty()) resources_.insert(row->resource);
  for (const Row& dependent :
       session_.query("SELECT waiter FROM edges WHERE pipeline = $1 AND waits_for = $2", {pipeline_.id, instance})) {
    pending_.push_back(dependent.text(0));
  }
}

void InstanceLifecycle::attempt_failed(std::string_view instance, std::string_view status, const Failure& failure,
                                       bool at_once) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || is_final(row->status)) return;
  log("attempt_failed", attempt_id(instance, row->attempts), failure.id,
      failure.message.empty() ? status : std::string_view(failure.message));
  std::int64_t tries = row->tries + 1;
  if (tries > row->max_retries) return fail(row->id, failure);
  session_.query(
      "UPDATE instances SET tries = $3, error_id = $4, error_message = $5, error_stack = $6 WHERE pipeline = "
      "$1 AND id = $2",
      {pipeline_.id, instance, tries, failure.id, failure.message, failure.stack});
  row->tries = tries;
  // It has tries left, which it takes when the pipeline goes on.
  if (pipeline_.state != "SCHEDULED") return stop(*row, "the pipeline was deactivated", Cause::deactivation);
  Millis ready_at = at_once ? now_ : now_ + row->retry_delay;
  start(*std::move(row), ready_at);
}

void InstanceLifecycle::not_met(std::string_view instance) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row || is_final(row->status)) return;
  if (pipeline_.state != "SCHEDULED") return stop(*row, "the pipeline was deactivated", Cause::deactivation);
  Millis ready_at = now_ + row->retry_delay;
  start(*std::move(row), ready_at);
}

void InstanceLifecycle::fail(const std::string& instance, const Failure& failure) {
  session_.query(
      "UPDATE instances SET status = 'FAILED', actual_end = $3, waiting_on = NULL, late_at = NULL, give_up_at = NULL, "
      "error_id = $4, error_message = $5, error_stack = $6 WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance, now_, failure.id, failure.message, failure.stack});
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row) return;
  log("instance_failed", instance, failure.id, failure.message);
  raise(*row, "onFail");
  note_health(*row, false);
  if (!row->resource.empty()) resources_.insert(row->resource);
  cancel_preconditions(instance);
  cascade(instance);
}

void InstanceLifecycle::withdraw_attempts(std::string_view instance) {
  session_.query(
      "UPDATE attempts SET status = 'CANCELED', canceled = 1, actual_end = $3, deadline = NULL "
      "WHERE pipeline = $1 AND instance = $2 AND status IN ('WAITING_FOR_RUNNER', 'RUNNING', 'PAUSED')",
      {pipeline_.id, instance, now_});
}

// Those of an object that failed: no instance needs their result any more.
void InstanceLifecycle::cancel_preconditions(std::string_view instance) {
  Rows guards = session_.query(
      "SELECT i.id FROM edges e JOIN instances i ON i.pipeline = e.pipeline AND i.id = e.waits_for WHERE e.pipeline = "
      "$1 AND e.waiter = $2 AND i.node = $2",
      {pipeline_.id, instance});
  for (const Row& guard : guards) {
    std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, guard.text(0));
    if (row && !is_final(row->status)) stop(*row, "what it guards has failed", Cause::user);
  }
}

// What an instance has failed on is what failed by itself, also when `cause` has only failed with that.
void InstanceLifecycle::cascade_fail(const InstanceRow& instance, const std::string& cause) {
  const std::optional<InstanceRow> failed = find_instance(session_, pipeline_.id, cause);
  const std::string& root = failed && !failed->cascade_failed_on.empty() ? failed->cascade_failed_on : cause;
  session_.query(
      "UPDATE instances SET status = 'CASCADE_FAILED', actual_end = $3, cascade_failed_on = $4, waiting_on = NULL, "
      "late_at = NULL WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance.id, now_, root});
  log("cascade_failed", instance.id, "", root);
  raise(instance, "onFail");
  note_health(instance, false);
  if (!instance.resource.empty()) resources_.insert(instance.resource);
  cancel_preconditions(instance.id);
}

// With failureAndRerunMode CASCADE what waits for an object that failed or was canceled fails with it; otherwise it
// goes on waiting for a client to rerun or finish the failed one.
void InstanceLifecycle::cascade(const std::string& failed) {
  std::vector<std::string> work = {failed};
  while (!work.empty()) {
    std::string cause = std::move(work.back());
    work.pop_back();
    for (const Row& edge : session_.query("SELECT waiter FROM edges WHERE pipeline = $1 AND waits_for = $2 ORDER BY 1",
                                          {pipeline_.id, cause})) {
      std::optional<InstanceRow> dependent = find_instance(session_, pipeline_.id, edge.text(0));
      if (!dependent || !dependent->cascade || dependent->role == role_name(Role::precondition)) continue;
      if (dependent->status != "WAITING_ON_DEPENDENCIES" && dependent->status != "PAUSED") continue;
      cascade_fail(*dependent, failed);
      work.push_back(dependent->id);
    }
  }
}

void InstanceLifecycle::stop(const InstanceRow& instance, std::string_view reason, Cause cause) {
  withdraw_attempts(instance.id);
  session_.query(
      "UPDATE instances SET status = 'CANCELED', actual_end = $3, cancellation_reason = $4, resumes = $5, waiting_on = "
      "NULL, late_at = NULL, give_up_at = NULL WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance.id, now_, reason, cause == Cause::deactivation});
  if (!instance.resource.empty()) resources_.insert(instance.resource);
}

void InstanceLifecycle::cancel(const std::string& instance, std::string_view reason) {
  std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, instance);
  if (!row) return;
  if (is_final(row->status)) {
    // Canceled for good: the next activation leaves it alone.
    session_.query("UPDATE instances SET resumes = 0 WHERE pipeline = $1 AND id = $2", {pipeline_.id, instance});
    return;
  }
  stop(*row, reason, Cause::user);
  log("canceled", instance, "", reason);
  note_health(*row, false);
  for (const Row& activity :
       session_.query("SELECT id FROM instances WHERE pipeline = $1 AND resource = $2", {pipeline_.id, instance})) {
    cancel(activity.text(0), reason);
  }
  cancel_preconditions(instance);
  cascade(instance);
}

void InstanceLifecycle::mark_finished(const std::string& instance) {
  withdraw_attempts(instance);
  complete(instance);
}

// A run that is taken up again begins now, so that it is late by its new beginning, whether it was late before or not.
void InstanceLifecycle::begin_again(const InstanceRow& instance) {
  const Component* component = active_definition().find(instance.component);
  std::optional<Millis> late = component == nullptr ? std::nullopt : late_at(*component, run_of(instance));
  session_.query(
      "UPDATE instances SET actual_start = $3, actual_end = NULL, late_at = $4 WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance.id, now_, late});
}

// Back to where it waits for its dependencies.
void InstanceLifecycle::restart(InstanceRow instance, bool is_rerun) {
  withdraw_attempts(instance.id);
  std::int64_t tries = is_rerun ? 0 : instance.tries;
  session_.query(
      "UPDATE instances SET status = 'WAITING_ON_DEPENDENCIES', tries = $3, "
      "rerun = CASE WHEN $4 = 1 THEN 1 ELSE rerun END, resumes = 0, give_up_at = NULL, error_id = NULL, error_message "
      "= NULL, error_stack = NULL, cascade_failed_on = NULL, cancellation_reason = NULL, hostname = NULL, "
      "report_time = NULL, fields = NULL WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, instance.id, tries, is_rerun ? 1 : 0});
  begin_again(instance);
  instance.status = "WAITING_ON_DEPENDENCIES";
  refresh(instance);
  if (!instance.resource.empty()) {
    std::optional<InstanceRow> resource = find_instance(session_, pipeline_.id, instance.resource);
    if (resource && is_final(resource->status)) renew_resource(*std::move(resource));
    resources_.insert(instance.resource);
  }
  pending_.push_back(instance.id);
  // It may have finished before: what still waits for something waits for it again.
  for (const Row& waiter : session_.query(
           "SELECT e.waiter FROM edges e JOIN instances i ON i.pipeline = e.pipeline AND i.id = e.waiter WHERE "
           "e.pipeline = $1 AND e.waits_for = $2 AND i.status IN ('WAITING_ON_DEPENDENCIES', 'PAUSED')",
           {pipeline_.id, instance.id})) {
    pending_.push_back(waiter.text(0));
  }
}

// It is made anew, and what its state is then follows from its activities.
void InstanceLifecycle::renew_resource(InstanceRow resource) {
  session_.query(
      "UPDATE instances SET status = 'WAITING_ON_DEPENDENCIES', cancellation_reason = NULL "
      "WHERE pipeline = $1 AND id = $2",
      {pipeline_.id, resource.id});
  begin_again(resource);
  resource.status = "WAITING_ON_DEPENDENCIES";
  refresh(resource);
  resources_.insert(resource.id);
}

// Also what had failed because of it, and data: it does nothing itself, and is there again when what it waits for has
// ended, so that what reads it waits as what depends on its writer does. An object whose own dependencies have failed
// stays as it is: "you must trace the failure up the dependency chain". It is looked at again with each of them that is
// taken up here, so that the last one takes it along, in whatever order they come.
void InstanceLifecycle::rerun(const std::string& instance) {
  std::vector<std::string> work = {instance};
  std::set<std::string> seen;
  while (!work.empty()) {
    std::string id = std::move(work.back());
    work.pop_back();
    std::optional<InstanceRow> row = find_instance(session_, pipeline_.id, id);
    if (!row || seen.count(id) != 0) continue;
    if (row->status == "CASCADE_FAILED" && failed_dependency(id)) continue;
    seen.insert(id);
    if (row->role == role_name(Role::resource)) {
      for (const Row& activity :
           session_.query("SELECT id FROM instances WHERE pipeline = $1 AND resource = $2", {pipeline_.id, id})) {
        work.push_back(activity.text(0));
      }
      renew_resource(*std::move(row));
      continue;
    }
    restart(*row, true);
    // What guards it was canceled with it, or has failed: it is asked again.
    for (const Row& guard :
         session_.query("SELECT i.id FROM edges e JOIN instances i ON i.pipeline = e.pipeline AND i.id = e.waits_for "
                        "WHERE e.pipeline = $1 AND e.waiter = $2 AND i.node = $2 AND i.status <> 'FINISHED'",
                        {pipeline_.id, id})) {
      std::optional<InstanceRow> precondition = find_instance(session_, pipeline_.id, guard.text(0));
      if (precondition && is_final(precondition->status)) restart(*std::move(precondition), true);
    }
    for (const Row& edge :
         session_.query("SELECT e.waiter FROM edges e JOIN instances i ON i.pipeline = e.pipeline AND i.id = e.waiter "
                        "WHERE e.pipeline = $1 AND e.waits_for = $2 AND (i.status = 'CASCADE_FAILED' OR (i.status = "
                        "'FINISHED' AND i.role = 'data_node')) ORDER BY 1",
                        {pipeline_.id, id})) {
      work.push_back(edge.text(0));
    }
  }
}

void InstanceLifecycle::pause(const std::string& component) {
  session_.query("INSERT INTO paused (pipeline, component) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                 {pipeline_.id, component});
  // Tasks that no runner has yet are held too.
  session_.query(
      "UPDATE attempts SET status = 'PAUSED' WHERE pipeline = $1 AND status = 'WAITING_FOR_RUNNER' AND instance IN "
      "(SELECT id FROM instances WHERE pipeline = $1 AND component = $2 AND status = 'WAITING_FOR_RUNNER')",
      {pipeline_.id, component});
  session_.query(
      "UPDATE instances SET status = 'PAUSED' WHERE pipeline = $1 AND component = $2 AND status IN "
      "('WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER')",
      {pipeline_.id, component});
}

void InstanceLifecycle::resume(const std::string& component) {
  session_.query("DELETE FROM paused WHERE pipeline = $1 AND component = $2", {pipeline_.id, component});
  for (const Row& row :
       session_.query("SELECT id FROM instances WHERE pipeline = $1 AND component = $2 AND status = 'PAUSED'",
                      {pipeline_.id, component})) {
    std::optional<InstanceRow> instance = find_instance(session_, pipeline_.id, row.text(0));
    session_.query(
        "UPDATE attempts SET status = 'WAITING_FOR_RUNNER' WHERE pipeline = $1 AND instance = $2 AND status = 'PAUSED'",
        {pipeline_.id, row.text(0)});
    bool has_task = session_.changed() != 0;
    set_status(row.text(0), has_task ? "WAITING_FOR_RUNNER" : "WAITING_ON_DEPENDENCIES");
    if (!has_task) {
      pending_.push_back(row.text(0));
    } else if (instance) {
      ++post_commit_.ready[instance->worker_group];
      if (!instance->group_alias.empty()) ++post_commit_.ready[instance->group_alias];
    }
  }
}

void InstanceLifecycle::settle() {
  for (;;) {
    while (!pending_.empty()) {
      std::string instance = std::move(pending_.back());
      pending_.pop_back();
      promote(instance);
    }
    // An instance that ended may free a place for the next interval.
    create_due_instances();
    if (pending_.empty()) break;
  }
  settle_resources();
  settle_health();
  render_alarms();
  plan_next_event();
}

}  // namespace pipexpr::service
