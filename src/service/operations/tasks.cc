// Operations of task runners: what they get, report and finish.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "service/scheduler/instance_context.h"
#include "service/operations/operations.h"

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
};

// The task's row, and its pipeline locked by then.
TaskRow require_task(Session& session, std::string_view task) {
  Rows rows = session.query("SELECT pipeline, id, instance, status, canceled, timeout_at FROM attempts WHERE task = $1",
                            {task});
  if (rows.empty()) throw Fault{FaultType::task_not_found, "there is no task with that taskId"};
  const Row& row = rows.front();
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.number(4) != 0, row.optional(5)};
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
Result<std::vector<FieldValue>> evaluate_object(const Plan& plan, ObjectId object, const Context& context,
                                                const EvaluateOptions& options) {
  std::vector<FieldValue> result;
  for (const PipelineDefinition::FieldInfo& info : plan.definition().fields(object, true)) {
    if (info.name == "id" || info.name == "name" || info.name == "parent" || info.name == "@pipelineId") continue;
    // Alarms are rendered when they are raised; what an activity refers to is not evaluated here.
    auto values = evaluate_field(plan.definition(), info, context, options);
    if (!values) return values.error();
    for (FieldValue& value : *values) result.push_back(std::move(value));
  }
  return result;
}

}  // namespace

// Takes one ready task of the group, writes it, and is done with it before anybody else can see it.
bool Service::claim(std::string_view group, std::string_view hostname, Writer& out) {
  for (;;) {
    Aftermath aftermath;
    enum class Outcome { nothing, taken, failed } outcome = Outcome::nothing;
    rapidjson::StringBuffer buffer;
    outcome = store_.transact([&](Session& session) {
      buffer.Clear();
      aftermath = {};
      Millis now = clock_.now();
      static const std::string kSelect =
          "SELECT pipeline, id, instance, task, number FROM attempts WHERE worker_group = $1 AND "
          "status = 'WAITING_FOR_RUNNER' AND ready_at <= $2 ORDER BY ready_at, id LIMIT 1";
      Rows rows = session.query(kSelect + std::string(session.for_update_skip_locked()), {group, now});
      if (rows.empty()) return Outcome::nothing;
      std::string pipeline_id = rows.front().text(0);
      std::string id = rows.front().text(1);
      std::string task = rows.front().text(3);
      std::optional<PipelineRow> pipeline = find_pipeline(session, pipeline_id, false);
      std::optional<InstanceRow> instance = find_instance(session, pipeline_id, rows.front().text(2));
      if (!pipeline || !instance) return Outcome::nothing;
      std::optional<Millis> timeout;
      if (instance->attempt_timeout) timeout = now + *instance->attempt_timeout;
      Millis deadline = std::min(now + kFirstReport, timeout.value_or(now + kFirstReport));
      session.query(
          "UPDATE attempts SET status = 'RUNNING', hostname = $3, actual_start = $4, deadline = $5, "
          "timeout_at = $6 "
          "WHERE pipeline = $1 AND id = $2",
          {pipeline_id, id, hostname, now, deadline, timeout});
      session.query(
          "UPDATE instances SET status = 'RUNNING', actual_start = COALESCE(actual_start, $3) WHERE pipeline "
          "= $1 AND id = $2",
          {pipeline_id, instance->id, now});
      instance->status = "RUNNING";
      if (!instance->actual_start) instance->actual_start = now;

      std::shared_ptr<const Plan> plan = this->plan(session, pipeline_id, instance->version);
      std::optional<AttemptRow> attempt = find_attempt(session, pipeline_id, id);
      const Component* component = plan->find(instance->component);
      Occurrence occurrence(*plan, *pipeline, *instance, &*attempt);
      if (!instance->node.empty()) {
        std::optional<InstanceRow> node = find_instance(session, pipeline_id, instance->node);
        const Component* guarded = node ? plan->find(node->component) : nullptr;
        if (guarded != nullptr) occurrence.set_node(guarded->object);
      }
      EvaluateOptions options;
      options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.evaluation_deadline);
      auto fields = evaluate_object(*plan, component->object, occurrence.context(component->object), options);
      if (!fields) {
        // The same definition would give the same error to every runner: there is nothing to retry.
        Failure failure{"EvaluationFailed", describe(fields.error()), ""};
        session.query(
            "UPDATE attempts SET status = 'FAILED', actual_end = $3, deadline = NULL, error_id = $4, "
            "error_message = $5 "
            "WHERE pipeline = $1 AND id = $2",
            {pipeline_id, id, now, failure.id, failure.message});
        pipeline = find_pipeline(session, pipeline_id, true);
        Runs runs(session, *pipeline, plans_of(session, *pipeline), now);
        runs.fail(instance->id, failure);
        runs.settle();
        aftermath = runs.take();
        ++aftermath.ended["FAILED"];
        return Outcome::failed;
      }
      Writer writer(buffer);
      writer.StartObject();
      write_text(writer, "taskId", task);
      write_text(writer, "pipelineId", pipeline_id);
      write_text(writer, "attemptId", id);
      writer.Key("objects");
      writer.StartObject();
      write_key(writer, id);
      writer.StartObject();
      write_text(writer, "id", id);
      write_text(writer, "name", id);
      writer.Key("fields");
      writer.StartArray();
      write_fields(runtime_fields(*pipeline, *instance, &*attempt), writer);
      write_ref_field(writer, "parent", instance->component);
      write_fields(*fields, writer);
      writer.EndArray();
      writer.EndObject();
      // What the task reads and writes, with its paths: a runner needs them and could only ask for them
      // otherwise.
      std::vector<ObjectId> seen;
      for (std::string_view reference : {"input", "output"}) {
        for (ObjectId target : plan->references(component->object, reference)) {
          if (std::find(seen.begin(), seen.end(), target) != seen.end()) continue;
          seen.push_back(target);
          auto target_fields = evaluate_object(*plan, target, occurrence.context(target), options);
          if (!target_fields) continue;
          std::string target_id(plan->definition().id(target));
          write_key(writer, target_id);
          writer.StartObject();
          write_text(writer, "id", target_id);
          write_text(writer, "name", plan->definition().name(target));
          writer.Key("fields");
          writer.StartArray();
          write_fields(*target_fields, writer);
          writer.EndArray();
          writer.EndObject();
        }
      }
      writer.EndObject();
      writer.EndObject();
      return Outcome::taken;
    });
    after(std::move(aftermath));
    if (outcome == Outcome::nothing) return false;
    if (outcome == Outcome::failed) continue;
    metrics_.task("handed_out");
    out.Key("taskObject");
    out.RawValue(buffer.GetString(), buffer.GetSize(), rapidjson::kObjectType);
    return true;
  }
}

