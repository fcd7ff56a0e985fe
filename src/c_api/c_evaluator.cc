// Evaluation through the C interface: text, values with their kinds or of one kind, and columns of text.
#include "c_api/evaluator.h"

using namespace pipexpr::c_api;

namespace {

bool is_of_evaluation(pipexpr::LimitScope scope) {
  return scope == pipexpr::LimitScope::evaluation || scope == pipexpr::LimitScope::all;
}

}  // namespace

pipexpr_evaluator* pipexpr_evaluator_new(void) {
  return guarded_pointer([] { return new pipexpr_evaluator; });
}

void pipexpr_evaluator_release(pipexpr_evaluator* evaluator) { delete evaluator; }

pipexpr_status pipexpr_evaluator_set_limit(pipexpr_evaluator* evaluator, const char* name, uint64_t value) {
  if (evaluator == nullptr || name == nullptr) return PIPEXPR_MISUSE;
  const Use use(*evaluator);
  if (!use) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status {
    for (const pipexpr::LimitInfo& limit : pipexpr::limits()) {
      if (limit.name != name || !is_of_evaluation(limit.scope)) continue;
      evaluator->limits.*limit.member = value;
      evaluator->options.limits = evaluator->limits;
      evaluator->evaluator.set_options(evaluator->options);
      return PIPEXPR_OK;
    }
    return PIPEXPR_NOT_FOUND;
  });
}

pipexpr_status pipexpr_evaluator_set_timeout(pipexpr_evaluator* evaluator, uint32_t milliseconds) {
  if (evaluator == nullptr) return PIPEXPR_MISUSE;
  const Use use(*evaluator);
  if (!use) return PIPEXPR_MISUSE;
  evaluator->timeout_ms = milliseconds;
  if (milliseconds == 0) evaluator->evaluator.set_deadline(std::nullopt);
  return PIPEXPR_OK;
}

pipexpr_status pipexpr_evaluator_cancel(pipexpr_evaluator* evaluator, int32_t cancelled) {
  if (evaluator == nullptr) return PIPEXPR_MISUSE;
  evaluator->cancelled = cancelled != 0;
  return PIPEXPR_OK;
}

pipexpr_status pipexpr_evaluate(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                const pipexpr_graph* graph, const pipexpr_context* context, const char** text,
                                size_t* size) {
  if (text == nullptr || size == nullptr) return PIPEXPR_MISUSE;
  const auto given = read_context(context);
  if (!given) return PIPEXPR_MISUSE;
  return evaluate(evaluator, expression, graph, [&](const pipexpr::ObjectGraph& objects) -> pipexpr_status {
    pipexpr::Result<void> done =
        evaluator->evaluator.append(expression->expression, objects, context_of(*given), evaluator->text);
    if (!done) return evaluator->why.diagnostics = done.take_error(), PIPEXPR_ERROR;
    *text = terminated(evaluator->text);
    *size = evaluator->text.size();
    return PIPEXPR_OK;
  });
}

pipexpr_status pipexpr_evaluate_value(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                      const pipexpr_graph* graph, const pipexpr_context* context, pipexpr_value* out) {
  if (out == nullptr || out->struct_size < sizeof(size_t)) return PIPEXPR_MISUSE;
  const auto given = read_context(context);
  if (!given) return PIPEXPR_MISUSE;
  return evaluate(evaluator, expression, graph, [&](const pipexpr::ObjectGraph& objects) -> pipexpr_status {
    pipexpr::Result<pipexpr::Value> value =
        evaluator->evaluator.value(expression->expression, objects, context_of(*given));
    if (!value) return evaluator->why.diagnostics = value.take_error(), PIPEXPR_ERROR;
    const std::string text = value->to_text();
    std::memcpy(evaluator->text.prepare(text.size()), text.data(), text.size());
    evaluator->text.commit(text.size());
    pipexpr_value filled = PIPEXPR_VALUE_INIT;
    filled.kind = static_cast<pipexpr_kind>(value->kind());
    filled.text = terminated(evaluator->text);
    filled.text_size = text.size();
    if (value->kind() == pipexpr::Kind::integer) filled.integer = value->integer();
    if (value->kind() == pipexpr::Kind::datetime) filled.integer = value->datetime().epoch_millis;
    if (value->kind() == pipexpr::Kind::number) filled.number = value->number();
    if (value->kind() == pipexpr::Kind::reference) filled.object = static_cast<uint64_t>(value->reference().object);
    if (value->kind() == pipexpr::Kind::list) filled.count = value->items().size();
    (void)write_struct(out, filled);
    return PIPEXPR_OK;
  });
}

