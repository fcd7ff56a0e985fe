// A generated template against a generated graph with small random limits: every way of evaluating it gives the same
// value or the same diagnostics: twice, from another thread, by an evaluator that has seen everything before, with a
// listener, after a move, and without constant folding; and no diagnostic is the engine's own error.
#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "generator.h"

using namespace pipexpr;

namespace {

bool same(const PathStep& a, const PathStep& b) {
  return a.object == b.object && a.field == b.field && a.text == b.text && a.span == b.span &&
         a.text_offset == b.text_offset && a.item == b.item;
}

bool same(const Diagnostic& a, const Diagnostic& b) {
  return a.code == b.code && a.severity == b.severity && a.message == b.message && a.span == b.span &&
         std::equal(a.path.begin(), a.path.end(), b.path.begin(), b.path.end(),
                    [](const PathStep& left, const PathStep& right) { return same(left, right); });
}

// A text, or why there is none. Diagnostics are compared part by part: to render them all would be most of the time.
struct Outcome {
  bool good = false;
  std::string text;
  Diagnostics why;

  friend bool operator==(const Outcome& a, const Outcome& b) {
    return a.good == b.good && a.text == b.text &&
           std::equal(a.why.begin(), a.why.end(), b.why.begin(), b.why.end(),
                      [](const Diagnostic& left, const Diagnostic& right) { return same(left, right); });
  }
};

Outcome outcome(bool good, std::string_view text, const Diagnostics& error) {
  if (good) return {good, std::string(text), {}};
  FUZZ_CHECK(!error.empty());
  for (const Diagnostic& why : error) FUZZ_CHECK(code_id(why.code)[1] != '9');
  return {good, "", error};
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
  const auto done = evaluator.append(expression, graph, context, out);
  return outcome(done.has_value(), out.view(), done.error());
}

Outcome pieces(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph, const Context& context) {
  std::vector<std::string_view> parts;
  const auto done = evaluator.pieces(expression, graph, context, parts);
  std::string text;
  for (const std::string_view part : parts) text += part;
  return outcome(done.has_value(), text, done.error());
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

// Without folding, errors of constant parts come later, and limits that count what is evaluated come earlier.
void check_unfolded(const Expression& folded_expression, const Outcome& folded, const std::string& text,
                    const fuzz::Graph& graph, const Context& context, const EvaluateOptions& options) {
  const Result<Expression> compiled = Expression::compile(text, {.fold_constants = false});
  FUZZ_CHECK(compiled.has_value());
  FUZZ_CHECK(compiled->canonical() == folded_expression.canonical());
  Evaluator evaluator(options);
  const Outcome found = append(evaluator, *compiled, graph, context);
  const auto by_limit = [](const Outcome& outcome) {
    return std::any_of(outcome.why.begin(), outcome.why.end(),
                       [](const Diagnostic& why) { return code_id(why.code)[1] == '6'; });
  };
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
  if (has_run) context.run = run;

  const Result<Expression> compiled = Expression::compile(text);
  if (!compiled) {  // perhaps for a constant part; then it is an error of the evaluation too
    const Result<Expression> unfolded = Expression::compile(text, {.fold_constants = false});
    if (unfolded) FUZZ_CHECK(!unfolded->evaluate_text(graph, context));
    return 0;
  }
  const Expression bound = compiled->bind(graph);
  Evaluator evaluator(options);
  const Outcome first = append(evaluator, *compiled, graph, context);
  if (!first.why.empty()) FUZZ_CHECK(!render(first.why[size % first.why.size()], {.source = text}).empty());
  FUZZ_CHECK(!first.good || first.text.size() <= options.limits.max_output_bytes);
  static Evaluator veteran;
  veteran.set_options(options);
  FUZZ_CHECK(first == append(veteran, bound, graph, context));

  options.testing_interpreter_only = true;
  static Evaluator interpreter;
  interpreter.set_options(options);
  FUZZ_CHECK(first == append(interpreter, bound, graph, context));
  options.testing_interpreter_only = false;

  // One of the other ways for each input, by its text: each is tried as often per second as if all were tried for fewer
  // inputs, and what makes them differ is seldom the one input.
  switch (std::hash<std::string_view>()({reinterpret_cast<const char*>(data), size}) % 4) {
    case 0: {
      FUZZ_CHECK(first == append(evaluator, *compiled, graph, context));
      Evaluator moved(std::move(evaluator));
      FUZZ_CHECK(first == append(moved, bound, graph, context));
      break;
    }
    case 1: {
      const Outcome in_pieces = pieces(evaluator, bound, graph, context);
      FUZZ_CHECK(first.good ? first == in_pieces : !in_pieces.good);
      const Result<Value> value = evaluator.value(bound, graph, context);
      if (first.good && value) FUZZ_CHECK(value->to_text() == first.text);
      break;
    }
    case 2: {
      Listener listener;
      EvaluateOptions traced = options;
      traced.listener = &listener;
      Evaluator tracing(traced);
      FUZZ_CHECK(first == append(tracing, bound, graph, context));
      break;
    }
    default: FUZZ_CHECK(first == append(veteran, *compiled, graph, context)); break;
  }

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
