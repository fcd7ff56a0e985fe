// Program: a compiled template. Immutable once made, shared between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/expression.h>
#include <pipexpr/function_registry.h>

#include "eval/environment.h"
#include "functions/callable.h"
#include "syntax/node.h"

namespace pipexpr::eval {

// Names that the run answers by itself, recognised while compiling.
enum class ImplicitField : std::uint8_t { none, scheduled_start, scheduled_end, id, name, parent, instance_parent };

// One step of an evaluation. Steps stand in postorder and work on a stack of values.
struct Step {
  enum class Op : std::uint8_t { constant, name, member, negate, binary, call };
  struct Callee {
    const functions::Callable* function;
    const void* prepared;  // what was made of a literal argument, or nullptr
  };

  // What the step loop does by itself at a step; `none` is left to the interpreter.
  enum class FastOp : std::uint8_t {
    none,
    constant,
    start,  // @scheduledStartTime
    name,   // and `member`: no implicit field, no secret, not transitive
    member,
    object_name,  // `name` by itself and, as `member_name`, after a dot
    member_name,
    call,  // has a few arguments, and nothing has to be prepared for it any more
    add,
    subtract,
    multiply,
    divide,
    power,
    add_constant,  // a constant that is the right operand of the operator after it
    subtract_constant,
    multiply_constant,
    divide_constant,
    power_constant,
  };

  Op op = Op::constant;
  ImplicitField implicit = ImplicitField::none;
  char sign = 0;                // of binary: + - * / ^
  bool runtime : 1 = false;     // name and member: begins with '@'
  bool transitive : 1 = false;  // member: a runtime field after more than one reference
  bool path_head : 1 = false;   // name: a member follows, so an object's id will do
  std::uint16_t count = 0;      // call: arguments
  FastOp fast = FastOp::constant;
  std::uint32_t index = 0;  // of the name or the function
  std::uint32_t node = 0;   // the ast node, for spans
  union {
    ValueView constant = {};
    Callee callee;
  };
};
static_assert(sizeof(Step) == 32);

// A part of the template: literal text, or the steps of one expression.
struct Segment {
  SourceSpan text;                  // the literal text, or the expression without its delimiters
  std::uint32_t first_step = 0;     // expression: [first_step, end_step)
  std::uint32_t end_step : 30 = 0;  // 0: literal text
  std::uint32_t is_path : 1 = 0;    // nothing but a plain name, or one with plain members after it
  std::uint32_t is_wide : 1 = 0;    // literal of at most kWide bytes: as many can be read from its first on

  static constexpr std::size_t kWide = 16;

  bool is_literal() const { return end_step == 0; }
};
static_assert(sizeof(Segment) == 16);

class Program {
 public:
  std::string_view source(SourceSpan span) const { return text.substr(span.offset, span.length); }
  std::size_t memory_bytes() const;  // the text included when owned
  bool is_literal() const {          // no expression in it
    for (const Segment& segment : segments) {
      if (!segment.is_literal()) return false;
    }
    return true;
  }
  bool is_single() const { return segments.size() == 1 && !segments[0].is_literal(); }

  std::string owned;      // the text and Segment::kWide bytes, unless borrowed
  std::string_view text;  // the text
  std::vector<Segment> segments;
  std::vector<syntax::Node> nodes;
  std::vector<Step> steps;
  std::vector<FieldName> names;  // by Step::index; without keys
  std::vector<std::shared_ptr<const FunctionSpec>> functions;
  std::vector<std::shared_ptr<const void>> prepared;
  std::vector<std::unique_ptr<char[]>> texts;  // of constants that are no slices of the text
  Environment environment;                     // what it was compiled with
};

// The names of a program with one graph's keys.
struct BoundNames {
  std::uint64_t graph = 0;  // ObjectGraph::identity
  std::vector<FieldName> names;
};

// For the library's own stages, to make and to open expressions.
class ExpressionAccess {
 public:
  static Expression make(std::shared_ptr<const Program> program) { return Expression(std::move(program)); }
  static const Program& program(const Expression& expression) { return *expression.program_; }
  // With the keys of that graph where there are any.
  static const FieldName* names(const Expression& expression, std::uint64_t graph) {
    const BoundNames* const bound = expression.bound_names_.get();
    return bound != nullptr && bound->graph == graph ? bound->names.data() : expression.program_->names.data();
  }
};

}  // namespace pipexpr::eval