namespace {

// A value of one kind, by the evaluator's function for it.
template <class T, class Out>
pipexpr_status evaluate_typed(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                              const pipexpr_graph* graph, const pipexpr_context* context,
                              pipexpr::Result<T> (pipexpr::Evaluator::*of_kind)(const pipexpr::Expression&,
                                                                                const pipexpr::ObjectGraph&,
                                                                                const pipexpr::Context&),
                              Out* out) {
  if (out == nullptr) return PIPEXPR_MISUSE;
  const auto given = read_context(context);
  if (!given) return PIPEXPR_MISUSE;
  return evaluate(evaluator, expression, graph, [&](const pipexpr::ObjectGraph& objects) -> pipexpr_status {
    pipexpr::Result<T> value = (evaluator->evaluator.*of_kind)(expression->expression, objects, context_of(*given));
    if (!value) return evaluator->why.diagnostics = value.take_error(), PIPEXPR_ERROR;
    if constexpr (std::is_same_v<T, pipexpr::DateTime>) {
      *out = value->epoch_millis;
    } else {
      *out = *value;
    }
    return PIPEXPR_OK;
  });
}

}  // namespace

pipexpr_status pipexpr_evaluate_integer(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                        const pipexpr_graph* graph, const pipexpr_context* context, int64_t* out) {
  return evaluate_typed(evaluator, expression, graph, context, &pipexpr::Evaluator::integer, out);
}

pipexpr_status pipexpr_evaluate_number(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                       const pipexpr_graph* graph, const pipexpr_context* context, double* out) {
  return evaluate_typed(evaluator, expression, graph, context, &pipexpr::Evaluator::number, out);
}

pipexpr_status pipexpr_evaluate_boolean(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                        const pipexpr_graph* graph, const pipexpr_context* context, int32_t* out) {
  return evaluate_typed(evaluator, expression, graph, context, &pipexpr::Evaluator::boolean, out);
}

pipexpr_status pipexpr_evaluate_datetime(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                         const pipexpr_graph* graph, const pipexpr_context* context, int64_t* out) {
  return evaluate_typed(evaluator, expression, graph, context, &pipexpr::Evaluator::datetime, out);
}

pipexpr_status pipexpr_evaluate_column(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                       const pipexpr_graph* graph, const pipexpr_context* contexts, size_t rows,
                                       pipexpr_column* out) {
  if (out == nullptr || out->struct_size < sizeof(size_t) || (contexts == nullptr && rows != 0)) return PIPEXPR_MISUSE;
  const size_t stride = rows == 0 ? 0 : contexts->struct_size;
  if (rows != 0 && stride < sizeof(size_t)) return PIPEXPR_MISUSE;
  return evaluate(evaluator, expression, graph, [&](const pipexpr::ObjectGraph& objects) -> pipexpr_status {
    pipexpr_evaluator& engine = *evaluator;
    engine.offsets.assign(1, 0);
    engine.offsets.reserve(rows + 1);
    engine.validity.assign((rows + 7) / 8, 0);
    size_t failed = 0;
    for (size_t row = 0; row < rows; ++row) {
      const char* const at = reinterpret_cast<const char*>(contexts) + row * stride;
      const auto given = read_struct(reinterpret_cast<const pipexpr_context*>(at), kNoContext);
      if (!given || given->struct_size != stride) return PIPEXPR_MISUSE;
      pipexpr::Result<void> done =
          engine.evaluator.append(expression->expression, objects, context_of(*given), engine.text);
      if (done) {
        engine.validity[row / 8] = static_cast<std::uint8_t>(engine.validity[row / 8] | 1u << row % 8);
      } else if (failed++ == 0) {
        engine.why.diagnostics = done.take_error();
      }
      engine.offsets.push_back(static_cast<std::int64_t>(engine.text.size()));
      engine.memory.release();  // what a host's graph added for the row
    }
    const pipexpr_column filled{
        sizeof filled, terminated(engine.text), engine.offsets.data(), engine.validity.data(), rows, failed};
    (void)write_struct(out, filled);
    return failed == 0 ? PIPEXPR_OK : PIPEXPR_ERROR;
  });
}

const pipexpr_diagnostics* pipexpr_evaluator_diagnostics(pipexpr_evaluator* evaluator) {
  return evaluator == nullptr ? nullptr : &evaluator->why;
}
