// EvaluateExpression over the stored definitions: components, instances and attempts.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "adapter/evaluate_expression.h"
#include "service/operations/operations.h"
#include "service/protocol.h"
#include "service/scheduler/instance_context.h"

namespace pipexpr::service {

namespace {

// What the I/O thread may spend on one evaluation: what needs more is done again by a worker.
constexpr std::size_t kInlineBytes = 8192;
constexpr std::uint64_t kInlineSteps = 2000;
constexpr Millis kInlineDeadline = 2;
}  // namespace

bool Service::try_inline(Exchange& exchange) {
  // Only where no other process can have changed the definition, and only what is short: this runs on the I/O
  // thread.
  if (exchange.operation->name != "EvaluateExpression" || store_.database().is_shared()) return false;
  if (exchange.request.body.size() > options_.inline_bytes) return false;
  std::shared_ptr<const ScheduledDefinition> scheduled = definitions_.latest(text_of(exchange.input, "pipelineId"));
  if (scheduled == nullptr) return false;
  std::optional<ObjectId> object = scheduled->definition().find(text_of(exchange.input, "objectId"));
  std::string_view expression = text_of(exchange.input, "expression");
  if (!object || expression.size() > kInlineBytes) return false;
  bool answered = false;
  bool compiled = guarded(exchange, [&] {
    EvaluateOptions options;
    options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kInlineDeadline);
    options.limits.max_steps = kInlineSteps;
    // Whatever went wrong, the worker says it: what is too much here need not be too much there.
    answered = write_evaluated(scheduled->definition(), {.object = *object, .now = {clock_.now()}}, expression, {},
                               options, exchange.reply.body)
                   .empty();
  });
  return answered || !compiled;
}

void Service::evaluate(Exchange& exchange) {
  std::string& out = exchange.reply.body;
  std::string_view id = text_of(exchange.input, "objectId");
  std::string_view expression = text_of(exchange.input, "expression");
  std::shared_ptr<const ScheduledDefinition> scheduled;
  std::optional<PipelineRow> pipeline;
  std::optional<InstanceRow> instance;
  std::optional<AttemptRow> attempt;
  const Component* node = nullptr;
  store_.read([&](Session& session) {
    attempt.reset();
    instance.reset();
    node = nullptr;
    pipeline = require_pipeline(session, text_of(exchange.input, "pipelineId"));
    if (pipeline->version == 0) {
      throw ServiceError{ErrorType::invalid_request,
                         fmt::format("pipeline {} has no definition: call PutPipelineDefinition first", pipeline->id)};
    }
    scheduled = this->scheduled_definition(session, pipeline->id, pipeline->version);
    if (!store_.database().is_shared()) definitions_.set_latest(pipeline->id, scheduled);
    if (scheduled->definition().find(id)) return;
    attempt = find_attempt(session, pipeline->id, id);
    instance = find_instance(session, pipeline->id, attempt ? attempt->instance : id);
    if (!instance)
      throw ServiceError{ErrorType::invalid_request, fmt::format("pipeline {} has no object '{}'", pipeline->id, id)};
    scheduled =
        this->scheduled_definition(session, pipeline->id, definition_version(*instance, attempt ? &*attempt : nullptr));
    if (instance->node.empty()) return;
    std::optional<InstanceRow> guarded = find_instance(session, pipeline->id, instance->node);
    node = guarded ? scheduled->find(guarded->component) : nullptr;
  });
  DateTime now{clock_.now()};
  if (!instance) {
    Context context{.object = *scheduled->definition().find(id), .now = now};
    return write_evaluated_or_throw(scheduled->definition(), context, expression, {}, evaluation(), out);
  }
  const Component* component = scheduled->find(instance->component);
  StoredInstances instances(store_, pipeline->id);
  const EvaluateOptions options = scheduled->in_run(evaluation());
  InstanceContext instance_context(*scheduled, *pipeline, *instance, attempt ? &*attempt : nullptr, &instances,
                                   options);
  if (node != nullptr) instance_context.set_guarded(node->object);
  Context context = instance_context.context(component->object);
  context.now = now;
  instance_context.evaluate([&] {
    write_evaluated_or_throw(scheduled->definition(), context, expression, {}, options, out);
    return true;
  });
}

}  // namespace pipexpr::service
