// Alarm notifications of instances that end or are late: SnsAlarm objects, rendered with `node` and recorded.
#include <atomic>
#include <utility>

#include <fmt/format.h>
#include <pipexpr/secret_mask.h>

#include "adapter/evaluate_expression.h"
#include "service/protocol.h"
#include "service/scheduler/instance_context.h"
#include "service/scheduler/lifecycle.h"

namespace pipexpr::service {
namespace {

struct AlarmText {
  std::string sent;
  std::string logged;  // without secrets
};

}  // namespace

// What an alarm says is what every other reader of this moment is told, so it waits until the change is whole: what has
// failed waits for nothing more, and a resource has ended with its last activity.
void InstanceLifecycle::raise(const InstanceRow& node, std::string_view event_field) {
  std::shared_ptr<const ScheduledDefinition> scheduled = definitions_(node.version);
  const Component* component = scheduled->find(node.component);
  if (component == nullptr) return;
  for (ObjectId action : scheduled->references(component->object, event_field)) {
    if (scheduled->definition().type(action) != "Terminate") {
      raised_.push_back({node.id, event_field, action});
    } else if (event_field == "onLateAction") {  // at the other events it has ended
      cancel(node.id, "terminated by an action");
    }
  }
}

void InstanceLifecycle::render_alarms() {
  TransactionInstances instances(session_, pipeline_.id);
  for (const RaisedAlarm& alarm : std::exchange(raised_, {})) {
    const std::optional<InstanceRow> node = instances.instance(alarm.node);
    if (node) render_alarm(*node, alarm.event_field, alarm.action, instances);
  }
}

void InstanceLifecycle::render_alarm(const InstanceRow& node, std::string_view event_field, ObjectId action,
                                     InstanceSource& instances) {
  std::shared_ptr<const ScheduledDefinition> scheduled = definitions_(node.version);
  const Component* component = scheduled->find(node.component);
  SecretMask secrets;  // that take part in these texts, as this run and moment have them
  for (const std::string& secret : reported_secrets(node.reported)) secrets.learn(secret);
  EvaluateOptions options = scheduled->in_run(small_budget());
  options.listener = &secrets;
  InstanceContext instance_context(*scheduled, pipeline_, node, nullptr, &instances, options);
  instance_context.set_node(component->object);
  if (!node.node.empty()) {
    const std::optional<InstanceRow>& guarded = instances.instance(node.node);
    const Component* found = guarded ? scheduled->find(guarded->component) : nullptr;
    if (found != nullptr) instance_context.set_guarded(found->object);
  }
  auto render = [&](std::string_view name) -> AlarmText {
    Field found;
    if (!scheduled->definition().field(action, {name, scheduled->definition().key(name)}, found)) return {};
    secrets.start();
    PipelineDefinition::FieldInfo info{name, action, found, false};
    auto values = instance_context.evaluate(
        [&] { return evaluate_field(scheduled->definition(), info, instance_context.context(action), options); });
    if (!values) {
      const std::string why = "cannot be rendered: " + describe_to_author(values.error());
      return {why, masked(node.id, why)};
    }
    // A text with a list in it is a list of texts. A notification is one text, and leaves none of them out.
    std::string text;
    for (const FieldValue& value : *values) {
      if (&value != &values->front()) text += ", ";
      text += value.text;
    }
    // A secret that took part and cannot be told in the text, being short or changed, hides all of it.
    return {text, masked(node.id, secrets.scrub(secrets.apply(text)))};
  };
  const AlarmText topic = render("topicArn"), subject = render("subject"), message = render("message");
  AlarmRecord record{pipeline_.id, std::string(scheduled->definition().id(action)),
                     node.id,      std::string(event_field),
                     topic.sent,   subject.sent,
                     message.sent};
  AlarmRecord logged = record;
  logged.topic = topic.logged;
  logged.subject = subject.logged;
  logged.message = message.logged;
  record_alarm(record, std::move(logged));
}

void InstanceLifecycle::record_alarm(const AlarmRecord& alarm, AlarmRecord logged) {
  // Ids that sort in the order in which alarms were raised, also within a millisecond.
  static std::atomic<std::uint32_t> counter{0};
  std::string id = fmt::format("{:013x}-{:08x}-{}", now_, ++counter, random_token(8));
  session_.query(
      "INSERT INTO alarms (id, pipeline, alarm, node, event, raised, topic, subject, message) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {id, alarm.pipeline, alarm.alarm, alarm.node, alarm.event, now_, alarm.topic, alarm.subject, alarm.message});
  post_commit_.alarms.push_back(std::move(logged));
}

}  // namespace pipexpr::service
