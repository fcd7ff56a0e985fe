// Finds out what of a definition runs, after what, and which alarms are sent.
#include "service/scheduler/scheduled_definition.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <pipexpr/field.h>
#include <pipexpr/syntax_tree.h>

#include "base/kept_fields.h"

namespace pipexpr::service {
namespace {

constexpr std::string_view kPreconditions[] = {"DynamoDBDataExists", "DynamoDBTableExists", "Exists",
                                               "S3KeyExists",        "S3PrefixNotEmpty",    "ShellCommandPrecondition"};

void add_unique(std::vector<std::size_t>& list, std::size_t item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

}  // namespace

EvaluateOptions small_budget() {
  EvaluateOptions options;
  options.limits.max_steps = 10'000;
  options.limits.max_output_bytes = 65'536;
  options.limits.max_memory_bytes = 1 << 20;
  return options;
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::activity: return "activity";
    case Role::data_node: return "data_node";
    case Role::precondition: return "precondition";
    case Role::resource: return "resource";
    case Role::other: break;
  }
  return "other";
}

std::string_view mode_name(ScheduleType mode) {
  switch (mode) {
    case ScheduleType::timeseries: return "timeseries";
    case ScheduleType::cron: return "cron";
    case ScheduleType::ondemand: break;
  }
  return "ondemand";
}

Role role_of(std::string_view type) {
  if (type.ends_with("Activity")) return Role::activity;
  if (type.ends_with("DataNode")) return Role::data_node;
  // The two kinds of which the service shows instances.
  if (type == "Ec2Resource" || type == "EmrCluster") return Role::resource;
  if (std::find(std::begin(kPreconditions), std::end(kPreconditions), type) != std::end(kPreconditions)) {
    return Role::precondition;
  }
  return Role::other;
}

std::optional<Schedule> ScheduledDefinition::schedule(std::size_t index, std::optional<Millis> first_activated) const {
  ScheduleOptions options{.evaluate = small_budget()};
  if (first_activated) options.activation = DateTime{*first_activated};
  Result<Schedule> read = Schedule::read(*definition_, schedules_[index], options);
  return read ? std::optional(*std::move(read)) : std::nullopt;
}

Result<std::shared_ptr<const ScheduledDefinition>> ScheduledDefinition::load(const std::string& json,
                                                                             const std::string& pipeline_id,
                                                                             UnsetRuntime unset_runtime) {
  LoadOptions options;
  options.source_name = pipeline_id;
  options.runtime_fields = {{"@pipelineId", pipeline_id}};
  auto loaded = PipelineDefinition::load(json, options);
  if (!loaded) return loaded.error();
  auto scheduled = std::make_shared<ScheduledDefinition>();
  scheduled->definition_ = *std::move(loaded);
  scheduled->unset_runtime_ = unset_runtime;
  scheduled->add_components();
  scheduled->connect();
  scheduled->add_secrets();
  return std::shared_ptr<const ScheduledDefinition>(std::move(scheduled));
}

void ScheduledDefinition::add_components() {
  for (std::size_t i = 0; i < definition_->object_count(); ++i) {
    if (definition_->type(definition_->object(i)) == "Schedule") schedules_.push_back(definition_->object(i));
  }
  for (std::size_t i = 0; i < definition_->object_count(); ++i) {
    Component component;
    component.object = definition_->object(i);
    component.id = definition_->id(component.object);
    component.role = role_of(definition_->type(component.object));
    Result<ScheduleType> mode = schedule_type(*definition_, component.object, small_budget());
    if (mode) component.mode = *mode;
    auto found = std::find(schedules_.begin(), schedules_.end(), schedule_of(*definition_, component.object));
    if (found != schedules_.end()) {
      component.schedule = static_cast<std::size_t>(found - schedules_.begin());
      // A schedule, too, can say that it is on demand: it has no period then.
      std::optional<Schedule> schedule = this->schedule(component.schedule, 0);
      if (schedule && !schedule->period()) component.mode = ScheduleType::ondemand;
    }
    components_.push_back(std::move(component));
  }
}

void ScheduledDefinition::connect() {
  auto index_of = [this](ObjectId object) {
    for (std::size_t i = 0; i < components_.size(); ++i) {
      if (components_[i].object == object) return i;
    }
    return Component::kNone;
  };
  for (std::size_t i = 0; i < components_.size(); ++i) {
    Component& component = components_[i];
    if (component.role != Role::activity && component.role != Role::data_node) continue;
    for (ObjectId target : references(component.object, "precondition")) {
      std::size_t found = index_of(target);
      if (found != Component::kNone) add_unique(component.preconditions, found);
    }
    if (component.role != Role::activity) continue;
    for (std::string_view field : {"dependsOn", "input"}) {
      for (ObjectId target : references(component.object, field)) {
        std::size_t found = index_of(target);
        if (found == Component::kNone || found == i) continue;
        Role role = components_[found].role;
        if (role == Role::activity || role == Role::data_node) add_unique(component.waits_for, found);
      }
    }
    const std::vector<ObjectId> read = references(component.object, "input");
    for (ObjectId target : references(component.object, "output")) {
      // What it writes over must be there before, and would wait for ever if it waited for the activity, too.
      if (std::find(read.begin(), read.end(), target) != read.end()) continue;
      std::size_t found = index_of(target);
      if (found != Component::kNone && components_[found].role == Role::data_node) {
        add_unique(components_[found].waits_for, i);
      }
    }
  }
  // A precondition that guards a single object has that object's time; a shared one has instances for each.
  for (std::size_t i = 0; i < components_.size(); ++i) {
    for (std::size_t guard : components_[i].preconditions) {
      components_[guard].guarded = components_[guard].guarded == Component::kNone ? i : Component::kNone - 1;
    }
  }
}

// What an expression makes of a secret may depend on the run, and on the moment; the strings that are written in it do
// not, and are what is secret.
void ScheduledDefinition::learn_written(std::string_view text) {
  secrets_.learn(text);
  const Result<SyntaxTree> tree = SyntaxTree::parse(text);
  if (!tree) return;
  const auto learn_part = [&](std::string_view part) {
    if (part.size() >= base::kMinMasked) secrets_.learn(part);  // shorter ones join what others depend on
  };
  for (const SyntaxSegment& segment : tree->segments()) {
    if (!segment.is_expression) learn_part(tree->text(segment.span));
  }
  for (std::uint32_t i = 0; i < tree->nodes().size(); ++i) {
    if (tree->nodes()[i].kind == NodeKind::string) learn_part(tree->string_value(i));
  }
}

void ScheduledDefinition::add_secrets() {
  for (const Component& component : components_) {
    for (const PipelineDefinition::FieldInfo& field : definition_->fields(component.object)) {
      if (!field.name.starts_with('*')) continue;
      for (const FieldValue& value : written_field(*definition_, field)) learn_written(value.text);
      auto values = evaluate_field(*definition_, field, {.object = component.object}, small_budget());
      if (!values) continue;
      for (FieldValue& value : *values) secrets_.learn(value.text);
    }
  }
  for (const PipelineDefinition::ParameterInfo& parameter : definition_->parameters()) {
    if (!parameter.id.starts_with('*')) continue;
    for (FieldValue& value : written_field(*definition_, {parameter.id, kNoObject, parameter.value, false})) {
      learn_written(value.text);
    }
  }
}

std::string ScheduledDefinition::instance_name(const Component& precondition, const Component& guarded) const {
  const bool is_shared = precondition.guarded >= components_.size();
  return is_shared ? precondition.id + "_" + guarded.id : precondition.id;
}

const Component* ScheduledDefinition::find(std::string_view id) const {
  auto found = std::find_if(components_.begin(), components_.end(), [&](const Component& c) { return c.id == id; });
  return found == components_.end() ? nullptr : &*found;
}

std::optional<std::string> ScheduledDefinition::text(ObjectId object, std::string_view field,
                                                     const std::optional<Run>& run) const {
  Field found;
  if (!definition_->field(object, {field, definition_->key(field)}, found) || found.count == 0) return std::nullopt;
  PipelineDefinition::FieldInfo info{field, object, found, false};
  auto values = evaluate_field(*definition_, info, {.object = object, .run = run}, small_budget());
  if (!values || values->empty()) return std::nullopt;
  return values->front().text;
}

std::optional<std::int64_t> ScheduledDefinition::number(ObjectId object, std::string_view field,
                                                        const std::optional<Run>& run) const {
  std::optional<std::string> value = text(object, field, run);
  if (!value) return std::nullopt;
  std::int64_t result = 0;
  auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), result);
  return error == std::errc{} && end == value->data() + value->size() ? std::optional(result) : std::nullopt;
}

