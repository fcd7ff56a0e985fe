// Answers the engine's questions for runtime fields, of the instance and of those that it refers to.
#include "service/scheduler/instance_context.h"

#include <algorithm>

#include "base/runtime_fields.h"
#include "service/scheduler/instance_settings.h"

namespace pipexpr::service {

InstanceContext::InstanceContext(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                                 const InstanceRow& instance, const AttemptRow* attempt, InstanceSource* source)
    : scheduled_(scheduled),
      pipeline_(pipeline),
      instance_(instance),
      source_(source),
      own_(scheduled.definition(), runtime_fields(&scheduled, pipeline, instance, nullptr)),
      attempt_(scheduled.definition(), attempt == nullptr ? std::vector<FieldValue>{}
                                                          : runtime_fields(&scheduled, pipeline, instance, attempt)),
      run_(run_of(instance)) {
  if (const Component* own = scheduled.find(instance.component)) own_object_ = own->object;
  run_.attempt = attempt == nullptr ? 0 : static_cast<std::uint32_t>(attempt->number);
  run_.instances = this;
}

void InstanceContext::set_node(ObjectId node) {
  node_ = node;
  node_item_ = FieldItem::of_value(ValueView(node, Sphere::instance));
  own_fields_.push_back(Binding{"node", Field{&node_item_, 1, SlotType::reference}});
}

Context InstanceContext::context(ObjectId object) const {
  Context result{.object = object, .run = run_, .fields = own_fields_};
  if (object != own_object_) result.run->attempt = 0;  // what it refers to is an instance
  return result;
}

InstanceContext::Referred& InstanceContext::referred(ObjectId object, const Component& target) const {
  const auto [known, is_new] = referred_.try_emplace(object);
  Referred& result = known->second;
  if (!is_new || source_ == nullptr) return result;
  const std::vector<std::string> ids = referred_instances(scheduled_, instance_, target, *source_);
  if (ids.size() > 1) source_->expect_waited_for(instance_.id);
  for (const std::string& id : ids) {
    const std::optional<InstanceRow>& row = source_->instance(id);
    if (!row) {
      result.instances.clear();  // one of them is not there yet, so that none of their fields has all its values
      break;
    }
    result.instances.push_back(std::make_unique<RuntimeValues>(scheduled_.definition(),
                                                               runtime_fields(&scheduled_, pipeline_, *row, nullptr)));
  }
  return result;
}

bool InstanceContext::guard_id(ObjectId object, std::uint32_t attempt, Field& out) const {
  const Component* precondition = scheduled_.find(scheduled_.definition().id(object));
  if (precondition == nullptr || precondition->role != Role::precondition) return false;
  // Of a precondition's run, what it guards says which of the others are meant.
  const ObjectId reader = instance_.node.empty() ? own_object_ : node_;
  const Component* guarded = reader == kNoObject ? nullptr : scheduled_.find(scheduled_.definition().id(reader));
  if (guarded == nullptr) return false;
  const bool guards_it =
      std::any_of(guarded->preconditions.begin(), guarded->preconditions.end(),
                  [&](std::size_t index) { return &scheduled_.components()[index] == precondition; });
  if (!guards_it) return false;
  const auto [known, is_new] = guard_ids_.try_emplace({object, attempt != 0});
  OwnId& own = known->second;
  if (is_new) {
    own.text = instance_id(scheduled_.instance_name(*precondition, *guarded), DateTime{instance_.scheduled_start});
    if (attempt != 0) own.text = attempt_id(own.text, attempt);
    own.item = FieldItem::of_value(ValueView(std::string_view(own.text)));
  }
  out = Field{&own.item, 1, SlotType::string};
  return true;
}

bool InstanceContext::field(ObjectId object, std::uint32_t attempt, std::string_view name, Field& out) const {
  if (name == "id") return guard_id(object, attempt, out);
  if (object == own_object_) {
    const Field* found = (attempt == 0 ? own_ : attempt_).find(name);
    if (found != nullptr) out = *found;
    return found != nullptr;
  }
  if (failure_ || !base::is_set_by_run(name)) return false;
  // An alarm is of this run, too, and has nothing else from it: no row of the store is its.
  const Component* component = scheduled_.find(scheduled_.definition().id(object));
  if (component == nullptr || !has_instances(*component)) {
    const bool is_shared = name == "@version" || name == "@sphere";
    const Field* found = is_shared && scheduled_.definition().has_instances(object) ? own_.find(name) : nullptr;
    if (found != nullptr) out = *found;
    return found != nullptr;
  }
  try {
    Referred& target = referred(object, *component);
    if (target.instances.empty()) return false;
    if (target.instances.size() == 1) {
      const Field* found = target.instances.front()->find(name);
      if (found != nullptr) out = *found;
      return found != nullptr;
    }
    // Of several instances it is the list of their values, once all of them have one: a list with fewer values would
    // not say whose is missing.
    auto list = target.lists.find(name);
    if (list == target.lists.end()) {
      std::vector<FieldItem> items;
      for (const auto& one : target.instances) {
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
    const Field* first = target.instances.front()->find(name);
    out = Field{list->second.data(), static_cast<std::uint32_t>(list->second.size()), first->type};
    return true;
  } catch (...) {
    // The evaluation would take it for a fault of the expression.
    failure_ = std::current_exception();
    return false;
  }
}

void InstanceContext::throw_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace pipexpr::service
