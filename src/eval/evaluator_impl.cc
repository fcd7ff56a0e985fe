// What surrounds an evaluation: limits, the clock, exceptions of the host.
#include "eval/machine.h"

namespace pipexpr {

// What was compiled and prepared under other limits might not be allowed under these.
void Evaluator::Machine::take_limits() {
  const Limits limits = options.limits.clamped();
  if (limits != limits_) {
    prepared_.clear();
    limits_ = limits;
  }
  limits_known_ = true;
}

bool Evaluator::Machine::thrown(const Expression& expression, std::string_view why) {
  used_ = true;
  frames_.clear();
  diagnostics.clear();
  const auto size = static_cast<std::uint32_t>(expression.text().size());
  diagnostics.push_back(base::report(DiagnosticCode::host_fault, {0, size}, why));
  return false;
}

// The host's code evaluates with the evaluator that called it. What is going on stays as it is.
bool Evaluator::Machine::refuse_entry(const Expression& expression) {
  entry_refused.clear();
  const auto size = static_cast<std::uint32_t>(expression.text().size());
  entry_refused.push_back(base::report(DiagnosticCode::host_fault, {0, size},
                                       "it evaluates with the evaluator that is calling it; use another Evaluator"));
  return false;
}

// What only the interpreter leaves behind.
[[gnu::noinline]] void Evaluator::Machine::clear() {
  used_ = fatal_ = failed_ = false;
  texts_seen_.evict();
  environment_known_ = false;
  stack_.clear();
  frames_.clear();
  memo_.reset();
  secrets_.clear();
  parts.clear();
  parts_bytes = 0;
  diagnostics.clear();
  asked_.pending = false;
  texts_ = 0;
  result = {};
}

bool Evaluator::Machine::report_over() {
  using Ended = eval::Budget::Ended;
  if (budget_.ended() == Ended::steps) return fail_limit(DiagnosticCode::limit_steps, &Limits::max_steps);
  fatal_ = true;
  const bool cancelled = budget_.ended() == Ended::cancelled;
  return fail(cancelled ? DiagnosticCode::cancelled : DiagnosticCode::deadline_exceeded);
}

void Evaluator::Machine::trace_template(const Program& program, const ValueView& value) {
  std::uint32_t operands = 0;
  for (const Piece& piece : program.pieces) operands += piece.is_literal() ? 0U : 1U;
  const auto size = static_cast<std::uint32_t>(program.text.size());
  listener_->node({program.text, {0, size}, "template", {}, operands, static_cast<std::uint32_t>(texts_)}, value);
}

// A field that needs no evaluation; its value is on the stack.
void Evaluator::Machine::trace_known(TracedField field) {
  field.depth = static_cast<std::uint32_t>(texts_);
  listener_->enter_field(field);
  listener_->leave_field(field, stack_.back());
}

}  // namespace pipexpr
