// Frames of templates, fields and lists, one after the other, and the full instantiation of the step loop.
#include "eval/interpreter.h"

#include "eval/segment_loop.h"

namespace pipexpr::eval {

namespace {

bool apply(Parts& parts, const Frame& frame, const Step& step) {
  State& state = parts.state;
  Stack<ValueView>& stack = state.stack;
  bool good = true;
  switch (step.op) {
    case Step::Op::constant: stack.push_back(step.constant); return true;
    case Step::Op::name: good = parts.names.find_name(frame, step); break;
    case Step::Op::member: good = parts.names.find_member(frame, step, stack.pop()); break;
    case Step::Op::negate: return parts.operators.apply(step, stack.back(), {}, stack.back());
    case Step::Op::binary: {
      stack.pop_back();
      return parts.operators.apply(step, stack.back(), *stack.end(), stack.back());
    }
    case Step::Op::call: good = parts.calls.call(*frame.program, step); break;
  }
  if (good && state.budget.is_timed() && state.budget.is_over()) return parts.errors.over();
  return good;
}

// A value that was computed from a secret is secret, and an error in computing it does not show values.
[[gnu::noinline, gnu::cold]] bool apply_to_secrets(Parts& parts, const Frame& frame, const Step& step) {
  static constexpr std::uint32_t kOperands[] = {0, 0, 1, 1, 2, 0};
  State& state = parts.state;
  const std::uint32_t count = step.op == Step::Op::call ? step.count : kOperands[static_cast<std::size_t>(step.op)];
  for (const ValueView* operand = state.stack.end() - count; operand != state.stack.end(); ++operand) {
    state.is_secret_used = state.is_secret_used || operand->is_secret();
  }
  const std::size_t height = state.frames.size();
  const bool good = apply(parts, frame, step);
  if (good && state.is_secret_used && state.frames.size() == height) {
    state.stack.back() = state.stack.back().as_secret();
  }
  state.is_secret_used = false;
  return good;
}

}  // namespace

bool execute(Parts& parts, const Frame& frame, const Step& step) {
  return parts.state.reads_secrets ? apply_to_secrets(parts, frame, step) : apply(parts, frame, step);
}

void trace_step(const State& state, const Program& program, const Step& step, const ValueView& value) {
  const syntax::Node& node = program.nodes[step.node];
  static constexpr std::string_view kWhat[] = {"literal", "reference", "member", "operator", "operator", "call"};
  static constexpr std::uint32_t kOperands[] = {0, 0, 1, 1, 2, 0};
  const auto op = static_cast<std::size_t>(step.op);
  const std::string_view name = step.op == Step::Op::constant ? std::string_view() : program.source(node.text);
  const std::uint32_t operands = step.op == Step::Op::call ? step.count : kOperands[op];
  state.listener->node({program.text, node.span, kWhat[op], name, operands, static_cast<std::uint32_t>(state.depth)},
                       value);
}

void Interpreter::trace_template(const Program& program, const ValueView& value) {
  std::uint32_t operands = 0;
  for (const Segment& segment : program.segments) operands += segment.is_literal() ? 0U : 1U;
  const auto size = static_cast<std::uint32_t>(program.text.size());
  state_.listener->node({program.text, {0, size}, "template", {}, operands, static_cast<std::uint32_t>(state_.depth)},
                        value);
}

// Writes the segments of the top frame's template, from where the frame stands: to the caller's buffer or to the parts.
class Interpreter::TemplateWriter {
 public:
  TemplateWriter(Parts& parts, std::size_t height)
      : next(nullptr),
        parts_(parts),
        state_(parts.state),
        at_(height - 1),
        program_(*frame().program),
        scope_(program_, frame().names, frame().object, frame().sphere, *state_.context) {
    next = program_.segments.data() + frame().segment;
    end = program_.segments.data() + program_.segments.size();
  }

  const Segment* next;
  const Segment* end;

  bool is_outermost() {
    frame().segment = static_cast<std::uint32_t>(program_.segments.size());
    return true;  // other templates have frames of their own
  }
  bool leave() { return false; }
  bool write_literal(const Segment& segment) {
    frame().segment = index_of(segment);
    parts_.output.add_text(program_.source(segment.text));
    return true;
  }
  bool write_value(const Segment&, const ValueView& value) { return parts_.output.add_value(value); }

