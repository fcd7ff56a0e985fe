// Looking names and members up, and what to say when there is no such name.
#include "eval/name_resolver.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/runtime_fields.h"
#include "base/similar_names.h"
#include "eval/convert.h"
#include "time/instance_name.h"

namespace pipexpr::eval {
namespace {

// Whether the run makes an instance of the object, which then has an id and a name of its own.
bool is_instance(const State& state, ObjectId object, Sphere sphere) {
  return sphere == Sphere::instance && state.context->run.has_value() && object != kNoObject &&
         state.graph->has_instances(object);
}

// Only the object that is evaluated is the attempt; references lead to instances.
std::uint32_t attempt_of(const State& state, ObjectId object) {
  return object == state.context->object && state.context->run ? state.context->run->attempt : 0;
}

// The names of a frame's text are those of the attempt, unless a reference has led to it.
std::uint32_t attempt_of(const State& state, const Frame& frame) {
  return frame.of_instance ? 0 : attempt_of(state, frame.object);
}

// Whether that object, which a reference leads to, is the one whose attempt is evaluated: its texts are the instance's.
bool is_instance_of_attempt(const State& state, ObjectId object) { return attempt_of(state, object) != 0; }

// What the host says of an instance that the engine has an answer for, too: an id because the component has several in
// one run, a time because its run is another one.
bool ask_host(State& state, ObjectId object, Sphere sphere, std::uint32_t attempt, std::string_view name, Field& out) {
  const InstanceFields* const instances = object == kNoObject ? nullptr : state.instances(sphere);
  if (instances == nullptr) return false;
  state.question = {object, name};
  const bool found = instances->field(object, attempt, name, out);
  state.question = {};
  return found && out.items != nullptr && out.count != 0;
}

}  // namespace

// Called out of the way, so that the caller keeps its registers. What the graph said is kept for the interpreter. When
// the time is over it is the interpreter's, which says so.
[[gnu::noinline, gnu::cold]] SingleField NameResolver::ask(ObjectId object, const FieldName& name) {
  asked_.field = {};
  asked_.object = object;
  asked_.name = &name;
  state_.question = {object, name.text};
  asked_.found = state_.graph->field(object, name, asked_.field);
  state_.question = {};
  SingleField field = asked_.found ? single_field(asked_.field) : SingleField();
  if (state_.budget.is_over()) field.single = SingleValue::none;
  return field;
}

bool NameResolver::charge_reference() {
  if (state_.budget.references_left == 0) {
    return errors_.limit(DiagnosticCode::limit_references, &Limits::max_references);
  }
  --state_.budget.references_left;
  return true;
}

bool NameResolver::run_members() {
  Frame& frame = state_.frames.back();
  if (frame.item == frame.count) return fields_.collect();
  if (!state_.budget.charge()) return errors_.over();
  const ValueView operand = frame.list.begin()[frame.item++];
  const FieldName name{frame.name, frame.member_key};
  return read_member(operand, name, frame.member_implicit);
}

bool NameResolver::find_field(ObjectId object, Sphere sphere, std::uint32_t attempt, const FieldName& name, Field& out,
                              Origin& origin) {
  if (asked_.pending) {  // the loop has asked for it, and there is no binding
    asked_.pending = false;
    out = asked_.field;
    origin = Origin::object;
    return asked_.found;
  }
  const Binding* binding = find_binding(state_.context_bindings(object), name.text);
  origin = Origin::context;
  if (binding == nullptr) {
    origin = Origin::run;
    const InstanceFields* const instances = object != kNoObject ? state_.instances(sphere) : nullptr;
    if (instances != nullptr) {
      state_.question = {object, name.text};
      const bool found = instances->field(object, attempt, name.text, out);
      state_.question = {};
      if (found) return true;
    }
    binding = find_binding(state_.run_bindings(sphere), name.text);
  }
  if (binding != nullptr) {
    out = binding->field;
    return true;
  }
  origin = Origin::object;
  if (object == kNoObject) return false;
  asked_.name = nullptr;  // the answer is not kept
  state_.question = {object, name.text};
  const bool found = state_.graph->field(object, name, out);
  state_.question = {};
  return found;
}

// Names that the run answers by itself. `found` says whether it does; false: it has been reported. The attempt is 0 for
// the instance itself.
bool NameResolver::find_implicit(ImplicitField implicit, const FieldName& name, ObjectId object, Sphere sphere,
                                 std::uint32_t attempt, bool& found) {
  const std::optional<Run>& run = state_.context->run;
  const bool in_run = sphere == Sphere::instance && run.has_value();
  const bool has_object = object != kNoObject;
  ValueView value;
  Field told;
  found = true;
  switch (implicit) {
    case ImplicitField::none: return found = false, true;
    case ImplicitField::scheduled_start:
      if (!in_run) return found = false, true;
      if (object != state_.context->object && ask_host(state_, object, sphere, attempt, "@scheduledStartTime", told))
        return fields_.push(told, object, sphere, name.text, Origin::run, false);
      value = ValueView(run->scheduled_start);
      break;
    case ImplicitField::scheduled_end:
      if (!in_run) return found = false, true;
      if (object != state_.context->object && ask_host(state_, object, sphere, attempt, "@scheduledEndTime", told))
        return fields_.push(told, object, sphere, name.text, Origin::run, false);
      if (!run->scheduled_end) return found = false, true;
      value = ValueView(*run->scheduled_end);
      break;
    case ImplicitField::parent:
      if (!is_instance(state_, object, sphere)) return found = false, true;
      value = ValueView(object, Sphere::component);
      break;
    case ImplicitField::instance_parent:
      if (!in_run || run->attempt == 0 || !has_object) return found = false, true;
      value = ValueView(object, Sphere::instance);
      break;
    case ImplicitField::id:
      if (!has_object) return found = false, true;
      if (!is_instance(state_, object, sphere)) {
        value = ValueView(state_.graph->id(object));
        break;
      }
      if (ask_host(state_, object, sphere, attempt, "id", told))
        return fields_.push(told, object, sphere, name.text, Origin::run, false);
      return push_instance_name(state_.graph->id(object), attempt);
    case ImplicitField::name: return push_name(name, object, sphere, attempt, found);
  }
  if (!is_known(value)) {
    return errors_.fail(DiagnosticCode::host_error, fmt::format("{} is {}", name.text, describe_unknown(value)));
  }
  state_.stack.push_back(value);
  return true;
}

// The instance's or attempt's id or name, from the component's. Nothing: no memory is left.
std::optional<std::string_view> NameResolver::instance_name(std::string_view component, std::uint32_t attempt) {
  char* const memory = state_.arena.allocate(component.size() + time::kMaxInstanceSuffix);
  if (memory == nullptr) return std::nullopt;
  char* const end = time::write_instance_name(component, state_.context->run->scheduled_start, attempt, memory);
  state_.arena.shrink(end);
  return std::string_view(memory, static_cast<std::size_t>(end - memory));
}

bool NameResolver::push_instance_name(std::string_view component, std::uint32_t attempt) {
  const std::optional<std::string_view> made = instance_name(component, attempt);
  if (!made) return errors_.out_of_memory();
  state_.stack.push_back(ValueView(*made));
  return true;
}

// The name of an instance is made of the component's, which is taken as it is written: a name is never evaluated.
bool NameResolver::push_name(const FieldName& name, ObjectId object, Sphere sphere, std::uint32_t attempt,
                             bool& found) {
  if (!is_instance(state_, object, sphere)) return found = false, true;
  Field field;
  Origin origin = Origin::object;
  if (!find_field(object, sphere, attempt, name, field, origin)) return found = false, true;
  const bool is_text = field.items != nullptr && field.count == 1 && field.items->value.is(Kind::string);
  if (origin == Origin::object && is_text) return push_instance_name(field.items->value.text(), attempt);
  return fields_.push(field, object, sphere, name.text, origin, attempt == 0 && is_instance_of_attempt(state_, object));
}

bool NameResolver::fast_name(const FieldName& name, ObjectId object, Sphere sphere, ValueView& out) {
  // Of an object whose attempt is evaluated, the frame says which of the two it is.
  return attempt_of(state_, object) == 0 && read_name(name, object, sphere, out);
}

bool NameResolver::fast_member_name(const FieldName& name, ValueView& operand) {
  return operand.is(Kind::reference) && read_name(name, operand.object(), operand.sphere(), operand);
}

bool NameResolver::read_name(const FieldName& name, ObjectId object, Sphere sphere, ValueView& out) {
  if (object == kNoObject || state_.instances(sphere) != nullptr) return false;
  if (find_binding(state_.context_bindings(object), state_.run_bindings(sphere), name.text) != nullptr) return false;
  const SingleField field = look_up(object, name);
  if (!is_instance(state_, object, sphere)) return plain_value(field, sphere, out);
  if (field.single != SingleValue::text) return false;
  const std::optional<std::string_view> made = instance_name(field.item->value.text(), 0);
  if (made) out = ValueView(*made);
  return made.has_value();
}

// Whether a name that the run or the graph answers by itself has another value, for the current object.
bool NameResolver::is_overridden(ObjectId object, Sphere sphere, std::string_view name) const {
  if (object != state_.context->object || state_.context->fields.empty()) return false;
  return find_binding(state_.context->fields, state_.run_bindings(sphere), name) != nullptr;
}

// Everywhere that a name may be found.
bool NameResolver::find_name(const Frame& frame, const Step& step) {
  if (!charge_reference()) return false;
  const FieldName& name = frame.names[step.index];
  if (step.implicit != ImplicitField::none && !is_overridden(frame.object, frame.sphere, name.text)) {
    bool found = false;
    if (!find_implicit(step.implicit, name, frame.object, frame.sphere, attempt_of(state_, frame), found)) return false;
    if (found) return true;
  }
  Field field;
  Origin origin = Origin::object;
  if (find_field(frame.object, frame.sphere, attempt_of(state_, frame), name, field, origin)) {
    return fields_.push(field, frame.object, frame.sphere, name.text, origin, frame.of_instance);
  }
  return find_parameter_or_object(frame, step, name);
}

// A parameter, or an object by its id.
bool NameResolver::find_parameter_or_object(const Frame& frame, const Step& step, const FieldName& name) {
  Field field;
  if (!step.runtime && state_.graph->parameter(name, field)) {
    return fields_.push(field, frame.object, frame.sphere, name.text, Origin::parameter, frame.of_instance);
  }
  if (step.path_head) {
    if (const auto object = state_.graph->find(name.text)) {
      state_.stack.push_back(ValueView(*object, frame.sphere));
      return true;
    }
  }
  return missing_name(frame.object, name);
}

bool NameResolver::find_member(const Frame& frame, const Step& step, ValueView operand) {
  const FieldName& name = frame.names[step.index];
  if (step.transitive && !state_.options.transitive_runtime_fields) {
    return errors_.fail(DiagnosticCode::runtime_field_transitive, name.text, name.text);
  }
  if (!operand.is(Kind::list)) return read_member(operand, name, step.implicit);
  Frame members;
  members.work = Frame::Work::members;
  members.list = operand;
  members.name = name.text;
  members.member_key = name.key;
  members.member_implicit = step.implicit;
  members.count = operand.size();
  members.base = static_cast<std::uint32_t>(state_.stack.size());
  members.object = frame.object;
  state_.frames.push_back(members);
  return true;
}

namespace {

std::string_view last_name(std::string_view path) { return path.substr(path.find_last_of(". \t\r\n") + 1); }

// Whether the text is the id that a runtime field has, by what precedes the dot.
bool is_id_of_run(const ValueView& value, std::string_view head) {
  const base::RuntimeField* const known = base::find_runtime_field(last_name(head));
  return value.is(Kind::string) && known != nullptr && known->type == SlotType::reference;
}

std::string describe_id(const ValueView& id, std::string_view head, std::string_view member) {
  const std::string_view behind = base::field_behind(last_name(head));
  return fmt::format("the text of an id, '{}'{}", base::excerpt(id.text()),
                     behind.empty() ? "" : fmt::format(" (write '{}.{}')", behind, member));
}

}  // namespace

bool NameResolver::read_member(ValueView operand, const FieldName& name, ImplicitField implicit) {
  if (!charge_reference()) return false;
  if (!operand.is(Kind::reference)) {
    const std::string head = errors_.head_of_member();
    const bool is_id = is_id_of_run(operand, head);
    if (!is_id && operand.is(Kind::string) && operand.slot() == SlotType::reference) {
      return errors_.fail(DiagnosticCode::unknown_object, base::excerpt(operand.text()), "");
    }
    state_.error.set(DiagnosticCode::not_a_reference, head,
                     is_id ? describe_id(operand, head, name.text) : describe(operand), name.text);
    return errors_.report_about({&operand, 1});
  }
  const ObjectId object = operand.object();
  const Sphere sphere = operand.sphere();
  if (implicit != ImplicitField::none && !is_overridden(object, sphere, name.text)) {
    bool found = false;
    if (!find_implicit(implicit, name, object, sphere, 0, found)) return false;
    if (found) return true;
  }
  Field field;
  Origin origin = Origin::object;
  if (find_field(object, sphere, 0, name, field, origin)) {
    return fields_.push(field, object, sphere, name.text, origin, is_instance_of_attempt(state_, object));
  }
  return missing_member(object, name);
}

namespace {

base::Similar similar_to(const ObjectGraph& graph, ObjectId object, std::string_view name, bool parameters) {
  base::Similar similar(name);
  const auto consider = [&](const std::string& candidate) {
    if (!candidate.empty()) similar.consider(candidate);
  };
  if (object != kNoObject) consider(graph.similar_name(object, name));
  if (parameters) consider(graph.similar_name(kNoObject, name));
  for (const base::RuntimeField& field : base::runtime_fields()) similar.consider(field.name);
  return similar;
}

}  // namespace

bool NameResolver::missing_name(ObjectId object, const FieldName& name) {
  if (name.text == "node") {
    return errors_.fail(DiagnosticCode::node_unavailable,
                        object == kNoObject ? "there is no current object" : state_.graph->why_no_node(object));
  }
  if (base::find_runtime_field(name.text) != nullptr) return missing_member(object, name);
  const base::Similar similar = similar_to(*state_.graph, object, name.text, true);
  std::string hint = base::did_you_mean(similar);
  if (hint.empty() && object == kNoObject) hint = "; fields need an object, and none was named";
  state_.error.set(DiagnosticCode::unknown_name, name.text, hint);
  state_.error.meant = similar.best();
  return errors_.report();
}

bool NameResolver::missing_member(ObjectId object, const FieldName& name) {
  if (name.text == "node") return errors_.fail(DiagnosticCode::node_unavailable, state_.graph->why_no_node(object));
  const std::string_view id = object == kNoObject ? std::string_view() : state_.graph->id(object);
  const base::RuntimeField* const known = base::find_runtime_field(name.text);
  if (known == nullptr) {
    const base::Similar similar = similar_to(*state_.graph, object, name.text, false);
    state_.error.set(DiagnosticCode::unknown_field, id, name.text, base::did_you_mean(similar));
    state_.error.meant = similar.best();
    return errors_.report();
  }
  // What the service writes for a runtime field without a value, it writes in a run: without one it is an error, also
  // when the host has asked for something else.
  const UnsetRuntime unset = state_.options.unset_runtime;
  const bool is_replaced = unset == UnsetRuntime::null || unset == UnsetRuntime::empty;
  const bool is_never_unset = known->moment == base::RuntimeMoment::beginning;
  if (!is_replaced || is_never_unset || !state_.context->run) {
    return errors_.fail_unset(object, name.text, is_replaced ? base::UnsetUse::replaced : base::UnsetUse::read);
  }
  if (unset == UnsetRuntime::empty) {
    state_.nulls.add_unset(name.text, object);
    state_.stack.push_back(state_.unset_field());
    return true;
  }
  const char* const text = state_.nulls.add_text(name.text, object, state_.arena);
  if (text == nullptr) return errors_.out_of_memory();
  // In the field's slot, so that to an operator it is what the field would be: of a date-time no sum is made.
  state_.stack.push_back(ValueView(std::string_view(text, kNullText.size()), known->type));
  return true;
}

}  // namespace pipexpr::eval