std::optional<Millis> ScheduledDefinition::duration(ObjectId object, std::string_view field,
                                                    const std::optional<Run>& run) const {
  std::optional<std::string> value = text(object, field, run);
  if (!value) return std::nullopt;
  Result<Period> period = parse_period(*value);
  if (!period) return std::nullopt;
  Result<DateTime> end = add(DateTime{}, *period);
  return end ? std::optional(end->epoch_millis) : std::nullopt;
}

std::vector<ObjectId> ScheduledDefinition::references(ObjectId object, std::string_view field) const {
  Field found;
  std::vector<ObjectId> result;
  if (!definition_->field(object, {field, definition_->key(field)}, found)) return result;
  for (std::uint32_t i = 0; i < found.count; ++i) {
    const ValueView& value = found.items[i].value;
    if (value.is(Kind::reference) && value.object() != kNoObject) result.push_back(value.object());
  }
  return result;
}

std::string time_text(Millis time) { return to_string(DateTime{time}); }

namespace {

void add_value(std::string_view name, const Value& value, std::vector<FieldValue>& out) {
  out.push_back({std::string(name), value.to_text(), value.kind() == Kind::reference});
}

// The field's values, with expressions in the texts that read a runtime field without a value. False: something else is
// wrong.
bool keep_field(Evaluator& evaluator, const PipelineDefinition& graph, const PipelineDefinition::FieldInfo& field,
                const Context& context, const EvaluateOptions& options, std::vector<FieldValue>& out) {
  for (std::uint32_t i = 0; i < field.field.count; ++i) {
    if (const auto value = evaluate_item(evaluator, graph, field.field, i, context)) {
      for (const Value& one : value->items) add_value(field.name, one, out);
      continue;
    }
    const ValueView& text = field.field.items[i].value;
    const auto expression = Expression::compile(text.is(Kind::string) ? text.text() : std::string_view());
    if (!expression) return false;
    auto kept = evaluate_or_keep(*expression, graph, context, {.evaluate = options});
    if (!kept) return false;
    out.push_back({std::string(field.name), *std::move(kept), false});
  }
  return true;
}

// What is wrong with the first value that cannot be evaluated, by its place in that value's text: readers of the
// message do not have the file that `why` is about.
Diagnostics within_field(Evaluator& evaluator, const PipelineDefinition& graph,
                         const PipelineDefinition::FieldInfo& field, const Context& context, Diagnostics why) {
  for (std::uint32_t i = 0; i < field.field.count; ++i) {
    auto value = evaluate_item(evaluator, graph, field.field, i, context);
    if (value) continue;
    why = value.error();
    for (Diagnostic& one : why) {
      PathStep step;
      step.object = graph.id(context.object);
      step.field = field.name;
      step.span = one.span;
      step.item = i;
      one.path.insert(one.path.begin(), std::move(step));
    }
    break;
  }
  return why;
}

}  // namespace

Result<std::vector<FieldValue>> evaluate_field(const PipelineDefinition& graph,
                                               const PipelineDefinition::FieldInfo& field, const Context& context,
                                               const EvaluateOptions& options) {
  Evaluator evaluator(options);
  std::vector<FieldValue> result;
  const auto value = pipexpr::evaluate_field(evaluator, graph, context.object, field, context);
  if (!value) {
    if (options.unset_runtime == UnsetRuntime::keep && keep_field(evaluator, graph, field, context, options, result))
      return result;
    Diagnostics why = within_field(evaluator, graph, field, context, value.error());
    if (options.unset_runtime != UnsetRuntime::keep) return why;
    Diagnostics others = base::besides_kept(why);
    return others.empty() ? why : others;
  }
  for (const Value& one : value->items) add_value(field.name, one, result);
  return result;
}

std::vector<FieldValue> written_field(const PipelineDefinition& graph, const PipelineDefinition::FieldInfo& field) {
  std::vector<FieldValue> result;
  for (std::uint32_t i = 0; i < field.field.count; ++i)
    add_value(field.name, written_item(graph, field.field, i), result);
  return result;
}

}  // namespace pipexpr::service
