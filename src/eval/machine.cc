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
  frames_.clear();
  diagnostics.clear();
  const auto size = static_cast<std::uint32_t>(expression.text().size());
  diagnostics.push_back(base::report(DiagnosticCode::host_fault, {0, size}, why));
  return false;
}

bool Evaluator::Machine::check_clock() {
  if (!is_over()) return true;
  fatal_ = true;
  const bool cancelled = options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed);
  return fail(cancelled ? DiagnosticCode::cancelled : DiagnosticCode::deadline_exceeded);
}

void Evaluator::Machine::trace_template(const Program& program, const ValueView& value) {
  std::uint32_t operands = 0;
  for (const Piece& piece : program.pieces) operands += piece.is_literal() ? 0U : 1U;
  const auto size = static_cast<std::uint32_t>(program.text.size());
  options.listener->node({program.text, {0, size}, "template", {}, operands, static_cast<std::uint32_t>(texts_)},
                         value);
}

// A field that needs no evaluation; its value is on the stack.
void Evaluator::Machine::trace_known(TracedField field) {
  field.depth = static_cast<std::uint32_t>(texts_);
  options.listener->enter_field(field);
  options.listener->leave_field(field, stack_.back());
}

}  // namespace pipexpr
