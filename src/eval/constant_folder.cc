// Folding constants: without a graph, an object or a run, and with nothing but the limits.
#include "eval/constant_folder.h"

namespace pipexpr::eval {

bool ConstantFolder::fold(const Program& program, const Step& step, const ValueView* operands, const Limits& limits,
                          ValueView& out) {
  static const Context kNowhere;
  state_.limits = limits;
  state_.context = &kNowhere;
  state_.budget.set_limits(limits);
  state_.budget.begin(state_.options);
  state_.arena.reset(limits.max_memory_bytes);
  if (step.op == Step::Op::call) return calls_.call_once(program, step, operands, out);
  const ValueView right = step.op == Step::Op::binary ? operands[1] : ValueView();
  return operators_.apply_once(step, operands[0], right, out);
}

}  // namespace pipexpr::eval