  Evaluated evaluate(const Segment& segment, ValueView& value) {
    const Step* const end_step = program_.steps.data() + segment.end_step;
    const Step* step = program_.steps.data() + segment.first_step;
    StepOutcome outcome = StepOutcome::handed_over;
    Frame& before = frame();
    before.segment = index_of(segment);
    if (before.in_expression) {
      step = program_.steps.data() + before.step;
      if (before.traces) trace_step(state_, program_, step[-1], state_.stack.back());
      before.traces = false;
    } else if (state_.may_be_lean()) {
      outcome = run_steps<false>(parts_, scope_, step, end_step, value);
    } else {
      state_.stack.push_back(ValueView());
    }
    before.in_expression = true;
    if (outcome == StepOutcome::handed_over) outcome = run_steps<true>(parts_, scope_, step, end_step, value);
    Frame& after = frame();  // it may have moved
    after.step = static_cast<std::uint32_t>(step - program_.steps.data());
    stopped_by = outcome;
    if (outcome != StepOutcome::done) {
      after.traces = outcome == StepOutcome::suspended && state_.listener != nullptr;
      return Evaluated::stopped;
    }
    after.in_expression = false;
    after.step = segment.end_step;
    return Evaluated::value;
  }

  StepOutcome stopped_by = StepOutcome::reported;

 private:
  Frame& frame() { return state_.frames[at_]; }
  std::uint32_t index_of(const Segment& segment) const {
    return static_cast<std::uint32_t>(&segment - program_.segments.data());
  }

  Parts& parts_;
  State& state_;
  std::size_t at_;
  const Program& program_;
  Scope scope_;
};

// Runs the top frame's template until it ends or a field has to be evaluated first.
bool Interpreter::run_template() {
  TemplateWriter writer(parts_, state_.frames.size());
  if (!write_segments(writer)) {
    switch (writer.stopped_by) {
      case StepOutcome::suspended: return true;
      case StepOutcome::failed: return parts_.errors.report();
      case StepOutcome::over: return parts_.errors.over();
      default: return false;
    }
  }
  Frame& frame = state_.frames.back();
  const Program& program = *frame.program;
  if (state_.frames.size() == 1) {
    if (!parts_.output.finish()) return false;
    if (state_.listener != nullptr && parts_.output.wanted() == Output::Wanted::value && !parts_.errors.has_failed()) {
      trace_template(program, parts_.output.result());
    }
    state_.frames.pop_back();
    return true;
  }
  ValueView value;
  if (program.is_single()) {
    value = state_.parts.back();
  } else if (!parts_.joiner.join({state_.parts.begin() + frame.parts_base, state_.parts.end()}, value, false)) {
    return false;
  }
  if (state_.reads_secrets && has_secret({state_.parts.begin() + frame.parts_base, state_.parts.end()})) {
    value = value.as_secret();
  }
  state_.parts.shrink(frame.parts_base);
  if (state_.listener != nullptr) trace_template(program, value);
  return parts_.fields.finish_template(value, program.is_single());
}

bool Interpreter::recover(StepOutcome outcome) {
  if (outcome == StepOutcome::failed) (void)parts_.errors.report();
  if (outcome == StepOutcome::over) (void)parts_.errors.over();
  return unwind();
}

bool Interpreter::run() {
  while (!state_.frames.empty()) {
    bool good = false;
    switch (state_.frames.back().work) {
      case Frame::Work::text: good = run_template(); break;
      case Frame::Work::items: good = parts_.fields.run_items(); break;
      case Frame::Work::members: good = parts_.names.run_members(); break;
    }
    if (good && state_.budget.is_timed() && !state_.frames.empty() && state_.budget.is_over()) {
      good = parts_.errors.over();
    }
    if (!good && !unwind()) break;
  }
  return !parts_.errors.has_failed();
}

// An error ends its expression only: the next ones are evaluated too, so that all errors are reported.
bool Interpreter::unwind() {
  parts_.fields.forget_open_fields();
  Stack<Frame>& frames = state_.frames;
  if (!frames.empty()) frames.shrink(1);
  if (frames.empty() || parts_.errors.is_fatal() || parts_.errors.is_full() ||
      frames.front().segment >= frames.front().program->segments.size()) {
    frames.clear();
    return false;
  }
  Frame& top = frames.front();
  ++top.segment;
  top.traces = false;
  top.in_expression = false;
  state_.depth = 0;
  state_.stack.clear();
  return true;
}

void Interpreter::start(const Expression& expression, Output::Wanted wanted) {
  parts_.output.want(wanted);
  Frame& top = state_.frames.push();
  top = Frame();
  top.program = &ExpressionAccess::program(expression);
  top.names = ExpressionAccess::names(expression, state_.graph->identity());
  top.object = state_.context->object;
  top.sphere = state_.context->run.has_value() ? Sphere::instance : Sphere::component;
  if (state_.budget.is_over()) {
    (void)parts_.errors.over();
    state_.frames.clear();
  }
}

}  // namespace pipexpr::eval
