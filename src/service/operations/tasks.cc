// Operations of task runners: what they get, report and finish.
#include <algorithm>

#include <fmt/format.h>

#include "adapter/evaluate_expression.h"
#include "base/utf8.h"
#include "service/operations/operations.h"
#include "service/protocol.h"
#include "service/scheduler/instance_context.h"

namespace pipexpr::service {
namespace {

// A task's message may be as long as its runner likes; the row keeps what a person reads.
constexpr std::size_t kStoredMessage = 10240;

struct TaskRow {
  std::string pipeline;
  std::string attempt;
  std::string instance;
  std::string status;
  bool canceled = false;
  std::optional<Millis> timeout_at;
  std::string reported;
};

// The task's row, and its pipeline locked by then.
TaskRow require_task(Session& session, std::string_view task) {
  Rows rows = session.query(
      "SELECT pipeline, id, instance, status, canceled, timeout_at, fields FROM attempts WHERE task = $1", {task});
  if (rows.empty()) throw ServiceError{ErrorType::task_not_found, "there is no task with that taskId"};
  const Row& row = rows.front();
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.number(4) != 0,
          row.optional(5),
          std::string(row.text(6))};
}

void write_fields(const std::vector<FieldValue>& fields, Writer& out) {
  for (const FieldValue& field : fields) {
    if (field.is_reference) {
      write_ref_field(out, field.name, field.text);
    } else {
      write_string_field(out, field.name, field.text);
    }
  }
}

// The component's fields in this run, evaluated; the diagnostics when one cannot be.
Result<std::vector<FieldValue>> evaluate_object(const ScheduledDefinition& scheduled, ObjectId object,
                                                const InstanceContext& context) {
  std::vector<FieldValue> result;
  for (const PipelineDefinition::FieldInfo& info : scheduled.definition().fields(object, true)) {
    if (info.name == "id" || info.name == "name" || info.name == "parent" || info.name == "@pipelineId") continue;
    // Alarms are rendered when they are raised; what an activity refers to is not evaluated here.
    auto values = context.values(object, info);
    if (!values) return values.error();
    for (FieldValue& value : *values) result.push_back(std::move(value));
  }
  return result;
}

// A field of the object that was written and has become nothing, or empty.
std::optional<std::string> empty_field(const ScheduledDefinition& scheduled, ObjectId object,
                                       const std::vector<FieldValue>& values) {
  for (const PipelineDefinition::FieldInfo& info : scheduled.definition().fields(object, true)) {
    if (info.name == "id" || info.name == "name" || info.name == "parent" || info.name == "@pipelineId") continue;
    bool has_value = std::any_of(values.begin(), values.end(), [&](const FieldValue& value) {
      return value.name == info.name && !value.text.empty();
    });
    if (!has_value && info.field.count != 0) return std::string(info.name);
  }
  return std::nullopt;
}

}  // namespace

// A task that was taken for a runner, with what its fields are evaluated on.
struct Service::ClaimedTask {
  PipelineRow pipeline;
  InstanceRow instance;
  AttemptRow attempt;
  std::string task;
  std::shared_ptr<const ScheduledDefinition> scheduled;
  ObjectId node = kNoObject;  // what a precondition guards
};

