// Answers the engine's questions for runtime fields, of the instance and of those that it refers to.
#include "service/scheduler/instance_context.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <pipexpr/field.h>

#include "base/runtime_fields.h"
#include "service/scheduler/instance_settings.h"

namespace pipexpr::service {

InstanceContext::InstanceContext(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                                 const InstanceRow& instance, const AttemptRow* attempt, InstanceSource* source,
                                 const EvaluateOptions& options, OtherRuns* shared)
    : scheduled_(scheduled),
      pipeline_(pipeline),
      instance_(instance),
      source_(source),
      // An instance that is not there yet has nothing from its life.
      own_(scheduled.definition(), instance.status.empty() ? std::vector<FieldValue>{}
                                                           : runtime_fields(&scheduled, pipeline, instance, nullptr)),
      attempt_(scheduled.definition(), attempt == nullptr ? std::vector<FieldValue>{}
                                                          : runtime_fields(&scheduled, pipeline, instance, attempt)),
      options_(options),
      own_runs_(shared == nullptr && source != nullptr
                    ? std::make_unique<OtherRuns>(scheduled, pipeline, *source, options)
                    : nullptr),
      runs_(shared != nullptr ? shared : own_runs_.get()),
      run_(run_of(instance)) {
  if (const Component* own = scheduled.find(instance.component)) own_object_ = own->object;
  run_.attempt = attempt == nullptr ? 0 : static_cast<std::uint32_t>(attempt->number);
  run_.instances = this;
}

InstanceContext::~InstanceContext() = default;

void InstanceContext::set_node(ObjectId node) {
  node_item_ = FieldItem::of_value(ValueView(node, Sphere::instance));
  own_fields_.push_back(Binding{"node", Field{&node_item_, 1, SlotType::reference}});
}

void InstanceContext::set_guarded(ObjectId guarded) { guarded_ = guarded; }

Context InstanceContext::context(ObjectId object) const {
  Context result{.object = object, .run = run_, .fields = own_fields_};
  if (object != own_object_) result.run->attempt = 0;  // what it refers to is an instance
  return result;
}

InstanceContext::Referred& InstanceContext::referred(ObjectId object, const Component& target) const {
  const auto [known, is_new] = referred_.try_emplace(object);
  if (is_new && source_ != nullptr) {
    known->second.found = referred_runs(scheduled_, pipeline_, instance_, target, *source_);
  }
  return known->second;
}

const std::vector<std::unique_ptr<RuntimeValues>>& InstanceContext::rows(Referred& target) const {
  if (std::exchange(target.has_rows, true)) return target.instances;
  if (target.found.runs.size() > 1) source_->expect_waited_for(instance_.id);
  for (const ReferredRun& run : target.found.runs) {
    const std::optional<InstanceRow>& row = source_->instance(run.id);
    if (!row) {
      target.instances.clear();  // one of them is not there yet, so that none of their fields has all its values
      break;
    }
    target.instances.push_back(std::make_unique<RuntimeValues>(scheduled_.definition(),
                                                               runtime_fields(&scheduled_, pipeline_, *row, nullptr)));
  }
  return target.instances;
}

const Component* InstanceContext::component(ObjectId object) const {
  return scheduled_.find(scheduled_.definition().id(object));
}

// What the object guards in this run; nullptr when it is no precondition, or that is not known.
const Component* InstanceContext::guarded_by(ObjectId object) const {
  const Component* const precondition = component(object);
  if (precondition == nullptr || precondition->role != Role::precondition) return nullptr;
  // Of a precondition's run, what it guards says which of the others are meant.
  const ObjectId reader = instance_.node.empty() ? own_object_ : guarded_;
  const Component* guarded = reader == kNoObject ? nullptr : component(reader);
  return guarded != nullptr && guards(scheduled_, *precondition, *guarded) ? guarded : nullptr;
}

bool InstanceContext::guarded_node(ObjectId object, Field& out) const {
  const Component* guarded = guarded_by(object);
  if (guarded == nullptr) return false;
  guarded_item_ = FieldItem::of_value(ValueView(guarded->object, Sphere::instance));
  out = Field{&guarded_item_, 1, SlotType::reference};
  return true;
}

bool InstanceContext::guard_id(ObjectId object, std::uint32_t attempt, Field& out) const {
  const Component* guarded = guarded_by(object);
  if (guarded == nullptr) return false;
  const auto [known, is_new] = guard_ids_.try_emplace({object, attempt != 0});
  OwnId& own = known->second;
  if (is_new) {
    own.text = instance_id(scheduled_.instance_name(*component(object), *guarded), DateTime{instance_.scheduled_start});
    if (attempt != 0) own.text = attempt_id(own.text, attempt);
    own.item = FieldItem::of_value(ValueView(std::string_view(own.text)));
  }
  out = Field{&own.item, 1, SlotType::string};
  return true;
}

// Of a precondition that guards several objects and none of this run, no one instance is meant.
bool InstanceContext::unknown_id(const Component& precondition, std::string_view name, Field& out) const {
  if (precondition.role != Role::precondition || precondition.object == own_object_) return false;
  if (precondition.guarded == Component::kNone || precondition.guarded < scheduled_.components().size()) return false;
  Referred& target = referred(precondition.object, precondition);
  if (!target.found.runs.empty()) return false;
  std::unique_ptr<HeldField>& held = target.others[std::string(name)];
  if (held == nullptr) {
    held = std::make_unique<HeldField>();
    held->fail(
        no_run(name, precondition.id, "it guards several objects, and which of its instances is meant is not known"));
  }
  out = held->field;
  return true;
}

// Of several instances it is the list of their values, once all of them have one: a list with fewer values would not
// say whose is missing.
bool InstanceContext::runtime_field(Referred& target, std::string_view name, Field& out) const {
  const std::vector<std::unique_ptr<RuntimeValues>>& instances = rows(target);
  if (instances.empty()) return false;
  const Field* const first = instances.front()->find(name);
  if (instances.size() == 1) {
    if (first != nullptr) out = *first;
    return first != nullptr;
  }
  auto list = target.lists.find(name);
  if (list == target.lists.end()) {
    std::vector<FieldItem> items;
    for (const auto& one : instances) {
      const Field* found = one->find(name);
      if (found == nullptr) {
        items.clear();
        break;
      }
      items.insert(items.end(), found->items, found->items + found->count);
    }
    list = target.lists.emplace(name, std::move(items)).first;
  }
  if (list->second.empty()) return false;
  out = Field{list->second.data(), static_cast<std::uint32_t>(list->second.size()), first->type};
  return true;
}

// What an object of another schedule is in its runs that belong to this one.
bool InstanceContext::read_elsewhere(ObjectId object, const Referred& target, std::string_view name,
                                     HeldField& out) const {
  const std::vector<ReferredRun>& runs = target.found.runs;
  const bool is_id = name == "id", is_name = name == "name";
  const bool is_start = name == "@scheduledStartTime", is_end = name == "@scheduledEndTime";
  const std::string_view id = scheduled_.definition().id(object);
  const std::string none =
      target.found.has_left_out
          ? fmt::format(
                "its run that belongs to '{}' was left out: it is before the startTimestamp of an activation, or "
                "before the object was added",
                instance_.id)
          : fmt::format("by their schedules it has no run that belongs to '{}'", instance_.id);
  if (!is_id && !is_name && !is_start && !is_end) {
    if (!runs.empty()) return runs_->read(object, runs, name, out);
    // What is alike in any two runs depends on none. They share no part of a time.
    std::vector<ReferredRun> any;
    for (const DateTime start : {DateTime{981'173'106'000}, DateTime{1'352'538'487'000}}) {
      any.push_back({.id = instance_id(id, start), .run = {start, DateTime{start.epoch_millis + 4'000'000'000}}});
      any.back().is_real = false;
    }
    if (!runs_->read(object, any, name, out)) return false;
    Field written;
    scheduled_.definition().field(object, {name, scheduled_.definition().key(name)}, written);
    HeldField one;
    runs_->read(object, {any.front()}, name, one);
    if (out.field.count != one.field.count) out.fail(no_run(name, id, none));
    return true;
  }
  if (runs.empty()) {
    out.fail(no_run(name, id, none));
    return true;
  }
  for (const ReferredRun& run : runs) {
    if (is_id) out.add(Value(run.id), SlotType::string, false);
    if (is_name) {
      out.add(Value(instance_id(scheduled_.definition().name(object), run.run.scheduled_start)), SlotType::string,
              false);
    }
    if (is_start) out.add(Value(run.run.scheduled_start), SlotType::datetime, false);
    if (is_end && run.run.scheduled_end) out.add(Value(*run.run.scheduled_end), SlotType::datetime, false);
  }
  return true;
}

bool InstanceContext::field_elsewhere(ObjectId object, Referred& target, std::string_view name, Field& out) const {
  auto held = target.others.find(name);
  if (held == target.others.end() || (held->second != nullptr && !held->second->keeps)) {
    auto made = std::make_unique<HeldField>();
    if (!read_elsewhere(object, target, name, *made)) made = nullptr;  // it has no such field
    if (held == target.others.end()) {
      held = target.others.emplace(name, std::move(made)).first;
    } else {
      held->second = std::move(made);
    }
  }
  if (held->second == nullptr) return false;
  out = held->second->field;
  return true;
}

bool InstanceContext::field(ObjectId object, std::uint32_t attempt, std::string_view name, Field& out) const {
  const bool is_id = name == "id";
  if (is_id && guard_id(object, attempt, out)) return true;
  if (name == "node" && guarded_node(object, out)) return true;
  if (object == own_object_) {
    const Field* found = is_id ? nullptr : (attempt == 0 ? own_ : attempt_).find(name);
    if (found != nullptr) out = *found;
    return found != nullptr;
  }
  // Where all have one schedule, only runtime fields differ from object to object.
  const bool is_of_run = base::is_set_by_run(name), has_others = scheduled_.schedules().size() > 1;
  if (failure_ || !(is_of_run || is_id || has_others)) return false;
  const Component* const target_component = component(object);
  if (target_component == nullptr || !has_instances(*target_component)) {
    // An alarm is of this run, too, and has nothing else from it: no row of the store is its.
    const bool is_shared = name == "@version" || name == "@sphere";
    const Field* found = is_shared && scheduled_.definition().has_instances(object) ? own_.find(name) : nullptr;
    if (found != nullptr) out = *found;
    return found != nullptr;
  }
  if (source_ == nullptr) return false;
  try {
    if (is_id && unknown_id(*target_component, name, out)) return true;
    const bool is_time = name == "@scheduledStartTime" || name == "@scheduledEndTime";
    if (!has_others && (is_time || is_id)) return false;
    Referred& target = referred(object, *target_component);
    if (is_of_run && !is_time && !is_id) return runtime_field(target, name, out);
    return target.found.is_elsewhere && field_elsewhere(object, target, name, out);
  } catch (...) {
    // The evaluation would take it for a fault of the expression.
    failure_ = std::current_exception();
    return false;
  }
}

Result<std::vector<FieldValue>> InstanceContext::values(ObjectId object,
                                                        const PipelineDefinition::FieldInfo& info) const {
  const Component* const target = object == own_object_ || runs_ == nullptr ? nullptr : component(object);
  Field found;
  if (target == nullptr || !has_instances(*target) || !referred(object, *target).found.is_elsewhere ||
      !field(object, 0, info.name, found)) {
    return evaluate_field(scheduled_.definition(), info, context(object), options_);
  }
  std::vector<FieldValue> result;
  for (std::uint32_t i = 0; i < found.count; ++i) {
    if (found.items[i].form == FieldItem::Form::invalid) return *found.items[i].diagnostics;
    const Value value = written_item(scheduled_.definition(), found, i);
    result.push_back({std::string(info.name), value.to_text(), value.kind() == Kind::reference});
  }
  return result;
}

void InstanceContext::throw_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace pipexpr::service
