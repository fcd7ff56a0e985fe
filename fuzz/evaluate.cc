// A generated template against a generated graph with small random limits: every way of evaluating it gives the same
// value or the same diagnostics, twice, from another thread, by an evaluator that has seen everything before, with a
// listener, and without constant folding; and no diagnostic is the engine's own fault.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "generator.h"

using namespace pipexpr;

namespace {

struct Outcome {
  bool good = false;
  std::string text;
  std::string why;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome(bool good, std::string_view text, const Diagnostics& error) {
  Outcome result{good, std::string(good ? text : ""), ""};
  if (good) return result;
  FUZZ_CHECK(!error.empty());
  for (const Diagnostic& why : error) {
    FUZZ_CHECK(code_id(why.code)[1] != '9');
    result.why += render(why);
  }
  return result;
}

class Listener final : public EvaluationListener {
 public:
  void node(const TracedNode& node, const ValueView&) override { FUZZ_CHECK(node.span.end() <= node.source.size()); }
  void enter_field(const TracedField&) override { ++open_; }
  void leave_field(const TracedField&, const ValueView&) override { FUZZ_CHECK(open_-- > 0); }

 private:
  int open_ = 0;
};

Outcome append(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph, const Context& context) {
  TextBuffer out;
  const bool good = evaluator.append(expression, graph, context, out);
  return outcome(good, out.view(), evaluator.error());
}

Outcome pieces(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph, const Context& context) {
  std::vector<std::string_view> parts;
  const bool good = evaluator.pieces(expression, graph, context, parts);
  std::string text;
  for (const std::string_view part : parts) text += part;
  return outcome(good, text, evaluator.error());
}

// One thread for the life of the process: making one costs more than an evaluation.
class OtherThread {
 public:
  void run(std::function<void()> job) {
    std::unique_lock<std::mutex> lock(mutex_);
    job_ = std::move(job);
    changed_.notify_all();
    changed_.wait(lock, [&] { return job_ == nullptr; });
  }
  static OtherThread& instance() {
    static OtherThread* const made = new OtherThread;  // never joined: the process ends as it likes
    return *made;
  }

 private:
  OtherThread() {
    std::thread([this] {
      std::unique_lock<std::mutex> lock(mutex_);
      for (;;) {
        changed_.wait(lock, [&] { return job_ != nullptr; });
        job_();
        job_ = nullptr;
        changed_.notify_all();
      }
    }).detach();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;
};

// Without folding, faults of constant parts come later, and limits that count what is evaluated come earlier.
void check_unfolded(const Expression& folded_expression, const Outcome& folded, const std::string& text,
                    const fuzz::Graph& graph, const Context& context, const EvaluateOptions& options) {
  const Result<Expression> compiled = Expression::compile(text, {.fold_constants = false});
  FUZZ_CHECK(compiled.has_value());
  FUZZ_CHECK(compiled->canonical() == folded_expression.canonical());
  Evaluator evaluator(options);
  const Outcome found = append(evaluator, *compiled, graph, context);
  const auto by_limit = [](const Outcome& outcome) { return outcome.why.find("error[E6") != outcome.why.npos; };
  if (!by_limit(folded) && !by_limit(found)) FUZZ_CHECK(found.good == folded.good && found.text == folded.text);
  if (!folded.good) FUZZ_CHECK(!found.good);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  EvaluateOptions options;
  options.limits.max_steps = 1 + bytes.below(2000);
  options.limits.max_output_bytes = bytes.below(4000);
  options.limits.max_reference_depth = bytes.byte() % 12;
  options.limits.max_references = bytes.below(300);
  options.limits.max_list_items = bytes.byte() % 40;
  options.limits.max_memory_bytes = 1000 + 256U * bytes.byte();
  const std::string text = fuzz::a_template(bytes);
  Run run;
  run.scheduled_start.epoch_millis = bytes.number();
  run.attempt = bytes.byte() % 3;
  const bool has_run = bytes.byte() % 2 == 0;
  const fuzz::Graph graph(bytes);
  Context context;
  context.object = static_cast<ObjectId>(0);
  if (has_run) context.run = &run;

  const Result<Expression> compiled = Expression::compile(text);
  if (!compiled) {  // perhaps for a constant part; then it is a fault of the evaluation too
    const Result<Expression> unfolded = Expression::compile(text, {.fold_constants = false});
    if (unfolded) FUZZ_CHECK(!unfolded->evaluate_text(graph, context));
    return 0;
  }
  const Expression bound = compiled->bind(graph);
  Evaluator evaluator(options);
  const Outcome first = append(evaluator, *compiled, graph, context);
  FUZZ_CHECK(first == append(evaluator, *compiled, graph, context));
  FUZZ_CHECK(first == append(evaluator, bound, graph, context));
  FUZZ_CHECK(first.good == pieces(evaluator, bound, graph, context).good);
  if (first.good) FUZZ_CHECK(first == pieces(evaluator, bound, graph, context));
  FUZZ_CHECK(!first.good || first.text.size() <= options.limits.max_output_bytes);
  const Result<Value> value = evaluator.value(bound, graph, context);
  if (first.good && value) FUZZ_CHECK(value->to_text() == first.text);

  Listener listener;
  EvaluateOptions traced = options;
  traced.listener = &listener;
  Evaluator tracing(traced);
  FUZZ_CHECK(first == append(tracing, bound, graph, context));

  static Evaluator veteran;
  veteran.options() = options;
  FUZZ_CHECK(first == append(veteran, bound, graph, context));
  FUZZ_CHECK(first == append(veteran, *compiled, graph, context));

  if (size != 0 && data[size - 1] % 4 == 0) check_unfolded(*compiled, first, text, graph, context, options);
  if (size != 0 && data[size - 1] % 16 == 1) {
    Outcome other;
    OtherThread::instance().run([&] {
      Evaluator own(options);
      other = append(own, bound, graph, context);
    });
    FUZZ_CHECK(first == other);
  }
  return 0;
}
