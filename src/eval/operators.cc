// Operators on the stack's values: they map over a list, join texts, or calculate.
#include "eval/arithmetic.h"
#include "eval/machine.h"

namespace pipexpr {

bool Evaluator::Machine::apply_once(const Step& step, const ValueView& a, const ValueView& b, ValueView& out) {
  if (step.op == Step::Op::negate) return eval::negate(a, out, fault) || fail_here();
  if (step.sign != '+' || !eval::joins(a, b)) return eval::calculate(step.sign, a, b, out, fault) || fail_here();
  ValueView texts[2];
  if (!eval::to_text(a, graph, arena, texts[0]) || !eval::to_text(b, graph, arena, texts[1])) return fail_memory();
  return join_texts(texts, 2, out);
}

bool Evaluator::Machine::apply(const Step& step, const ValueView& a, const ValueView& b, ValueView& out) {
  const bool left = a.is(Kind::list), right = b.is(Kind::list);
  if (!left && !right) return apply_once(step, a, b, out);
  if (left && right) {
    if (step.sign != '+') return fail(DiagnosticCode::list_arithmetic, step.sign);
    ValueView* const items = list_room(std::uint64_t{a.size()} + b.size());
    if (items == nullptr) return false;
    std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), items));
    out = ValueView(items, a.size() + b.size());
    return true;
  }
  const ValueView list = left ? a : b;
  const ValueView other = left ? b : a;
  ValueView* const items = list_room(list.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const ValueView& item = list.begin()[i];
    if (!charge()) return false;
    if (!apply_once(step, left ? item : other, left ? other : item, items[i])) return false;
  }
  out = ValueView(items, list.size());
  return true;
}

bool Evaluator::Machine::fold(const Program& program, const Step& step, const ValueView* operands, const Limits& limits,
                              ValueView& out) {
  static const Context kNowhere;
  limits_ = limits;
  context_ = &kNowhere;
  budget_.begin(options, limits_);
  fatal_ = false;
  arena.reset(limits_.max_memory_bytes);
  if (step.op == Step::Op::call) return call_once(program, step, operands, out);
  return apply_once(step, operands[0], step.op == Step::Op::binary ? operands[1] : ValueView(), out);
}

}  // namespace pipexpr
