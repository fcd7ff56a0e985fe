// ConstantFolder: applies one operator or call to constants, for the compiler.
#pragma once

#include "eval/calls.h"
#include "eval/operators.h"

namespace pipexpr::eval {

class ConstantFolder {
 public:
  ConstantFolder() : state_(EvaluateOptions{}) {}

  // The result, in memory of this folder until the next call; false: `error` says why.
  bool fold(const Program& program, const Step& step, const ValueView* operands, const Limits& limits, ValueView& out);
  const EvalError& error() const { return state_.error; }

 private:
  State state_;
  ErrorReport errors_{state_};
  TextJoiner joiner_{state_, errors_};
  Operators operators_{state_, errors_, joiner_};
  Calls calls_{state_, errors_, joiner_};
};

}  // namespace pipexpr::eval