// The longest ready task of the group becomes this runner's.
std::optional<Service::ClaimedTask> Service::reserve_task(std::string_view group, std::string_view hostname) {
  Millis now = clock_.now();
  return store_.transact([&](Session& session) -> std::optional<ClaimedTask> {
    static const std::string kSelect =
        "SELECT pipeline, id, instance, task FROM attempts WHERE worker_group = $1 AND "
        "status = 'WAITING_FOR_RUNNER' AND ready_at <= $2 ORDER BY ready_at, id LIMIT 1";
    static const std::string kSelectByAlias =
        "SELECT pipeline, id, instance, task FROM attempts WHERE group_alias = $1 AND "
        "status = 'WAITING_FOR_RUNNER' AND ready_at <= $2 ORDER BY ready_at, id LIMIT 1";
    Rows rows = session.query(kSelect + std::string(session.for_update_skip_locked()), {group, now});
    if (rows.empty())
      rows = session.query(kSelectByAlias + std::string(session.for_update_skip_locked()), {group, now});
    if (rows.empty()) return std::nullopt;
    std::string pipeline_id = rows.front().text(0);
    std::string id = rows.front().text(1);
    std::optional<PipelineRow> pipeline = find_pipeline(session, pipeline_id, false);
    std::optional<InstanceRow> instance = find_instance(session, pipeline_id, rows.front().text(2));
    if (!pipeline || !instance) return std::nullopt;
    std::optional<Millis> timeout;
    if (instance->attempt_timeout) timeout = now + *instance->attempt_timeout;
    Millis deadline = std::min(now + kFirstReport, timeout.value_or(now + kFirstReport));
    session.query(
        "UPDATE attempts SET status = 'RUNNING', hostname = $3, actual_start = $4, deadline = $5, "
        "timeout_at = $6 "
        "WHERE pipeline = $1 AND id = $2",
        {pipeline_id, id, hostname, now, deadline, timeout});
    session.query(
        "UPDATE instances SET status = 'RUNNING', actual_start = COALESCE(actual_start, $3), hostname = $4, "
        "report_time = NULL, fields = NULL WHERE pipeline = $1 AND id = $2",
        {pipeline_id, instance->id, now, hostname});
    if (!instance->resource.empty()) {
      session.query(
          "UPDATE instances SET status = 'RUNNING' WHERE pipeline = $1 AND id = $2 AND status IN ('CREATING', "
          "'WAITING_ON_DEPENDENCIES')",
          {pipeline_id, instance->resource});
    }
    instance->status = "RUNNING";
    instance->hostname = hostname;
    instance->report_time.reset();
    instance->reported.clear();
    if (!instance->actual_start) instance->actual_start = now;

    std::shared_ptr<const ScheduledDefinition> scheduled =
        this->scheduled_definition(session, pipeline_id, instance->version);
    ClaimedTask task{*pipeline, *instance, *find_attempt(session, pipeline_id, id), rows.front().text(3), scheduled};
    if (!instance->node.empty()) {
      std::optional<InstanceRow> node = find_instance(session, pipeline_id, instance->node);
      const Component* guarded = node ? scheduled->find(node->component) : nullptr;
      if (guarded != nullptr) task.node = guarded->object;
    }
    return task;
  });
}

