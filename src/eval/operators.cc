// Operators on single values and on lists.
#include "eval/operators.h"

#include <algorithm>

#include "eval/arithmetic.h"

namespace pipexpr::eval {

// With a string the `null` of a runtime field is a string, whatever the field holds. With a number a sum was meant, and
// `null1` would pass for one; a field of numbers or date-times has them in its slot.
bool Operators::joins(const ValueView& a, const ValueView& b) const {
  return eval::joins(a, b) && !(counts_as_number(a) && state_.find_null(b) != nullptr) &&
         !(counts_as_number(b) && state_.find_null(a) != nullptr);
}

bool Operators::apply_once(const Step& step, const ValueView& a, const ValueView& b, ValueView& out) {
  if (step.op == Step::Op::negate) return negate(a, out, state_.error) || errors_.report_about({&a, 1});
  if (step.sign != '+' || !joins(a, b)) {
    const ValueView operands[] = {a, b};
    return calculate(step.sign, a, b, out, state_.error) || errors_.report_about(operands);
  }
  ValueView texts[2];
  if (!joiner_.to_text(a, texts[0]) || !joiner_.to_text(b, texts[1])) return false;
  return joiner_.join_texts(texts, out);
}

bool Operators::apply(const Step& step, const ValueView& a, const ValueView& b, ValueView& out) {
  const bool left = a.is(Kind::list), right = b.is(Kind::list);
  if (!left && !right) return apply_once(step, a, b, out);
  if (left && right) {
    if (step.sign != '+') return errors_.fail(DiagnosticCode::list_arithmetic, step.sign);
    ValueView* const items = joiner_.allocate_list(std::uint64_t{a.size()} + b.size());
    if (items == nullptr) return false;
    std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), items));
    out = ValueView(items, a.size() + b.size());
    return true;
  }
  const ValueView list = left ? a : b;
  const ValueView other = left ? b : a;
  ValueView* const items = joiner_.allocate_list(list.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const ValueView& item = list.begin()[i];
    if (!state_.budget.charge()) return errors_.over();
    if (!apply_once(step, left ? item : other, left ? other : item, items[i])) return false;
  }
  out = ValueView(items, list.size());
  return true;
}

}  // namespace pipexpr::eval
