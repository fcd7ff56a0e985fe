// Implements explain(): evaluates with a recorder that listens, and makes the tree of what it heard.
#include <pipexpr/explain.h>

#include "base/report.h"
#include "explainer/language_rules.h"
#include "explainer/origins.h"
#include "explainer/recorder.h"
#include "syntax/find_opener.h"

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

void flatten(const Value& value, Value::List& out) {
  if (value.kind() == Kind::list) {
    out.insert(out.end(), value.items().begin(), value.items().end());
  } else if (value.is_set()) {
    out.push_back(value);
  }
}

Value value_of(const FieldItem& item, const ObjectGraph& graph) {
  switch (item.value.kind()) {
    case Kind::string: return item.value.text();
    case Kind::integer: return item.value.integer();
    case Kind::number: return item.value.number();
    case Kind::datetime: return item.value.datetime();
    case Kind::period: return item.value.period();
    case Kind::reference: return Reference{item.value.object(), std::string(graph.id(item.value.object()))};
    default: return {};
  }
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
    const FieldItem& item = found.items[i];
    const bool text = item.form == FieldItem::Form::text && item.value.is(Kind::string) &&
                      syntax::find_opener(item.value.text(), 0, options.compile.delimiters) != item.value.text().size();
    if (item.form == FieldItem::Form::literal || (item.form == FieldItem::Form::text && !text)) {
      recorder.verbatim(item.value, item.value.is(Kind::string) ? item.value.text() : std::string_view());
      flatten(value_of(item, definition), values);
      continue;
    }
    Diagnostics why;
    const Result<Expression> expression = item.form == FieldItem::Form::invalid ? Result<Expression>(*item.diagnostics)
                                          : text ? Expression::compile(item.value.text(), options.compile)
                                                 : Result<Expression>(*item.expression);
    if (!expression) {
      why = expression.error();
    } else if (const Result<Value> value = evaluator.value(*expression, definition, context)) {
      flatten(*value, values);
    } else {
      why = value.error();
    }
    if (why.empty()) continue;
    for (Diagnostic& diagnostic : why) {
      diagnostic.span = definition.span(object, field, i, diagnostic.span);
    }
    return why;
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
  explainer::find_rules(tree);
  return tree;
}

}  // namespace pipexpr