// Writes the task; nothing, and why, when something of it has no value: a runner that is not told where to write would
// write anywhere.
std::optional<Failure> Service::write_task(const ClaimedTask& task, Writer& writer) {
  const ScheduledDefinition& scheduled = *task.scheduled;
  const Component* component = scheduled.find(task.instance.component);
  if (component == nullptr) return Failure{"EvaluationFailed", "the definition no longer has this object", ""};
  StoredInstances instances(store_, task.pipeline.id);
  InstanceContext instance_context(scheduled, task.pipeline, task.instance, &task.attempt, &instances,
                                   scheduled.in_run(evaluation()));
  if (task.node != kNoObject) instance_context.set_guarded(task.node);
  const auto evaluated = [&](ObjectId object) {
    return instance_context.evaluate([&] { return evaluate_object(scheduled, object, instance_context); });
  };
  auto fields = evaluated(component->object);
  if (!fields) return Failure{"EvaluationFailed", describe_to_author(fields.error()), ""};
  writer.StartObject();
  write_text(writer, "taskId", task.task);
  write_text(writer, "pipelineId", task.pipeline.id);
  write_text(writer, "attemptId", task.attempt.id);
  writer.Key("objects");
  writer.StartObject();
  write_key(writer, task.attempt.id);
  writer.StartObject();
  write_text(writer, "id", task.attempt.id);
  write_text(writer, "name", run_name(scheduled, task.instance, &task.attempt));
  writer.Key("fields");
  writer.StartArray();
  write_fields(runtime_fields(&scheduled, task.pipeline, task.instance, &task.attempt), writer);
  write_ref_field(writer, "parent", task.instance.component);
  write_fields(*fields, writer);
  writer.EndArray();
  writer.EndObject();
  // What the task reads and writes, with its paths: a runner needs them and could only ask for them
  // otherwise.
  std::vector<ObjectId> seen;
  for (std::string_view reference : {"input", "output"}) {
    for (ObjectId target : scheduled.references(component->object, reference)) {
      if (std::find(seen.begin(), seen.end(), target) != seen.end()) continue;
      seen.push_back(target);
      auto target_fields = evaluated(target);
      if (!target_fields) {
        return Failure{"EvaluationFailed",
                       fmt::format("{} '{}' has no value: {}", reference, scheduled.definition().id(target),
                                   describe_to_author(target_fields.error())),
                       ""};
      }
      if (std::optional<std::string> empty = empty_field(scheduled, target, *target_fields)) {
        return Failure{"EvaluationFailed",
                       fmt::format("{} '{}' has no value: its field '{}' is empty in this run", reference,
                                   scheduled.definition().id(target), *empty),
                       ""};
      }
      std::string target_id(scheduled.definition().id(target));
      write_key(writer, target_id);
      writer.StartObject();
      write_text(writer, "id", target_id);
      write_text(writer, "name", scheduled.definition().name(target));
      writer.Key("fields");
      writer.StartArray();
      write_fields(*target_fields, writer);
      writer.EndArray();
      writer.EndObject();
    }
  }
  writer.EndObject();
  writer.EndObject();
  return std::nullopt;
}

// The same definition would give the same error to every runner: there is nothing to retry.
void Service::fail_task(const ClaimedTask& task, const Failure& failure) {
  change(task.pipeline.id, [&](Session& session, PipelineRow& row, InstanceLifecycle& runs) {
    session.query(
        "UPDATE attempts SET status = 'FAILED', actual_end = $3, deadline = NULL, error_id = $4, error_message = $5 "
        "WHERE pipeline = $1 AND id = $2 AND status = 'RUNNING'",
        {row.id, task.attempt.id, clock_.now(), failure.id, failure.message});
    if (session.changed() == 0) return;  // canceled, or taken by another runner by now
    runs.note_end("FAILED");
    runs.log("attempt_failed", task.attempt.id, failure.id, failure.message);
    session.query("UPDATE instances SET tries = tries + 1 WHERE pipeline = $1 AND id = $2", {row.id, task.instance.id});
    runs.fail(task.instance.id, failure);
  });
}

// Takes one ready task of the group and writes it. It is taken first and evaluated then, outside of the transaction:
// whatever its expressions cost, no lock is held while they are evaluated.
bool Service::claim(std::string_view group, std::string_view hostname, Writer& out) {
  while (std::optional<ClaimedTask> task = reserve_task(group, hostname)) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    if (std::optional<Failure> failure = write_task(*task, writer)) {
      fail_task(*task, *failure);
      continue;
    }
    metrics_.task("handed_out");
    out.Key("taskObject");
    out.RawValue(buffer.GetString(), buffer.GetSize(), rapidjson::kObjectType);
    return true;
  }
  return false;
}

