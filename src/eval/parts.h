// Parts: the parts of an evaluator, by value and next to each other. Only the loops that run a program (fast path,
// interpreter, step loop) see all of them; the others see what they were given.
#pragma once

#include "eval/calls.h"
#include "eval/field_evaluator.h"
#include "eval/name_resolver.h"
#include "eval/operators.h"
#include "eval/output.h"

namespace pipexpr::eval {

struct Parts {
  explicit Parts(const EvaluateOptions& options) : state(options) {}

  State state;
  ErrorReport errors{state};
  TextJoiner joiner{state, errors};
  OutputBuffer buffer{state};
  Output output{state, errors, joiner, buffer};
  Operators operators{state, errors, joiner};
  Calls calls{state, errors, joiner};
  HostValues host_values{state, errors, joiner};
  FieldEvaluator fields{state, errors, joiner, host_values};
  NameResolver names{state, errors, fields};
};

}  // namespace pipexpr::eval
