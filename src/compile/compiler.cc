// Compiles the text of a template into a program, and reports all errors of the text at once.
#include "compile/compiler.h"

#include <algorithm>

#include "base/limit_diagnostic.h"
#include "base/report.h"
#include "compile/lowering.h"
#include "eval/text_compiler.h"
#include "functions/function_table.h"
#include "syntax/builder.h"
#include "syntax/parser.h"
#include "syntax/syntax_error.h"
#include "syntax/template_scanner.h"

namespace pipexpr::compile {
namespace {

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\v\f") == text.npos; }

Diagnostic not_closed(const syntax::Placeholder& slot, std::string_view text) {
  if (slot.in_quotes) {
    const std::string_view quote = text.substr(slot.quote, 1);
    return base::report(DiagnosticCode::string_not_closed, {slot.quote, 1}, quote, quote);
  }
  const std::string_view opener = text.substr(slot.open, 2);
  return base::report(DiagnosticCode::expression_not_closed, {slot.open, 2}, slot.closer, opener, opener);
}

// Compiles the slots of one template, one after the other.
class Compiler {
 public:
  Compiler(Program& program, bool fold)
      : program_(program),
        limits_(program.environment.limits),
        builder_(program.text, program.nodes, names_, limits_),
        lowering_(program, fold) {}

  Diagnostics run() {
    const std::string_view text = program_.text;
    if (text.size() > limits_.max_template_bytes) {
      errors_.push_back(base::limit_reached(DiagnosticCode::limit_template_bytes, {}, &Limits::max_template_bytes,
                                            limits_, text.size()));
      return std::move(errors_);
    }
    program_.segments.reserve(4);
    std::size_t at = 0;
    syntax::Placeholder slot;
    while (!stop_ && syntax::next_placeholder(text, at, program_.environment.delimiters, slot)) {
      literal(at, slot.open);
      expression(slot);
      at = slot.close;
      stop_ = stop_ || errors_.size() >= limits_.max_diagnostics;
    }
    literal(at, text.size());
    return std::move(errors_);
  }

 private:
  void literal(std::size_t begin, std::size_t end) {
    if (begin == end) return;
    Segment segment{{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)}};
    const std::size_t readable = std::max(program_.text.size(), program_.owned.size());
    segment.is_wide = end - begin <= Segment::kWide && begin + Segment::kWide <= readable ? 1 : 0;
    program_.segments.push_back(segment);
  }

  // One allocation each for what an ordinary expression of that length has; templates of many expressions double them.
  void reserve_for(std::size_t source_bytes) {
    const std::size_t nodes = std::min<std::size_t>(source_bytes / 8 + 2, 64);
    const auto reserve = [](auto& list, std::size_t more) {
      if (list.capacity() - list.size() < more) list.reserve(std::max(2 * list.capacity(), list.size() + more));
    };
    reserve(program_.segments, 2);
    reserve(program_.nodes, nodes);
    reserve(program_.steps, nodes);
    reserve(program_.names, (nodes + 1) / 2);
  }

  bool is_path(std::uint32_t first_step) const {
    for (std::size_t i = first_step; i < program_.steps.size(); ++i) {
      if (program_.steps[i].fast != (i == first_step ? Step::FastOp::name : Step::FastOp::member)) return false;
    }
    return first_step != program_.steps.size();
  }

  void error(Diagnostic diagnostic) { errors_.push_back(std::move(diagnostic)); }

  void expression(const syntax::Placeholder& slot) {
    const std::string_view text = program_.text;
    const std::string_view source = program_.source(slot.source);
    if (!slot.closed) return error(not_closed(slot, text));
    if (blank(source)) {
      const std::string_view opener = text.substr(slot.open, 2);
      return error(
          base::report(DiagnosticCode::empty_expression, {slot.open, slot.close - slot.open}, opener, slot.closer));
    }
    if (source.size() > limits_.max_source_bytes) {
      return error(base::limit_reached(DiagnosticCode::limit_source_bytes, slot.source, &Limits::max_source_bytes,
                                       limits_, source.size()));
    }
    reserve_for(source.size());
    const auto first_node = static_cast<std::uint32_t>(program_.nodes.size());
    const auto first_step = static_cast<std::uint32_t>(program_.steps.size());
    builder_.restart();
    if (!syntax::parse(text, slot.source, builder_)) {
      const syntax::SyntaxError& why = builder_.error();
      stop_ = why.kind == syntax::SyntaxError::Kind::nodes;
      error(syntax::explain(text, slot.source, why, limits_));
      program_.nodes.resize(first_node);
      names_ = static_cast<std::uint32_t>(program_.names.size());
      return;
    }
    lowering_.lower(first_node, errors_);
    Segment segment{slot.source, first_step};
    segment.end_step = static_cast<std::uint32_t>(program_.steps.size()) & 0x3FFFFFFF;  // max_nodes is far below
    segment.is_path = is_path(first_step) ? 1 : 0;
    program_.segments.push_back(segment);
  }

  Program& program_;
  const Limits& limits_;
  std::uint32_t names_ = 0;
  Diagnostics errors_;
  bool stop_ = false;
  syntax::Builder builder_;
  Lowering lowering_;
};

struct Wishes {
  bool fold = true;
  bool borrow = false;
};

Result<std::shared_ptr<const Program>> compile_in(std::string_view text, eval::Environment environment, Wishes wishes) {
  auto program = std::make_shared<Program>();
  if (wishes.borrow || text.size() > environment.limits.max_template_bytes) {
    program->text = text;  // an oversized text is refused below without being copied
  } else {
    program->owned.reserve(text.size() + Segment::kWide);
    program->owned = text;
    program->owned.append(Segment::kWide, '\0');
    program->text = std::string_view(program->owned).substr(0, text.size());
  }
  program->environment = std::move(environment);
  Diagnostics errors = Compiler(*program, wishes.fold).run();
  if (!errors.empty()) return errors;
  return std::shared_ptr<const Program>(std::move(program));
}

class NestedTextCompiler final : public eval::TextCompiler {
 public:
  Result<std::shared_ptr<const Program>> compile(std::string_view text,
                                                 const eval::Environment& environment) const override {
    return compile_in(text, environment, {});
  }
};

}  // namespace

Result<std::shared_ptr<const Program>> compile(std::string_view text, const CompileOptions& options) {
  static const NestedTextCompiler compiler;
  const FunctionRegistry& registry = options.functions != nullptr ? *options.functions : FunctionRegistry::standard();
  return compile_in(text,
                    {eval::RegistryAccess::table(registry), &compiler, options.limits.clamped(), options.delimiters},
                    {options.fold_constants, options.borrow_source});
}

}  // namespace pipexpr::compile
