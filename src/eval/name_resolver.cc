// Names: what `#{x}` and `.x` find. The order is the language's rule 6.9: the context's fields, the run's, the object's
// own and inherited ones, then, for a name at the head of a path, parameters and, last, an object's id.
#include "base/runtime_fields.h"
#include "base/similar_names.h"
#include "eval/machine.h"
#include "time/literal.h"

namespace pipexpr {

bool Evaluator::Machine::find_field(ObjectId object, Sphere sphere, const FieldName& name, Field& out, Origin& origin) {
  if (asked_.pending) {  // the loop has asked for it, and there is no binding
    asked_.pending = false;
    out = asked_.field;
    origin = Origin::object;
    return asked_.found;
  }
  const Binding* given = eval::find_binding(given_of(object), name.text);
  origin = Origin::context;
  if (given == nullptr) {
    given = eval::find_binding(run_fields(sphere), name.text);
    origin = Origin::run;
  }
  if (given != nullptr) {
    out = given->field;
    return true;
  }
  origin = Origin::object;
  return object != kNoObject && graph->field(object, name, out);
}

// Names that the run answers by itself.
bool Evaluator::Machine::known(KnownName name, ObjectId object, Sphere sphere) {
  if (name == KnownName::id && object != kNoObject &&
      (sphere != Sphere::instance || !context_->run || !graph->has_instances(object))) {
    stack_.push_back(ValueView(graph->id(object)));
    return true;
  }
  if (sphere != Sphere::instance || !context_->run) return false;
  const Run& run = *context_->run;
  switch (name) {
    case KnownName::none: return false;
    case KnownName::scheduled_start: stack_.push_back(ValueView(run.scheduled_start)); return true;
    case KnownName::scheduled_end:
      if (!run.scheduled_end) return false;
      stack_.push_back(ValueView(*run.scheduled_end));
      return true;
    case KnownName::parent:
      if (object == kNoObject || !graph->has_instances(object)) return false;
      stack_.push_back(ValueView(object, Sphere::component));
      return true;
    case KnownName::instance_parent:
      if (run.attempt == 0 || object == kNoObject) return false;
      stack_.push_back(ValueView(object, Sphere::instance));
      return true;
    case KnownName::id: return object != kNoObject && instance_id(object);
  }
  return false;
}

// `@Component_2012-12-12T00:00:00`, and `_Attempt=1` behind it for an attempt.
bool Evaluator::Machine::instance_id(ObjectId object) {
  const std::string_view id = graph->id(object);
  char* const room = arena.allocate(id.size() + time::kMaxDefaultText + 32);
  if (room == nullptr) return fail_memory();
  char* to = room;
  *to++ = '@';
  to = std::copy(id.begin(), id.end(), to);
  *to++ = '_';
  to = time::write_default(context_->run->scheduled_start, to);
  if (context_->run->attempt != 0) to = fmt::format_to(to, "_Attempt={}", context_->run->attempt);
  arena.shrink(to);
  stack_.push_back(ValueView(std::string_view(room, static_cast<std::size_t>(to - room))));
  return true;
}

// Whether a name that the run or the graph answers by itself was given another value, for the current object.
bool Evaluator::Machine::is_overridden(ObjectId object, Sphere sphere, std::string_view name) const {
  if (object != context_->object || context_->fields.empty()) return false;
  return eval::find_binding(context_->fields, run_fields(sphere), name) != nullptr;
}

// Everywhere that a name may be found.
bool Evaluator::Machine::find_name(const Frame& frame, const Step& step, const FieldName& name) {
  const bool overridden = is_overridden(frame.object, frame.sphere, name.text);
  if (step.known != KnownName::none && !overridden && known(step.known, frame.object, frame.sphere)) return true;
  if (fatal_) return false;
  Field field;
  Origin origin = Origin::object;
  if (find_field(frame.object, frame.sphere, name, field, origin)) {
    return push_field(field, frame.object, frame.sphere, name.text, origin);
  }
  return find_outside(frame, step, name);
}

// A parameter, or an object by its id.
bool Evaluator::Machine::find_outside(const Frame& frame, const Step& step, const FieldName& name) {
  Field field;
  if (!step.runtime && graph->parameter(name, field)) {
    return push_field(field, frame.object, frame.sphere, name.text, Origin::parameter);
  }
  if (step.path_head) {
    if (const auto object = graph->find(name.text)) {
      stack_.push_back(ValueView(*object, frame.sphere));
      return true;
    }
  }
  return missing_name(frame.object, name);
}

bool Evaluator::Machine::find_member(const Frame& frame, const Step& step, ValueView operand) {
  const FieldName& name = frame.names[step.index];
  if (step.transitive && !options.transitive_runtime_fields) {
    return fail(DiagnosticCode::runtime_field_transitive, name.text, name.text);
  }
  if (!operand.is(Kind::list)) return read_member(operand, name, step.known);
  Frame members;
  members.work = Frame::Work::members;
  members.list = operand;
  members.name = name.text;
  members.member_key = name.key;
  members.member_known = step.known;
  members.count = operand.size();
  members.base = static_cast<std::uint32_t>(stack_.size());
  members.object = frame.object;
  frames_.push_back(members);
  return true;
}

bool Evaluator::Machine::read_member(ValueView operand, const FieldName& name, KnownName known_name) {
  if (budget_.references_left == 0) return too_many_references();
  --budget_.references_left;
  if (!operand.is(Kind::reference)) {
    if (operand.is(Kind::string) && operand.slot() == SlotType::reference) {
      return fail(DiagnosticCode::unknown_object, base::excerpt(operand.text()), "");
    }
    return fail(DiagnosticCode::not_a_reference, head_of_member(), eval::describe(operand), name.text);
  }
  const ObjectId object = operand.object();
  const Sphere sphere = operand.sphere();
  const bool overridden = is_overridden(object, sphere, name.text);
  if (known_name != KnownName::none && !overridden && known(known_name, object, sphere)) return true;
  if (fatal_) return false;
  Field field;
  Origin origin = Origin::object;
  if (find_field(object, sphere, name, field, origin)) return push_field(field, object, sphere, name.text, origin);
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

bool Evaluator::Machine::missing_name(ObjectId object, const FieldName& name) {
  if (name.text == "node") {
    return fail(DiagnosticCode::node_unavailable,
                object == kNoObject ? "there is no current object" : graph->why_no_node(object));
  }
  if (base::find_runtime_field(name.text) != nullptr) return missing_member(object, name);
  const base::Similar similar = similar_to(*graph, object, name.text, true);
  std::string hint = base::did_you_mean(similar);
  if (hint.empty() && object == kNoObject) hint = "; fields need an object, and none was named";
  fault.set(DiagnosticCode::unknown_name, name.text, hint);
  fault.meant = similar.best();
  return fail_here();
}

bool Evaluator::Machine::missing_member(ObjectId object, const FieldName& name) {
  if (name.text == "node") return fail(DiagnosticCode::node_unavailable, graph->why_no_node(object));
  const std::string_view id = object == kNoObject ? std::string_view() : graph->id(object);
  if (base::find_runtime_field(name.text) == nullptr) {
    const base::Similar similar = similar_to(*graph, object, name.text, false);
    fault.set(DiagnosticCode::unknown_field, id, name.text, base::did_you_mean(similar));
    fault.meant = similar.best();
    return fail_here();
  }
  if (!options.empty_unset_runtime_fields) {
    const bool has_run = context_->run.has_value();
    const std::string owner = object == kNoObject ? "no object" : fmt::format("'{}'", id);
    return fail(DiagnosticCode::runtime_field_unset, name.text, owner, base::why_unset(name.text, has_run));
  }
  stack_.push_back(ValueView());
  return true;
}

}  // namespace pipexpr
