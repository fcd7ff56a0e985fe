// Evaluation through the C interface: text, values with their kinds, and columns.
#include "c_api/host_graph.h"

using namespace pipexpr::c_api;

struct pipexpr_evaluator {
  pipexpr_evaluator() { options.cancel = &cancelled; }

  std::atomic<bool> cancelled = false;
  std::atomic<bool> busy = false;  // a host's function must not use the evaluator that calls it
  std::uint32_t timeout_ms = 0;
  pipexpr::Limits limits = {};
  pipexpr::EvaluateOptions options = {};
  pipexpr::Evaluator evaluator = pipexpr::Evaluator(options);
  std::pmr::monotonic_buffer_resource memory{4096};  // of what a host's graph added
  pipexpr::TextBuffer text = {};
  pipexpr_diagnostics why = {.source_name = "template"};
  std::vector<std::int64_t> offsets = {};
  std::vector<std::uint8_t> validity = {};
};

namespace {

// Marks the evaluator as in use, for one call.
class Use {
 public:
  explicit Use(pipexpr_evaluator& evaluator) : evaluator_(evaluator), is_ours_(!evaluator.busy.exchange(true)) {}
  ~Use() {
    if (is_ours_) evaluator_.busy = false;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  explicit operator bool() const { return is_ours_; }

 private:
  pipexpr_evaluator& evaluator_;
  bool is_ours_;
};

// A context of the caller's as the engine's.
pipexpr::Context context_of(const pipexpr_context& given) {
  pipexpr::Context context;
  context.object = static_cast<pipexpr::ObjectId>(given.object);
  if (given.scheduled_start == PIPEXPR_NO_TIME) return context;
  pipexpr::Run run;
  run.scheduled_start = {given.scheduled_start, {}};
  if (given.scheduled_end != PIPEXPR_NO_TIME) run.scheduled_end = pipexpr::DateTime{given.scheduled_end, {}};
  run.attempt = given.attempt;
  context.run = run;
  return context;
}

constexpr pipexpr_context kNoContext = PIPEXPR_CONTEXT_INIT;

// Begins a call: what the last one left behind is gone.
void begin(pipexpr_evaluator& evaluator, const pipexpr::Expression& expression) {
  evaluator.text.clear();
  evaluator.why.diagnostics.clear();
  evaluator.why.source = expression.text();
  evaluator.memory.release();
  if (evaluator.timeout_ms != 0) {
    evaluator.evaluator.set_deadline(std::chrono::steady_clock::now() +
                                     std::chrono::milliseconds(evaluator.timeout_ms));
  }
}

// Calls `body` with the graph as the engine knows it.
template <class Body>
auto with_graph(pipexpr_evaluator& evaluator, const pipexpr_graph& graph, Body&& body) {
  if (graph.definition != nullptr) return body(static_cast<const pipexpr::ObjectGraph&>(*graph.definition));
  const HostGraph host(graph.functions, evaluator.memory);
  return body(static_cast<const pipexpr::ObjectGraph&>(host));
}

// The checks that every evaluation begins with, and its body.
template <class Body>
pipexpr_status evaluate(pipexpr_evaluator* evaluator, const pipexpr_expression* expression, const pipexpr_graph* graph,
                        Body&& body) {
  if (evaluator == nullptr) return PIPEXPR_MISUSE;
  const Use use(*evaluator);
  if (!use) return PIPEXPR_MISUSE;
  evaluator->why.diagnostics.clear();  // not those of an earlier call
  if (expression == nullptr || graph == nullptr) return PIPEXPR_MISUSE;
  return guarded([&]() -> pipexpr_status {
    begin(*evaluator, expression->expression);
    return with_graph(*evaluator, *graph, body);
  });
}

bool is_of_evaluation(pipexpr::LimitScope scope) {
  return scope == pipexpr::LimitScope::evaluation || scope == pipexpr::LimitScope::all;
}

// The text of the buffer with a zero byte after it.
const char* terminated(pipexpr::TextBuffer& text) {
  *text.prepare(1) = '\0';
  return text.view().data();
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
  const auto given = context == nullptr ? std::optional(kNoContext) : read_struct(context, kNoContext);
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
  const auto given = context == nullptr ? std::optional(kNoContext) : read_struct(context, kNoContext);
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
