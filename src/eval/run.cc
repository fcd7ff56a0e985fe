// The evaluator's loop: steps of the top frame's template, with the common ways of names, calls and operators at hand.
// What happens for every evaluation is in this file, so that the compiler can see it at once.
#include <algorithm>

#include "eval/arithmetic.h"
#include "eval/machine.h"

namespace pipexpr {

// A step in the general way, on the stack as it should be.
bool Evaluator::Machine::execute(const Frame& frame, const Step& step) {
  switch (step.op) {
    case Step::Op::constant: stack_.push_back(step.constant); return true;
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

// Takes the steps of an expression, from the frame's on, each in the general way: true when its value is on the stack,
// or when a field has to be evaluated first, whose frame stands above then and will leave its value on the stack.
bool Evaluator::Machine::run_steps(Frame& first, const Piece& piece) {
  Frame* frame = &first;
  const std::size_t height = frames_.size();
  while (frame->step != piece.end_step) {
    if (!charge() || !execute(*frame, frame->program->steps[frame->step])) return false;
    frame = &frames_[height - 1];  // it may have moved
    ++frame->step;
    frame->traces = options.listener != nullptr;
    if (frames_.size() != height) return true;
    if (frame->traces) trace_value(*frame);
  }
  return true;
}

// Runs the top frame's template until it ends or a field has to be evaluated first.
bool Evaluator::Machine::run_text() {
  const std::size_t height = frames_.size();
  Frame* frame = &frames_.back();
  const Program& program = *frame->program;
  const bool appending = is_appending(height);
  const Scope scope(program, frame->names, frame->object, frame->sphere, *context_);
  for (; frame->piece != program.pieces.size(); ++frame->piece) {
    const Piece& piece = program.pieces[frame->piece];
    if (piece.is_literal()) {
      const std::string_view text = program.source(piece.text);
      if (!appending) {
        parts.push_back(ValueView(text));
      } else if (!append_text(text)) {
        return false;
      }
      continue;
    }
    ValueView value;
    if (frame->step <= piece.first_step && frame->tried != frame->piece && options.listener == nullptr &&
        quick(scope, piece, false, value)) {
      frame->step = piece.end_step;
    } else {
      frame->step = std::max(frame->step, piece.first_step);
      if (frame->traces) trace_value(*frame);
      if (!run_steps(*frame, piece)) return false;
      if (frames_.size() != height) return true;
      frame = &frames_.back();
      value = stack_.pop();
    }
    if (!(appending ? append_value(value) : add_part(value))) return false;
  }
  return finish_text();
}

void Evaluator::Machine::trace_value(Frame& frame) {
  frame.traces = false;
  const Step& step = frame.program->steps[frame.step - 1];
  const syntax::Node& node = frame.program->nodes[step.node];
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
      case Frame::Work::text: good = run_text(); break;
      case Frame::Work::items: good = run_items(); break;
      case Frame::Work::members: good = run_members(); break;
    }
    if (!good && (again_ || !unwind())) break;
  }
  return !failed_;
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

bool Evaluator::Machine::start(const Expression& expression, std::size_t done, Wanted wanted) {
  used_ = true;
  wanted_ = wanted;
  fatal_ = failed_ = again_ = false;
  Frame& top = frames_.push();
  top = Frame();
  top.program = &ExpressionAccess::program(expression);
  top.names = ExpressionAccess::names(expression, graph->identity());
  top.object = context_->object;
  top.sphere = context_->run.has_value() ? Sphere::instance : Sphere::component;
  top.piece = static_cast<std::uint32_t>(done);
  if (wanted == Wanted::appended) top.tried = top.piece;
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

}  // namespace pipexpr
