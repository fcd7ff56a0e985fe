// How an evaluation begins and ends: limits, the two ways to evaluate, exceptions of the host.
#include "eval/evaluator_impl.h"

#include "base/thrown_message.h"

namespace pipexpr::eval {

void EvaluatorImpl::set_options(const EvaluateOptions& options) {
  limits_known_ = false;
  parts_.state.options = options;
}

// What was compiled and prepared under other limits might not be allowed under these.
void EvaluatorImpl::take_limits() {
  State& state = parts_.state;
  const Limits limits = state.options.limits.clamped();
  if (limits != state.limits) {
    parts_.calls.forget_prepared();
    state.limits = limits;
  }
  state.budget.set_limits(limits);
  limits_known_ = true;
}

// The host's code evaluates with the evaluator that called it. What is going on stays as it is.
bool EvaluatorImpl::refuse_entry(const Expression& expression) {
  entry_refused_.clear();
  const auto size = static_cast<std::uint32_t>(expression.text().size());
  entry_refused_.push_back(base::report(DiagnosticCode::host_error, {0, size},
                                        "it evaluates with the evaluator that is calling it; use another Evaluator"));
  return false;
}

Diagnostics EvaluatorImpl::take_diagnostics() {
  return is_busy_ ? std::exchange(entry_refused_, {}) : parts_.errors.take();
}

[[gnu::always_inline]] inline void EvaluatorImpl::begin(const ObjectGraph& graph, const Context& context) {
  State& state = parts_.state;
  state.graph = &graph;
  state.context = &context;
  state.listener = state.options.listener;
  parts_.names.begin();
  state.arena.reset(state.limits.max_memory_bytes);
  state.budget.begin(state.options);
  if (used_) [[unlikely]]
    clear();
}

// What only the interpreter leaves behind.
[[gnu::noinline]] void EvaluatorImpl::clear() {
  used_ = false;
  parts_.errors.clear();
  parts_.fields.clear();
  parts_.output.clear();
  parts_.names.clear();
  State& state = parts_.state;
  state.stack.clear();
  state.frames.clear();
  state.parts.clear();
  state.nulls.clear();
  state.depth = 0;
  state.reads_secrets = state.is_secret_used = false;
  constexpr std::size_t kMaxKept = std::size_t{1} << 20;
  if (state.stack.memory_bytes() > kMaxKept) state.stack.release();
  if (state.parts.memory_bytes() > kMaxKept) state.parts.release();
  if (state.frames.memory_bytes() > kMaxKept) state.frames.release();
  if (state.nulls.memory_bytes() > kMaxKept) state.nulls.release();
}

Usage EvaluatorImpl::usage() const {
  const State& state = parts_.state;
  return {.steps = state.budget.steps(),
          .references = state.budget.references(),
          .bytes = limits_known_ ? state.limits.max_memory_bytes - state.arena.left() : 0,
          .has_read_secrets = state.reads_secrets};
}

std::size_t EvaluatorImpl::memory_bytes() const {
  const State& state = parts_.state;
  return sizeof(EvaluatorImpl) + state.arena.capacity() + state.stack.memory_bytes() + state.parts.memory_bytes() +
         state.frames.memory_bytes() + state.nulls.memory_bytes() + parts_.fields.memory_bytes() +
         parts_.calls.memory_bytes();
}

void EvaluatorImpl::shrink() {
  if (is_busy_) return;  // the host's code, during an evaluation
  clear();
  State& state = parts_.state;
  state.stack.release();
  state.parts.release();
  state.frames.release();
  state.nulls.release();
  state.arena.release();
  parts_.fields.release();
  parts_.calls.release();
}

bool EvaluatorImpl::caught(const Expression& expression, std::string_view why) {
  used_ = true;
  (void)parts_.errors.host_exception(expression.text(), why);
  parts_.state.frames.clear();
  return false;
}

Diagnostics EvaluatorImpl::exception(const Expression& expression, std::string_view why) {
  (void)caught(expression, why);
  return take_diagnostics();
}

Result<void> EvaluatorImpl::append(const Expression& expression, const ObjectGraph& graph, const Context& context,
                                   TextBuffer& out) {
  if (is_busy_ || !limits_known_) [[unlikely]] {
    if (is_busy_) return refuse_entry(expression), take_diagnostics();
    take_limits();
  }
  const Busy busy(is_busy_);
  const Program& program = ExpressionAccess::program(expression);
  parts_.buffer.open(out, program.text.size());
  begin(graph, context);
  State& state = parts_.state;
  try {
    if (state.may_be_lean() && !state.budget.is_over()) [[likely]] {
      if (fast_path_.append(program, ExpressionAccess::names(expression, graph.identity()))) {
        parts_.buffer.commit();
        return {};
      }
    } else {
      interpreter_.start(expression, Output::Wanted::appended);
    }
    if (finish_append()) return {};
  } catch (const std::bad_alloc&) {
    fast_path_.forget_path();
    used_ = true;
    throw;
  } catch (...) {
    fast_path_.keep_path();
    (void)caught(expression, base::thrown_message());
  }
  return parts_.errors.take();
}

// The interpreter goes on until the end.
[[gnu::noinline]] bool EvaluatorImpl::finish_append() {
  used_ = true;
  if (!interpreter_.run()) return false;
  parts_.output.commit();
  return true;
}

bool EvaluatorImpl::run(const Expression& expression, const ObjectGraph& graph, const Context& context,
                        Output::Wanted wanted) {
  if (is_busy_) return refuse_entry(expression);
  if (!limits_known_) take_limits();
  const Busy busy(is_busy_);
  begin(graph, context);
  used_ = true;
  try {
    interpreter_.start(expression, wanted);
    return interpreter_.run();
  } catch (...) {
    return caught(expression, base::thrown_message());
  }
}

}  // namespace pipexpr::eval
