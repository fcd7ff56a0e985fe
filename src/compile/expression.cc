// The facade: the only file that sees all the engine's stages.
#include <pipexpr/expression.h>

#include <new>

#include "compile/compiler.h"
#include "eval/program.h"
#include "syntax/printer.h"

namespace pipexpr {

Expression::Expression() {
  static const std::shared_ptr<const eval::Program> empty = std::make_shared<eval::Program>();
  program_ = empty;
}

Result<Expression> Expression::compile(std::string_view text, const CompileOptions& options) {
  auto program = compile::compile(text, options);
  if (!program) return program.take_error();
  return eval::ExpressionAccess::make(std::move(*program));
}

Expression Expression::bind(const ObjectGraph& graph) const {
  auto bound = std::make_shared<eval::BoundNames>();
  bound->graph = graph.identity();
  bound->names = program_->names;
  Expression result = *this;
  result.bound_names_ = nullptr;
  try {
    for (FieldName& name : bound->names) name.key = graph.key(name.text);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    return result;  // a graph that cannot say its keys is asked by name, and may say then what is wrong
  }
  result.bound_names_ = std::move(bound);
  return result;
}

bool Expression::is_bound_to(const ObjectGraph& graph) const {
  return bound_names_ != nullptr && bound_names_->graph == graph.identity();
}

Result<Value> Expression::evaluate(const ObjectGraph& graph, const Context& context,
                                   const EvaluateOptions& options) const {
  return Evaluator(options).value(*this, graph, context);
}

Result<std::string> Expression::evaluate_text(const ObjectGraph& graph, const Context& context,
                                              const EvaluateOptions& options) const {
  Evaluator evaluator(options);
  std::vector<std::string_view> pieces;
  if (Result<void> done = evaluator.pieces(*this, graph, context, pieces); !done) return done.take_error();
  std::string text;
  for (const std::string_view piece : pieces) text += piece;
  return text;
}

std::string_view Expression::text() const { return program_->text; }

bool Expression::is_literal() const { return program_->is_literal(); }

std::vector<std::string> Expression::canonical() const {
  std::vector<std::string> result;
  for (const eval::Segment& segment : program_->segments) {
    if (segment.is_literal()) continue;
    // The last step of a segment stands for its root, folded or not.
    const std::uint32_t root = program_->steps[segment.end_step - 1].node;
    result.push_back(syntax::print(program_->text, program_->nodes, root));
  }
  return result;
}

std::size_t Expression::memory_bytes() const {
  return program_->memory_bytes() + (bound_names_ ? bound_names_->names.capacity() * sizeof(FieldName) : 0);
}

}  // namespace pipexpr
