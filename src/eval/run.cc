// The evaluator's loop: steps of the top frame's template, with the common ways of names, calls and operators at hand.
// What happens for every evaluation is in this file, so that the compiler can see it at once.
#include <algorithm>

#include "eval/arithmetic.h"
#include "eval/machine.h"

namespace pipexpr {

// A name that a literal field of the current object answers, as most do; anything else goes the general way.
[[gnu::always_inline]] inline bool Evaluator::Machine::resolve_name(const Frame& frame, const Step& step) {
  if (++references_ > limits_.max_references) return too_many_references();
  const FieldName& name = frame.names[step.index];
  if (has_given_fields(frame.object, frame.sphere)) {
    const Binding* const given = frame.object == context_->object ? find_bound(context_->fields, name.text) : nullptr;
    if (given == nullptr) return find_name(frame, step, name);
    return push_field(given->field, frame.object, frame.sphere, name.text, Origin::context);
  }
  if (step.known == KnownName::scheduled_start && frame.sphere == Sphere::instance) {
    stack_.push_back(ValueView(context_->run->scheduled_start));
    return true;
  }
  if (step.known != KnownName::none) return find_name(frame, step, name);
  Field field;
  if (frame.object == kNoObject || !graph->field(frame.object, name, field)) return find_outside(frame, step, name);
  return push_field(field, frame.object, frame.sphere, name.text, Origin::object);
}

[[gnu::always_inline]] inline bool Evaluator::Machine::resolve_member(const Frame& frame, const Step& step) {
  stack_.pop_back();
  const ValueView& operand = *stack_.end();
  const ObjectId object = operand.object();
  const Sphere sphere = operand.sphere();
  if (!operand.is(Kind::reference) || step.known != KnownName::none || step.transitive ||
      has_given_fields(object, sphere)) {
    return find_member(frame, step, operand);
  }
  if (++references_ > limits_.max_references) return too_many_references();
  const FieldName& name = frame.names[step.index];
  Field field;
  if (!graph->field(object, name, field)) return missing_member(object, name);
  return push_field(field, object, sphere, name.text, Origin::object);
}

// A path, which is what most expressions are: from field to field without a stack. `field` is the last one, of `owner`;
// no field (count 0): the steps have to be taken one by one, and nothing has happened yet. Returns the value when it is
// a plain text.
[[gnu::always_inline]] inline const ValueView* Evaluator::Machine::walk_path(const Frame& frame, const Piece& piece,
                                                                             Field& field, ObjectId& owner) {
  const Step* step = frame.program->steps.data() + piece.first_step;
  const Step* const last = frame.program->steps.data() + piece.end_step - 1;
  const auto count = static_cast<std::uint32_t>(last - step) + 1;
  const bool instances = frame.sphere == Sphere::instance;
  owner = frame.object;
  if (until_check_ <= count || references_ + count > limits_.max_references || owner == kNoObject ||
      (instances && !context_->run->fields.empty()) || !graph->field(owner, frame.names[step->index], field)) {
    return field.count = 0, nullptr;
  }
  const bool given = !context_->fields.empty();
  if (given && owner == context_->object) return field.count = 0, nullptr;
  while (step != last) {
    const ValueView& value = field.items->value;
    if (field.count != 1 || field.items->form != FieldItem::Form::literal || !value.is(Kind::reference) ||
        value.sphere() != Sphere::instance || value.object() == kNoObject ||
        (given && value.object() == context_->object)) {
      return field.count = 0, nullptr;
    }
    owner = value.object();
    if (!graph->field(owner, frame.names[(++step)->index], field)) return field.count = 0, nullptr;
  }
  if (field.count == 0) return nullptr;
  until_check_ -= count;
  references_ += count;
  const bool plain = field.count == 1 && field.items->form == FieldItem::Form::literal &&
                     field.items->value.is(Kind::string) && frame.names[step->index].text[0] != '*';
  return plain ? &field.items->value : nullptr;
}

// `last`: the step's value is that of a piece which is being appended.
[[gnu::always_inline]] inline bool Evaluator::Machine::execute(const Frame& frame, const Step& step, bool last) {
  switch (step.op) {
    case Step::Op::constant: stack_.push_back(frame.program->constants[step.index]); return true;
    case Step::Op::name: return resolve_name(frame, step);
    case Step::Op::member: return resolve_member(frame, step);
    case Step::Op::negate: return apply(step, stack_.back(), {}, stack_.back());
    case Step::Op::binary: {
      stack_.pop_back();
      ValueView& a = stack_.back();
      const ValueView& b = *stack_.end();
      return eval::calculate_numbers(step.sign, a, b) || apply(step, a, b, a);
    }
    case Step::Op::call: offers_place_ = last; return call(*frame.program, step);
  }
  return true;
}

// Runs the top frame's template until it ends or a field has to be evaluated first.
template <bool Traced>
bool Evaluator::Machine::run_text() {
  Frame* frame = &frames_.back();
  const Program& program = *frame->program;
  const std::size_t height = frames_.size();
  const bool appending = is_appending(height);
  const Step* const steps = program.steps.data();
  const Piece* const end = program.pieces.data() + program.pieces.size();
  for (const Piece* piece = program.pieces.data() + frame->piece; piece != end; ++piece, ++frame->piece) {
    if (piece->is_literal()) {
      const std::string_view text(program.text.data() + piece->text.offset, piece->text.length);
      if (!appending) {
        parts.push_back(ValueView(text));
      } else if (!append_text(text)) {
        return false;
      }
      continue;
    }
    if (frame->step <= piece->first_step) {
      frame->step = piece->first_step;
      if (!Traced && piece->is_path) {
        Field field;
        ObjectId owner = kNoObject;
        if (const ValueView* const value = walk_path(*frame, *piece, field, owner)) {
          const std::string_view text = value->text();
          frame->step = piece->end_step;
          if (!appending) {
            parts.push_back(ValueView(text, field.type));
          } else if (!append_text(text)) {
            return false;
          }
          continue;
        }
        if (field.count != 0) {
          frame->step = piece->end_step - 1;
          const std::string_view name = frame->names[steps[frame->step].index].text;
          if (!push_any_field(field, owner, frame->sphere, name, Origin::object)) return false;
          frames_[height - 1].step = piece->end_step;
          if (frames_.size() != height) return true;
        }
      }
    }
    if (Traced && frame->traces) trace_value(*frame);
    const std::uint32_t end_step = piece->end_step;
    for (std::uint32_t at = frame->step; at != end_step;) {
      const Step& step = steps[at];
      if (!charge()) return false;
      if (!execute(*frame, step, appending && at + 1 == end_step)) return false;
      ++at;
      if (frames_.size() != height) {  // a field's frame stands above; it will leave its value on the stack
        Frame& below = frames_[height - 1];
        below.step = at;
        below.traces = Traced;
        return true;
      }
      frame->step = at;
      if (Traced) trace_value(*frame);
    }
    stack_.pop_back();
    const ValueView& value = *stack_.end();
    if (!appending) {
      if (!add_part(value)) return false;
    } else if (!(value.is(Kind::string) ? append_text(value.text()) : append_value(value))) {
      return false;
    }
  }
  return finish_text();
}

void Evaluator::Machine::trace_value(Frame& frame) {
  frame.traces = false;
  const Step& step = frame.program->steps[frame.step - 1];
  const ast::Node& node = frame.program->nodes[step.node];
  static constexpr std::string_view kWhat[] = {"literal", "reference", "member", "operator", "operator", "call"};
  static constexpr std::uint32_t kOperands[] = {0, 0, 1, 1, 2, 0};
  const auto op = static_cast<std::size_t>(step.op);
  const std::string_view name = step.op == Step::Op::constant ? std::string_view() : frame.program->source(node.text);
  const std::uint32_t operands = step.op == Step::Op::call ? step.count : kOperands[op];
  options.listener->node(
      {frame.program->text, node.span, kWhat[op], name, operands, static_cast<std::uint32_t>(texts_)}, stack_.back());
}

inline bool Evaluator::Machine::loop() {
  if (must_check_clock() && !check_clock()) unwind();
  while (!frames_.empty()) {
    bool good = false;
    switch (frames_.back().work) {
      case Frame::Work::text: good = options.listener != nullptr ? run_text<true>() : run_text<false>(); break;
      case Frame::Work::items: good = run_items(); break;
      case Frame::Work::members: good = run_members(); break;
    }
    if (!good && (again_ || !unwind())) break;
  }
  return !failed_;
}

// Steps are counted down to the next look at the clock, every 1,024 of them, or to the limit.
void Evaluator::Machine::allow_steps(std::uint64_t count) {
  const std::uint64_t now = std::min<std::uint64_t>(count, 1024);
  until_check_ = now + 1;
  steps_left_ = count - now;
}

bool Evaluator::Machine::charge_slowly() {
  if (steps_left_ == 0) {
    until_check_ = 1;
    return fail_limit(DiagnosticCode::limit_steps, &Limits::max_steps);
  }
  const std::uint64_t now = std::min<std::uint64_t>(steps_left_, 1024);
  until_check_ = now;
  steps_left_ -= now;
  return check_clock();
}

inline void Evaluator::Machine::begin(const Expression& expression, const ObjectGraph& of, const Context& context) {
  graph = &of;
  context_ = &context;
  if (!limits_known_) take_limits();
  if (texts_bytes_ > kMostTextBytes || texts_seen_.size() > kMostTexts) forget_texts();
  arena.reset(limits_.max_memory_bytes);
  memo_.reset();
  stack_.clear();
  if (!secrets_.empty()) secrets_.clear();
  parts.clear();
  parts_bytes = 0;
  if (!diagnostics.empty()) diagnostics.clear();
  fatal_ = failed_ = again_ = offers_place_ = false;
  allow_steps(limits_.max_steps);
  references_ = texts_ = 0;
  result = {};
  frames_.clear();
  Frame& top = frames_.push();
  top = Frame();
  top.program = &ExpressionAccess::program(expression);
  top.names = ExpressionAccess::names(expression, of.identity());
  top.object = context.object;
  top.sphere = context.run != nullptr ? Sphere::instance : Sphere::component;
}

bool Evaluator::Machine::start(const Expression& expression, const ObjectGraph& of, const Context& context,
                               Wanted wanted) {
  wanted_ = wanted;
  begin(expression, of, context);
  try {
    return loop();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& why) {
    return thrown(expression, why.what());
  } catch (...) {
    return thrown(expression, "an exception that is no std::exception");
  }
}

bool Evaluator::Machine::append(const Expression& expression, const ObjectGraph& of, const Context& context,
                                TextBuffer& out) {
  if (!limits_known_) take_limits();
  if (options.listener == nullptr) {  // a listener must not see anything twice
    out.room(std::min<std::size_t>(ExpressionAccess::program(expression).text.size(), limits_.max_output_bytes));
    appending_ = {&out, out.room(0), nullptr, out.size()};
    find_end();
    const bool good = start(expression, of, context, Wanted::appended);
    if (good && !again_) out.commit(static_cast<std::size_t>(appending_.at - out.room(0)));
    if (!again_) return good;
  }
  if (!start(expression, of, context, Wanted::parts)) return false;
  char* to = out.room(parts_bytes);
  for (const ValueView& part : parts) to = text::copy(to, part.text());
  out.commit(parts_bytes);
  return true;
}

}  // namespace pipexpr
