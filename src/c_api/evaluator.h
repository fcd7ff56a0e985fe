// The evaluator of the C interface, and what every evaluation through it begins with.
#pragma once

#include <variant>

#include <pipexpr/batch.h>

#include "c_api/host_graph.h"

// The last batch's column, and why rows of it have no value.
struct pipexpr_last_batch {
  struct Error {
    std::size_t row;
    pipexpr_diagnostics why;
  };
  std::variant<pipexpr::TextColumn, pipexpr::IntegerColumn, pipexpr::NumberColumn, pipexpr::BooleanColumn,
               pipexpr::DateTimeColumn>
      column = {};
  std::vector<Error> errors = {};
};

struct pipexpr_evaluator {
  std::atomic<bool> cancelled = false;
  std::atomic<bool> busy = false;  // a host's function must not use the evaluator that calls it
  std::uint32_t timeout_ms = 0;
  pipexpr::Limits limits = {};
  pipexpr::EvaluateOptions options = {.cancel = &cancelled};
  pipexpr::Evaluator evaluator = pipexpr::Evaluator(options);
  std::pmr::monotonic_buffer_resource memory{4096};  // of what a host's graph added
  pipexpr::TextBuffer text = {};
  pipexpr_diagnostics why = {.source_name = "template"};
  std::vector<std::int64_t> offsets = {};
  std::vector<std::uint8_t> validity = {};
  pipexpr_last_batch batch = {};
};

namespace pipexpr::c_api {

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
inline Context context_of(const pipexpr_context& given) {
  Context context;
  context.object = static_cast<ObjectId>(given.object);
  if (given.scheduled_start == PIPEXPR_NO_TIME) return context;
  Run run;
  run.scheduled_start = {given.scheduled_start, {}};
  if (given.scheduled_end != PIPEXPR_NO_TIME) run.scheduled_end = DateTime{given.scheduled_end, {}};
  run.attempt = given.attempt;
  context.run = run;
  return context;
}

inline constexpr pipexpr_context kNoContext = PIPEXPR_CONTEXT_INIT;

// The caller's context, which it may leave out. Nothing: its size is wrong.
inline std::optional<pipexpr_context> read_context(const pipexpr_context* given) {
  return given == nullptr ? std::optional(kNoContext) : read_struct(given, kNoContext);
}

// Begins a call: what the last one left behind is gone.
inline void begin(pipexpr_evaluator& evaluator, const Expression& expression) {
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
  if (graph.definition != nullptr) return body(static_cast<const ObjectGraph&>(*graph.definition));
  const HostGraph host(graph.functions, evaluator.memory);
  return body(static_cast<const ObjectGraph&>(host));
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

// The text of the buffer with a zero byte after it.
inline const char* terminated(TextBuffer& text) {
  *text.prepare(1) = '\0';
  return text.view().data();
}

}  // namespace pipexpr::c_api
