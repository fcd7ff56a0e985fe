// FastPath: writes a template straight into the caller's buffer, without frames. What it does not do it hands over to
// the interpreter, with everything as the interpreter would have it at that step.
#pragma once

#include "eval/interpreter.h"
#include "eval/parts.h"

namespace pipexpr::eval {

class FastPath {
 public:
  FastPath(Parts& parts, Interpreter& interpreter) : parts_(parts), interpreter_(interpreter) {}

  // Appends the segments of a template. True: all of them. False: the interpreter has to go on; or the host's clock or
  // function has said no, which has been reported.
  bool append(const Program& program, const FieldName* names);

 private:
  static constexpr std::size_t kMaxLevels = 8, kMaxFields = 64;

  struct Level;
  struct Written;
  class TemplateWriter;

  void hand_over(const Level* levels, std::size_t depth, const Written* written, std::size_t count, const Scope& scope,
                 const Segment* segment, const Step* step);

  Parts& parts_;
  Interpreter& interpreter_;
};

}  // namespace pipexpr::eval
