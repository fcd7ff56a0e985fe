// Interpreter: runs the frames of an evaluation. It knows all the cases and all the errors, and begins with a whole
// template or wherever the fast path stopped.
#pragma once

#include "eval/parts.h"
#include "eval/step_loop.h"

namespace pipexpr::eval {

class Interpreter {
 public:
  explicit Interpreter(Parts& parts) : parts_(parts), state_(parts.state) {}

  // The top template's frame.
  void start(const Expression& expression, Output::Wanted wanted);
  // Until no frame is left; false when there was an error.
  bool run();
  // An error of the fast path, whose frames are the interpreter's by now. True: `run` goes on with the next expression.
  bool recover(StepOutcome outcome);

 private:
  class TemplateWriter;

  bool run_template();
  bool unwind();
  void trace_template(const Program& program, const ValueView& value);

  Parts& parts_;
  State& state_;
};

}  // namespace pipexpr::eval