void Operations::report_task_progress(Service& service, const Exchange& exchange, Writer& out) {
  const Json* fields = member_of(exchange.input, "fields");
  std::string stored = fields == nullptr ? std::string{} : dump(*fields);
  Millis now = service.clock_.now();
  bool canceled = service.store_.transact([&](Session& session) {
    TaskRow task = require_task(session, text_of(exchange.input, "taskId"));
    require_pipeline(session, task.pipeline);
    if (task.status != "RUNNING") return true;  // canceled, or somebody else's by now
    std::optional<InstanceRow> instance = find_instance(session, task.pipeline, task.instance);
    Millis deadline = now + (instance ? instance->report_timeout : kReport);
    if (task.timeout_at) deadline = std::min(deadline, *task.timeout_at);
    session.query(
        "UPDATE attempts SET deadline = $3, report_time = $4, fields = COALESCE($5, fields) "
        "WHERE pipeline = $1 AND id = $2 AND status = 'RUNNING'",
        {task.pipeline, task.attempt, deadline, now, stored.empty() ? Argument() : Argument(stored)});
    return session.changed() == 0;
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
  Failure failure{std::string(text_of(input, "errorId")), shortened(text_of(input, "errorMessage"), kStoredMessage),
                  std::string(text_of(input, "errorStackTrace"))};
  if (failure.id.starts_with("Service_")) {
    throw Fault{FaultType::invalid_request,
                "errorId must not begin with 'Service_', which is for the service's own errors"};
  }
  std::string_view task_id = text_of(input, "taskId");
  std::string pipeline = service.store_.read([&](Session& session) { return require_task(session, task_id).pipeline; });
  Millis now = service.clock_.now();
  service.change(pipeline, [&](Session& session, PipelineRow& row, Runs& runs) {
    TaskRow task = require_task(session, task_id);
    // A canceled task may still be reported, and a report may be sent twice: neither changes anything.
    if (task.canceled || task.status == status) return;
    if (task.status != "RUNNING") {
      throw Fault{FaultType::task_not_found,
                  fmt::format("the task is no longer running: its attempt is {}", task.status)};
    }
    session.query(
        "UPDATE attempts SET status = $3, actual_end = $4, deadline = NULL, error_id = $5, error_message = "
        "$6, "
        "error_stack = $7 WHERE pipeline = $1 AND id = $2",
        {row.id, task.attempt, status, now, failure.id, failure.message, failure.stack});
    runs.note_end(status);
    if (status == "FINISHED") return runs.complete(task.instance);
    std::optional<InstanceRow> instance = find_instance(session, row.id, task.instance);
    bool not_met = status == "FALSE" && instance && instance->role == role_name(Role::precondition);
    if (failure.message.empty() && status == "FALSE") failure.message = "the precondition was not met";
    // A precondition that is not met is asked again, without end unless preconditionTimeout sets one.
    runs.attempt_failed(task.instance, failure, true, !not_met);
  });
}

}  // namespace pipexpr::service
