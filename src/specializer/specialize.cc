// Implements specialize(): the template's parts are specialized, and what remains is compiled.
#include <pipexpr/specialize.h>

#include <new>

#include "base/kept_fields.h"
#include "base/report.h"
#include "base/thrown_message.h"
#include "specializer/specializer.h"

namespace pipexpr {
namespace {

Result<Specialized> specialize_compiled(const Expression& expression, const ObjectGraph& graph, const Context& known,
                                        const SpecializeOptions& options) {
  specializer::Setting setting{graph, known, options};
  setting.options.compile.borrow_source = false;
  setting.options.evaluate.listener = nullptr;
  // What only stands for a runtime field stays its name, which messages are about.
  setting.options.evaluate.unset_runtime = UnsetRuntime::error;
  const CompileOptions compile = setting.options.compile;
  auto tree = SyntaxTree::parse(expression.text(), compile);
  if (!tree) return tree.error();
  // With the functions of the options, as everything else here.
  auto whole = Expression::compile(expression.text(), compile);
  if (!whole) return whole.error();
  std::vector<KeptName> kept;
  const specializer::Residual residual = specializer::Specializer(std::move(setting)).given(*tree, kept);
  auto made = Expression::compile(specializer::as_template(residual, compile.delimiters), compile);
  // Larger than the limits allow: then nothing is done.
  if (!made) made = std::move(whole);
  return Specialized{std::move(*made), std::move(kept)};
}

}  // namespace

Result<Specialized> specialize(const Expression& expression, const ObjectGraph& graph, const Context& known,
                               const SpecializeOptions& options) {
  try {
    return specialize_compiled(expression, graph, known, options);
  } catch (...) {
    return base::report(DiagnosticCode::host_error, {}, base::thrown_message());
  }
}

Result<std::string> evaluate_or_keep(const Expression& expression, const ObjectGraph& graph, const Context& context,
                                     const SpecializeOptions& options) {
  auto text = expression.evaluate_text(graph, context, options.evaluate);
  if (text || options.evaluate.unset_runtime != UnsetRuntime::keep) return text;
  if (Diagnostics others = base::besides_kept(text.error()); !others.empty()) return others;
  const auto made = specialize(expression, graph, context, options);
  if (!made) return made.error();
  return std::string(made->expression.text());
}

}  // namespace pipexpr
