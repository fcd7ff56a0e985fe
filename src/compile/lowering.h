// Lowers the tree of one expression to steps: names become numbers, functions are looked up and their calls checked,
// operations on constants are done now.
#pragma once

#include <memory>

#include <pipexpr/expression.h>

#include "eval/program.h"

namespace pipexpr::eval {
class ConstantFolder;
}

namespace pipexpr::compile {

using eval::ImplicitField;
using eval::Program;
using eval::Segment;
using eval::Step;

class Lowering {
 public:
  // The functions and the limits are those of the program's environment.
  Lowering(Program& program, bool fold);
  ~Lowering();

  // Lowers nodes [first, end of nodes) and appends what is wrong with them. The steps are of use without errors only.
  void lower(std::uint32_t first, Diagnostics& errors);

 private:
  void name(const syntax::Node& node, Step& step);
  void member(std::uint32_t at, Step& step);
  void binary(const syntax::Node& node, Step& step);
  bool call(const syntax::Node& node, Step& step, Diagnostics& errors);
  bool prepare(const FunctionSpec& function, Step& step, Diagnostics& errors);
  bool constants_before(std::uint32_t count) const;
  void fold(std::uint32_t count, Diagnostics& errors);
  ValueView text_of(const syntax::Node& node);
  ValueView keep(const ValueView& value);
  ValueView keep_default(const Value& value);

  Program& program_;
  const Limits& limits_;
  bool fold_;
  std::unique_ptr<eval::ConstantFolder> folder_;  // made when the first constant operation turns up
};

}  // namespace pipexpr::compile
