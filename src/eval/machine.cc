#include "eval/machine.h"

namespace pipexpr {

bool Evaluator::Machine::start(const Expression& expression, const ObjectGraph& of, const Context& context) {
  graph = &of;
  context_ = &context;
  if (!limits_known_) take_limits();
  if (texts_bytes_ > kMostTextBytes || texts_seen_.size() > kMostTexts) forget_texts();
  arena.reset(limits_.max_memory_bytes);
  memo_.reset();
  stack_.clear();
  if (!secrets_.empty()) secrets_.clear();
  frames_.clear();
  parts.clear();
  parts_bytes = 0;
  if (!diagnostics.empty()) diagnostics.clear();
  fatal_ = failed_ = false;
  steps_ = references_ = texts_ = 0;
  result = {};
  Frame top;
  top.program = &ExpressionAccess::program(expression);
  top.keys = ExpressionAccess::keys(expression, of.identity());
  top.object = context.object;
  top.sphere = context.run != nullptr ? Sphere::instance : Sphere::component;
  frames_.push_back(top);
  try {
    return options.listener != nullptr ? loop<true>() : loop<false>();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& why) {
    return thrown(expression, why.what());
  } catch (...) {
    return thrown(expression, "an exception that is no std::exception");
  }
}

// What was compiled and prepared under other limits might not be allowed under these.
void Evaluator::Machine::take_limits() {
  const Limits limits = options.limits.clamped();
  if (limits != limits_) {
    forget_texts();
    prepared_.clear();
    limits_ = limits;
  }
  limits_known_ = true;
}

void Evaluator::Machine::forget_texts() {
  texts_seen_.clear();
  texts_bytes_ = 0;
}

bool Evaluator::Machine::thrown(const Expression& expression, std::string_view why) {
  frames_.clear();
  diagnostics.clear();
  const auto size = static_cast<std::uint32_t>(expression.text().size());
  diagnostics.push_back(report(DiagnosticCode::host_fault, {0, size}, why));
  return false;
}

bool Evaluator::Machine::run(const Expression& expression, const ObjectGraph& of, const Context& context) {
  keep_parts_ = false;
  return start(expression, of, context);
}

bool Evaluator::Machine::run_parts(const Expression& expression, const ObjectGraph& of, const Context& context) {
  keep_parts_ = true;
  return start(expression, of, context);
}

template <bool Traced>
bool Evaluator::Machine::loop() {
  if (!check_clock()) unwind();
  while (!frames_.empty()) {
    bool good = false;
    switch (frames_.back().work) {
      case Frame::Work::text: good = run_text<Traced>(); break;
      case Frame::Work::items: good = run_items(); break;
      case Frame::Work::members: good = run_members(); break;
    }
    if (!good && !unwind()) break;
  }
  return !failed_;
}

// Runs the top frame's template until it ends or a field has to be evaluated first.
template <bool Traced>
bool Evaluator::Machine::run_text() {
  Frame* frame = &frames_.back();
  const Program& program = *frame->program;
  const std::size_t height = frames_.size();
  while (frame->piece < program.pieces.size()) {
    const Piece& piece = program.pieces[frame->piece];
    if (piece.is_literal()) {
      if (!add_part(ValueView(program.source(piece.text)))) return false;
    } else {
      if (frame->step < piece.first_step) frame->step = piece.first_step;
      if (Traced && frame->traces) trace_value(*frame);
      while (frame->step < piece.end_step) {
        const Step& step = program.steps[frame->step];
        if (!charge()) return false;
        if (!execute(*frame, step)) return false;
        frame = &frames_[height - 1];  // it may have moved
        ++frame->step;
        if (frames_.size() != height) {  // a field's frame stands above; it will leave its value on the stack
          frame->traces = Traced;
          return true;
        }
        if (Traced) trace_value(*frame);
      }
      if (!add_part(stack_.pop())) return false;
    }
    ++frame->piece;
  }
  return finish_text();
}

bool Evaluator::Machine::execute(Frame& frame, const Step& step) {
  const Program& program = *frame.program;
  switch (step.op) {
    case Step::Op::constant: stack_.push_back(program.constants[step.index]); return true;
    case Step::Op::name: return resolve_name(frame, step);
    case Step::Op::member: return resolve_member(frame, step, stack_.pop());
    case Step::Op::negate: return apply(step, stack_.back(), {}, stack_.back());
    case Step::Op::binary: {
      const ValueView b = stack_.pop();
      return apply(step, stack_.back(), b, stack_.back());
    }
    case Step::Op::call: return call(program, step);
  }
  return true;
}

bool Evaluator::Machine::charge_slowly() {
  if (steps_ > limits_.max_steps) return fail_limit(DiagnosticCode::limit_steps, &Limits::max_steps);
  return check_clock();
}

bool Evaluator::Machine::check_clock() {
  if (options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed)) {
    fatal_ = true;
    return fail(DiagnosticCode::cancelled);
  }
  if (options.deadline && std::chrono::steady_clock::now() >= *options.deadline) {
    fatal_ = true;
    return fail(DiagnosticCode::deadline_exceeded);
  }
  return true;
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

}  // namespace pipexpr
