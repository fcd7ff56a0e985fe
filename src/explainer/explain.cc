// Implements explain(): evaluates with a recorder that listens, and makes the tree of what it heard.
#include <pipexpr/explain.h>
#include <pipexpr/field.h>

#include "base/report.h"
#include "explainer/language_rules.h"
#include "explainer/locate.h"
#include "explainer/origins.h"
#include "explainer/recorder.h"

namespace pipexpr {
namespace {

Result<Explanation> record(const Expression& expression, const ObjectGraph& graph, const Context& context,
                           const ExplainOptions& options) {
  explainer::Recorder recorder(graph, context, options);
  EvaluateOptions evaluate = options.evaluate;
  evaluate.listener = &recorder;
  Evaluator evaluator(evaluate);
  const Result<Value> value = evaluator.value(expression, graph, context);
  if (!value) return value.error();
  return recorder.take();
}

// A text without expressions is its own value.
Explanation plain(std::string_view text, const ObjectGraph& graph, const Context& context,
                  const ExplainOptions& options) {
  explainer::Recorder recorder(graph, context, options);
  recorder.verbatim(ValueView(text), text);
  return recorder.take();
}

}  // namespace

std::string_view Explanation::text(const ExplainedNode& node) const {
  if (node.source == ExplainedNode::kNone) return {};
  return std::string_view(sources[node.source].text).substr(node.span.offset, node.span.length);
}

Result<Explanation> explain(const Expression& expression, const ObjectGraph& graph, const Context& context,
                            const ExplainOptions& options) {
  Result<Explanation> tree = expression.is_literal() ? plain(expression.text(), graph, context, options)
                                                     : record(expression, graph, context, options);
  if (tree) explainer::find_rules(*tree);
  return tree;
}

Result<Explanation> explain(const Expression& expression, const PipelineDefinition& definition, const Context& context,
                            const ExplainOptions& options) {
  Result<Explanation> tree = explain(expression, static_cast<const ObjectGraph&>(definition), context, options);
  if (!tree) return tree;
  explainer::find_origins(*tree, definition);
  explainer::find_definition_spans(*tree, definition);
  explainer::find_rules(*tree);
  return tree;
}

// Each value is evaluated by itself, as it is when the definition is rendered.
Result<Explanation> explain_field(const PipelineDefinition& definition, ObjectId object, std::string_view field,
                                  const Context& context, const ExplainOptions& options) {
  Field found;
  if (object == kNoObject || !definition.field(object, {field}, found)) {
    const std::string_view id = object == kNoObject ? std::string_view() : definition.id(object);
    return base::report(DiagnosticCode::unknown_field, {}, id, field, "");
  }
  explainer::Recorder recorder(definition, context, options);
  EvaluateOptions evaluate = options.evaluate;
  evaluate.listener = &recorder;
  Evaluator evaluator(evaluate);
  const TracedField around{object, field, Origin::object, {}, 0};
  recorder.begin_field(around);
  Value::List values;
  for (std::uint32_t i = 0; i < found.count; ++i) {
    Result<FieldValue> value = evaluate_item(evaluator, definition, found, i, context);
    if (!value) {
      Diagnostics why = value.error();
      for (Diagnostic& one : why) one.span = definition.span(object, field, i, one.span);
      return why;
    }
    if (!value->evaluated) {
      const ValueView& written = found.items[i].value;
      recorder.verbatim(written, written.is(Kind::string) ? written.text() : std::string_view());
    }
    for (Value& one : value->items) {
      // A reference to an object that does not exist is its id, as it is where an expression reads it.
      const bool dangling = one.kind() == Kind::reference && one.reference().object == kNoObject;
      values.push_back(dangling ? Value(one.reference().id) : std::move(one));
    }
  }
  Value whole;
  if (values.size() == 1) {
    whole = std::move(values[0]);
  } else if (!values.empty()) {
    whole = Value(std::move(values));
  }
  recorder.end_field(around, whole);
  Explanation tree = recorder.take();
  explainer::find_origins(tree, definition);
  explainer::find_definition_spans(tree, definition);
  explainer::find_rules(tree);
  return tree;
}

}  // namespace pipexpr
