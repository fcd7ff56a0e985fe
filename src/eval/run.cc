// The evaluator's loop: steps of the top frame's template, with the common ways of names, calls and operators at hand.
// What happens for every evaluation is in this file, so that the compiler can see it at once.
#include <algorithm>

#include "eval/arithmetic.h"
#include "eval/machine.h"

namespace pipexpr {

// Most fields are one plain value; `out` is what the general way would push.
[[gnu::always_inline]] inline bool Evaluator::Machine::plain_value(const Field& field, Sphere sphere, char first,
                                                                   ValueView& out) {
  if (field.count != 1 || field.items->form != FieldItem::Form::literal || first == '*') return false;
  const ValueView& value = field.items->value;
  if (value.is(Kind::string)) {
    out = ValueView(value.text(), field.type);
  } else if (!value.is(Kind::reference)) {
    out = eval::in_words(value);
  } else if (value.sphere() == Sphere::instance && value.object() != kNoObject) {
    out = ValueView(value.object(), sphere);
  } else {
    return false;
  }
  return true;
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
    if (field.count != 1 || field.items->form != FieldItem::Form::literal) return field.count = 0, nullptr;
    const ValueView& value = field.items->value;
    if (!value.is(Kind::reference) || value.sphere() != Sphere::instance || value.object() == kNoObject ||
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

// A step in the general way, on the stack as it should be.
bool Evaluator::Machine::execute(const Frame& frame, const Step& step) {
  switch (step.op) {
    case Step::Op::constant: stack_.push_back(frame.program->constants[step.index]); return true;
    case Step::Op::name:
      if (++references_ > limits_.max_references) return too_many_references();
      return find_name(frame, step, frame.names[step.index]);
    case Step::Op::member: return find_member(frame, step, stack_.pop());
    case Step::Op::negate: return apply(step, stack_.back(), {}, stack_.back());
    case Step::Op::binary: {
      stack_.pop_back();
      return apply(step, stack_.back(), *stack_.end(), stack_.back());
    }
    case Step::Op::call: return call(*frame.program, step);
  }
  return true;
}

// Runs the steps of an expression, from the frame's on: true when its value is on the stack, or when a field has to be
// evaluated first, whose frame stands above then. Common steps are done here, on the end of the stack in a register.
template <bool Traced>
[[gnu::always_inline]] inline bool Evaluator::Machine::run_steps(Frame* frame, const Piece& piece, bool appending) {
  const Program& program = *frame->program;
  const Step* const steps = program.steps.data();
  const Step* const end = steps + piece.end_step;
  const Step* step = steps + frame->step;
  const std::size_t height = frames_.size();
  const Sphere sphere = frame->sphere;
  const ObjectId object = frame->object;
  const bool given = has_given_fields(object, sphere);
  // Paid for at once, unless the clock has to be looked at in between.
  const bool paid = !Traced && until_check_ > static_cast<std::uint64_t>(end - step);
  if (paid) until_check_ -= static_cast<std::uint64_t>(end - step);
  ValueView* top = stack_.room(static_cast<std::size_t>(end - step));
  Field field;
  for (; step != end; ++step) {
    if (!paid) [[unlikely]] {
      frame->step = static_cast<std::uint32_t>(step - steps);
      if (!charge()) return false;
    }
    if (!Traced) {
      switch (step->op) {
        case Step::Op::constant: *top++ = eval::in_words(program.constants[step->index]); continue;
        case Step::Op::binary:
          if (!eval::calculate_numbers(step->sign, top[-2], top[-1])) break;
          --top;
          continue;
        case Step::Op::name: {
          if (references_ >= limits_.max_references) break;
          const FieldName& name = frame->names[step->index];
          if (given) {
            const Binding* const one = object == context_->object ? find_bound(context_->fields, name.text) : nullptr;
            if (one == nullptr || !plain_value(one->field, sphere, name.text[0], *top)) break;
          } else if (step->known == KnownName::scheduled_start && sphere == Sphere::instance) {
            *top = ValueView(context_->run->scheduled_start);
          } else if (step->known != KnownName::none || object == kNoObject || !graph->field(object, name, field) ||
                     !plain_value(field, sphere, name.text[0], *top)) {
            break;
          }
          ++references_;
          ++top;
          continue;
        }
        case Step::Op::member: {
          const ValueView& operand = top[-1];
          if (!operand.is(Kind::reference) || step->known != KnownName::none || step->transitive ||
              has_given_fields(operand.object(), operand.sphere()) || references_ >= limits_.max_references) {
            break;
          }
          const FieldName& name = frame->names[step->index];
          if (!graph->field(operand.object(), name, field) ||
              !plain_value(field, operand.sphere(), name.text[0], top[-1])) {
            break;
          }
          ++references_;
          continue;
        }
        case Step::Op::call: {
          const FunctionSpec& function = *program.functions[step->index];
          ValueView* const arguments = top - step->count;
          if (!step->is_ready || !are_of_kinds(function, arguments)) break;
          frame->step = static_cast<std::uint32_t>(step - steps);
          offers_place_ = appending && step + 1 == end;
          const void* const prepared = step->prepared != 0 ? program.prepared[step->prepared - 1].get() : nullptr;
          if (!invoke(function, arguments, step->count, prepared, *arguments)) return refund(paid, end - step - 1);
          top = arguments + 1;
          continue;
        }
        case Step::Op::negate: break;
        default: __builtin_unreachable();
      }
    }
    frame->step = static_cast<std::uint32_t>(step - steps);
    stack_.set_end(top);
    offers_place_ = false;
    const bool good = execute(*frame, *step);
    const std::ptrdiff_t rest = end - step - 1;
    if (!good) return refund(paid, rest);
    frame = &frames_[height - 1];  // it may have moved
    frame->step = static_cast<std::uint32_t>(step - steps) + 1;
    if (frames_.size() != height) {  // a field's frame stands above; it will leave its value on the stack
      frame->traces = Traced;
      refund(paid, rest);
      return true;
    }
    if (Traced) trace_value(*frame);
    top = stack_.room(static_cast<std::size_t>(rest));
  }
  stack_.set_end(top);
  frame->step = piece.end_step;
  return true;
}

// Runs the top frame's template until it ends or a field has to be evaluated first.
template <bool Traced>
bool Evaluator::Machine::run_text() {
  Frame* frame = &frames_.back();
  const Program& program = *frame->program;
  const std::size_t height = frames_.size();
  const bool appending = is_appending(height);
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
          frame->step = piece->end_step;
          if (!appending) {
            parts.push_back(ValueView(value->text(), field.type));
          } else if (!append_text(value->text())) {
            return false;
          }
          continue;
        }
        if (field.count != 0) {
          frame->step = piece->end_step - 1;
          const std::string_view name = frame->names[program.steps[frame->step].index].text;
          if (!push_field(field, owner, frame->sphere, name, Origin::object)) return false;
          frames_[height - 1].step = piece->end_step;
          if (frames_.size() != height) return true;
        }
      }
    }
    if (Traced && frame->traces) trace_value(*frame);
    if (frame->step != piece->end_step) {
      if (!run_steps<Traced>(frame, *piece, appending)) return false;
      if (frames_.size() != height) return true;
      frame = &frames_.back();
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
