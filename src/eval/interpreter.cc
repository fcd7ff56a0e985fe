// The interpreter: frames for fields whose text is itself a template, and the full instantiation of the step loop. It
// knows all the cases and all the errors, and begins wherever the fast path stopped.
#include <algorithm>

#include "eval/steps.h"

namespace pipexpr {

// A step whose rule the loop does not have inline, on the stack as it is.
bool Evaluator::Machine::execute(const Frame& frame, const Step& step) {
  bool good = true;
  switch (step.op) {
    case Step::Op::constant: stack_.push_back(step.constant); return true;
    case Step::Op::name:
      if (budget_.references_left == 0) return too_many_references();
      --budget_.references_left;
      good = find_name(frame, step, frame.names[step.index]);
      break;
    case Step::Op::member: good = find_member(frame, step, stack_.pop()); break;
    case Step::Op::negate: return apply(step, stack_.back(), {}, stack_.back());
    case Step::Op::binary: {
      stack_.pop_back();
      return apply(step, stack_.back(), *stack_.end(), stack_.back());
    }
    case Step::Op::call: good = call(*frame.program, step); break;
  }
  if (good && budget_.is_timed() && budget_.is_over()) return report_over();
  return good;
}

// Runs the top frame's template until it ends or a field has to be evaluated first.
bool Evaluator::Machine::run_text() {
  const std::size_t height = frames_.size();
  Frame* frame = &frames_.back();
  const Program& program = *frame->program;
  const Scope scope(program, frame->names, frame->object, frame->sphere, *context_);
  for (; frame->piece != program.pieces.size(); ++frame->piece) {
    const Piece& piece = program.pieces[frame->piece];
    if (piece.is_literal()) {
      const std::string_view text = program.source(piece.text);
      if (is_appending(height)) {
        append_text(text);
      } else {
        parts.push_back(ValueView(text));
      }
      continue;
    }
    const Step* const end = program.steps.data() + piece.end_step;
    ValueView value;
    Outcome outcome = Outcome::handed_over;
    const Step* step = program.steps.data() + piece.first_step;
    if (frame->in_expression) {
      step = program.steps.data() + frame->step;
      if (frame->traces) trace_step(program, step[-1], stack_.back());
      frame->traces = false;
    } else if (listener_ == nullptr && !options.testing_interpreter_only) {
      outcome = run_steps<false>(scope, step, end, false, value);
    } else {
      stack_.push_back(ValueView());
    }
    frame->in_expression = true;
    if (outcome == Outcome::handed_over) outcome = run_steps<true>(scope, step, end, false, value);
    frame = &frames_[height - 1];  // it may have moved
    frame->step = static_cast<std::uint32_t>(step - program.steps.data());
    if (outcome == Outcome::suspended) {
      frame->traces = listener_ != nullptr;
      return true;
    }
    if (outcome != Outcome::done) return report(outcome);
    frame->in_expression = false;
    frame->step = piece.end_step;
    if (!(is_appending(height) ? append_value(value) : add_part(value))) return false;
  }
  return finish_text();
}

void Evaluator::Machine::trace_step(const Program& program, const Step& step, const ValueView& value) {
  const syntax::Node& node = program.nodes[step.node];
  static constexpr std::string_view kWhat[] = {"literal", "reference", "member", "operator", "operator", "call"};
  static constexpr std::uint32_t kOperands[] = {0, 0, 1, 1, 2, 0};
  const auto op = static_cast<std::size_t>(step.op);
  const std::string_view name = step.op == Step::Op::constant ? std::string_view() : program.source(node.text);
  const std::uint32_t operands = step.op == Step::Op::call ? step.count : kOperands[op];
  listener_->node({program.text, node.span, kWhat[op], name, operands, static_cast<std::uint32_t>(texts_)}, value);
}

bool Evaluator::Machine::report(Outcome outcome) {
  switch (outcome) {
    case Outcome::failed: return fail_here();
    case Outcome::over: return report_over();
    default: return false;
  }
}

// Until no frame is left; false when there was an error.
bool Evaluator::Machine::loop() {
  while (!frames_.empty()) {
    bool good = false;
    switch (frames_.back().work) {
      case Frame::Work::text: good = run_text(); break;
      case Frame::Work::items: good = run_items(); break;
      case Frame::Work::members: good = run_members(); break;
    }
    if (good && budget_.is_timed() && !frames_.empty() && budget_.is_over()) good = report_over();
    if (!good && !unwind()) break;
  }
  return !failed_;
}

// The top template's frame.
void Evaluator::Machine::start(const Expression& expression, Wanted wanted) {
  used_ = true;
  wanted_ = wanted;
  fatal_ = failed_ = false;
  Frame& top = frames_.push();
  top = Frame();
  top.program = &ExpressionAccess::program(expression);
  top.names = ExpressionAccess::names(expression, graph->identity());
  top.object = context_->object;
  top.sphere = context_->run.has_value() ? Sphere::instance : Sphere::component;
  if (budget_.is_over()) {
    report_over();
    frames_.clear();
  }
}

bool Evaluator::Machine::run(const Expression& expression, const ObjectGraph& of, const Context& context,
                             Wanted wanted) {
  if (is_busy_) return refuse_entry(expression);
  if (!limits_known_) take_limits();
  const Busy busy(is_busy_);
  begin(of, context);
  try {
    start(expression, wanted);
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