void Operations::report_task_progress(Service& service, const Exchange& exchange, Writer& out) {
  const Json* fields = member_of(exchange.input, "fields");
  Millis now = service.clock_.now();
  bool canceled = service.store_.transact([&](Session& session) {
    TaskRow task = require_task(session, text_of(exchange.input, "taskId"));
    require_pipeline(session, task.pipeline);
    if (task.status != "RUNNING") return true;  // canceled, or taken by another runner by now
    std::optional<InstanceRow> instance = find_instance(session, task.pipeline, task.instance);
    Millis deadline = now + (instance ? instance->report_timeout : kReport);
    if (task.timeout_at) deadline = std::min(deadline, *task.timeout_at);
    const std::string merged = merged_report(task.reported, fields);
    const Argument stored = merged.empty() ? Argument() : Argument(merged);
    session.query(
        "UPDATE attempts SET deadline = $3, report_time = $4, fields = $5 WHERE pipeline = $1 AND id = $2 AND status = "
        "'RUNNING'",
        {task.pipeline, task.attempt, deadline, now, stored});
    if (session.changed() == 0) return true;
    session.query("UPDATE instances SET report_time = $3, fields = $4 WHERE pipeline = $1 AND id = $2",
                  {task.pipeline, task.instance, now, stored});
    return false;
  });
  write_flag(out, "canceled", canceled);
}

void Operations::report_task_runner_heartbeat(Service& service, const Exchange& exchange, Writer& out) {
  Millis now = service.clock_.now();
  bool terminate = service.store_.transact([&](Session& session) {
    session.query(
        "INSERT INTO runners (id, worker_group, hostname, seen, terminate) VALUES ($1, $2, $3, $4, 0) ON "
        "CONFLICT (id) DO "
        "UPDATE SET worker_group = excluded.worker_group, hostname = excluded.hostname, seen = excluded.seen",
        {text_of(exchange.input, "taskrunnerId"), text_of(exchange.input, "workerGroup"),
         text_of(exchange.input, "hostname"), now});
    return session.query("SELECT terminate FROM runners WHERE id = $1", {text_of(exchange.input, "taskrunnerId")})
               .front()
               .number(0) != 0;
  });
  write_flag(out, "terminate", terminate);
}

void Operations::set_task_status(Service& service, const Exchange& exchange, Writer& /*out*/) {
  const Json& input = exchange.input;
  std::string status(text_of(input, "taskStatus"));
  Failure failure{std::string(text_of(input, "errorId")),
                  std::string(base::cut_utf8(text_of(input, "errorMessage"), kStoredMessage)),
                  std::string(text_of(input, "errorStackTrace"))};
  if (failure.id.starts_with("Service_")) {
    throw ServiceError{ErrorType::invalid_request,
                       "errorId must not begin with 'Service_', which is for the service's own errors"};
  }
  std::string_view task_id = text_of(input, "taskId");
  std::string pipeline = service.store_.read([&](Session& session) { return require_task(session, task_id).pipeline; });
  Millis now = service.clock_.now();
  service.change(pipeline, [&](Session& session, PipelineRow& row, InstanceLifecycle& runs) {
    TaskRow task = require_task(session, task_id);
    // A canceled task may still be reported, and a report may be sent twice: neither changes anything.
    if (task.canceled || task.status == status) return;
    if (task.status != "RUNNING") {
      throw ServiceError{ErrorType::task_not_found,
                         fmt::format("the task is no longer running: its attempt is {}", task.status)};
    }
    std::optional<InstanceRow> instance = find_instance(session, row.id, task.instance);
    bool is_precondition = instance && instance->role == role_name(Role::precondition);
    if (failure.message.empty() && status == "FALSE") {
      failure.message =
          is_precondition ? "the precondition was not met" : "the task ended with FALSE, which only a precondition can";
    }
    session.query(
        "UPDATE attempts SET status = $3, actual_end = $4, deadline = NULL, error_id = $5, error_message = "
        "$6, "
        "error_stack = $7 WHERE pipeline = $1 AND id = $2",
        {row.id, task.attempt, status, now, failure.id, failure.message, failure.stack});
    runs.note_end(status);
    if (status == "FINISHED") return runs.complete(task.instance);
    if (status == "FALSE" && is_precondition) return runs.not_met(task.instance);
    runs.attempt_failed(task.instance, status, failure);
  });
}

}  // namespace pipexpr::service
