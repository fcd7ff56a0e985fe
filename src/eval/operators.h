// Operators: the rules of + - * / ^ on the stack's values. They map over a list, join texts, or calculate.
#pragma once

#include "eval/text_joiner.h"

namespace pipexpr::eval {

class Operators {
 public:
  Operators(State& state, ErrorReport& errors, TextJoiner& joiner) : state_(state), errors_(errors), joiner_(joiner) {}

  // `b` is not looked at by the sign of one operand. `out` may be one of the operands. False: it has been reported.
  bool apply(const Step& step, const ValueView& a, const ValueView& b, ValueView& out);
  // Of values that are no lists.
  bool apply_once(const Step& step, const ValueView& a, const ValueView& b, ValueView& out);

 private:
  bool joins(const ValueView& a, const ValueView& b) const;

  State& state_;
  ErrorReport& errors_;
  TextJoiner& joiner_;
};

}  // namespace pipexpr::eval
