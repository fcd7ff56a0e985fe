// The product on the six workloads, used as docs/embedding.md says: bound expressions, one Evaluator, one TextBuffer.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <pipexpr/batch.h>

#include "fixture.h"

namespace bench {
namespace {

using namespace pipexpr;

struct Setup {
  explicit Setup(std::string_view text, bool bound = true)
      : expression(Expression::compile(text, {.borrow_source = true}).value()) {
    if (bound) expression = expression.bind(pipeline());
  }

  std::string_view evaluate(unsigned i, unsigned object) {
    run.scheduled_start.epoch_millis = time_at(i);
    out.clear();
    const Context context{.object = objects[object], .run = run, .fields = fields};
    if (!evaluator.append(expression, graph, context, out)) expect(false, "evaluation failed");
    return out.view();
  }

  template <class Want>
  void check(unsigned count, Want want) {
    for (unsigned i = 0; i < count; ++i) expect_equal(evaluate(i, i % kActivities), want(i), expression.text());
  }

  const PipelineDefinition& graph = pipeline();
  Expression expression;
  Evaluator evaluator;
  TextBuffer out;
  Run run;
  std::span<const Binding> fields;
  ObjectId objects[kActivities] = {activity(0), activity(1), activity(2), activity(3), activity(4),
                                   activity(5), activity(6), activity(7), activity(8), activity(9)};
};

template <class Want>
void repeat(benchmark::State& state, std::string_view text, Want want, bool bound = true) {
  Setup setup(text, bound);
  setup.check(kTimes, want);
  unsigned i = 0, object = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(setup.evaluate(i++, object).data());
    benchmark::ClobberMemory();
    if (++object == kActivities) object = 0;
  }
}

void w1(benchmark::State& state) { repeat(state, kW1, want_w1); }
void w1_unbound(benchmark::State& state) { repeat(state, kW1, want_w1, false); }
void w2(benchmark::State& state) { repeat(state, kW2, want_w2); }
void w2_unbound(benchmark::State& state) { repeat(state, kW2, want_w2, false); }
void w4(benchmark::State& state) { repeat(state, kW4, want_w4); }

void w3(benchmark::State& state) {
  Setup setup(kW3);
  FieldItem a, b;
  const Binding fields[] = {{"a", {&a, 1}}, {"b", {&b, 1}}};
  setup.fields = fields;
  const auto evaluate = [&](unsigned i) {
    a = FieldItem::of_value(w3_a(i));
    b = FieldItem::of_value(w3_b(i));
    return setup.evaluate(i, 0);
  };
  for (unsigned i = 0; i < kTimes; ++i) {
    expect(std::strtod(std::string(evaluate(i)).c_str(), nullptr) == want_w3(i), kW3, evaluate(i));
  }
  unsigned i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(i++).data());
}

// Calls `evaluate`, which makes a column of kTimes rows, whenever all its rows have been counted: one iteration is one
// row.
template <class Evaluate>
void count_rows(benchmark::State& state, Evaluate evaluate) {
  unsigned row = kTimes;
  for (auto _ : state) {
    if (++row >= kTimes) {
      evaluate();
      benchmark::ClobberMemory();
      row = 0;
    }
  }
}

std::vector<std::int64_t> all_times() {
  std::vector<std::int64_t> times;
  for (unsigned i = 0; i < kTimes; ++i) times.push_back(time_at(i));
  return times;
}

void expect_whole(const BatchReport& report, std::string_view what) {
  expect(report.rows == kTimes && report.failed == 0, what);
}

// W1 over all times of one object, a row each; what the rows share is computed once in each batch.
void w1_batch(benchmark::State& state) {
  Setup setup(kW1);
  const std::vector<std::int64_t> starts = all_times();
  const Rows rows{.count = kTimes, .shared = {.object = setup.objects[0]}, .starts = starts};
  const CompileOptions compiled_with;
  TextColumn out;
  const auto evaluate = [&] {
    expect_whole(
        evaluate_rows(setup.evaluator, setup.expression, setup.graph, rows, out, {.compiled_with = &compiled_with}),
        "W1 batch failed");
  };
  evaluate();
  for (unsigned i = 0; i < kTimes; ++i) expect_equal(out.text(i), want_w1(i), kW1);
  count_rows(state, evaluate);
}

// The same column, as a host makes it that knows single evaluations only.
void w1_rows(benchmark::State& state) {
  Setup setup(kW1);
  const std::vector<std::int64_t> starts = all_times();
  TextColumn out;
  const auto evaluate = [&] {
    out.data.clear();
    out.offsets.assign(1, 0);
    for (unsigned i = 0; i < kTimes; ++i) {
      setup.run.scheduled_start.epoch_millis = starts[i];
      const Context context{.object = setup.objects[0], .run = setup.run};
      if (!setup.evaluator.append(setup.expression, setup.graph, context, out.data)) expect(false, "W1 rows failed");
      out.offsets.push_back(static_cast<std::int64_t>(out.data.size()));
    }
  };
  evaluate();
  for (unsigned i = 0; i < kTimes; ++i) expect_equal(out.text(i), want_w1(i), kW1);
  count_rows(state, evaluate);
}

// W2 over objects, each row another one.
void w2_batch(benchmark::State& state) {
  Setup setup(kW2);
  std::vector<ObjectId> objects;
  for (unsigned i = 0; i < kTimes; ++i) objects.push_back(setup.objects[i % kActivities]);
  const Rows rows{.count = kTimes, .objects = objects};
  TextColumn out;
  const auto evaluate = [&] {
    expect_whole(evaluate_rows(setup.evaluator, setup.expression, setup.graph, rows, out), "W2 batch failed");
  };
  evaluate();
  for (unsigned i = 0; i < kTimes; ++i) expect_equal(out.text(i), want_w2(i), kW2);
  count_rows(state, evaluate);
}

void w2_rows(benchmark::State& state) {
  Setup setup(kW2);
  TextColumn out;
  const auto evaluate = [&] {
    out.data.clear();
    out.offsets.assign(1, 0);
    for (unsigned i = 0; i < kTimes; ++i) {
      const Context context{.object = setup.objects[i % kActivities]};
      if (!setup.evaluator.append(setup.expression, setup.graph, context, out.data)) expect(false, "W2 rows failed");
      out.offsets.push_back(static_cast<std::int64_t>(out.data.size()));
    }
  };
  evaluate();
  for (unsigned i = 0; i < kTimes; ++i) expect_equal(out.text(i), want_w2(i), kW2);
  count_rows(state, evaluate);
}

// W3 over columns of doubles, as a column of doubles.
void w3_batch(benchmark::State& state) {
  Setup setup(kW3);
  std::vector<double> a, b;
  for (unsigned i = 0; i < kTimes; ++i) a.push_back(w3_a(i)), b.push_back(w3_b(i));
  const FieldColumn fields[] = {{.name = "a", .values = a}, {.name = "b", .values = b}};
  const Rows rows{.count = kTimes, .fields = fields};
  NumberColumn out;
  const auto evaluate = [&] {
    expect_whole(evaluate_rows(setup.evaluator, setup.expression, setup.graph, rows, out), "W3 batch failed");
  };
  evaluate();
  for (unsigned i = 0; i < kTimes; ++i) expect(out.values[i] == want_w3(i), kW3);
  count_rows(state, evaluate);
}

void w3_rows(benchmark::State& state) {
  Setup setup(kW3);
  FieldItem a, b;
  const Binding fields[] = {{"a", {&a, 1}}, {"b", {&b, 1}}};
  std::vector<double> out(kTimes);
  const auto evaluate = [&] {
    for (unsigned i = 0; i < kTimes; ++i) {
      a = FieldItem::of_value(w3_a(i));
      b = FieldItem::of_value(w3_b(i));
      out[i] = setup.evaluator.number(setup.expression, setup.graph, {.fields = fields}).value();
    }
  };
  evaluate();
  for (unsigned i = 0; i < kTimes; ++i) expect(out[i] == want_w3(i), kW3);
  count_rows(state, evaluate);
}

void w5(benchmark::State& state) {
  Setup setup(kW1);
  const auto evaluate = [&](unsigned i) {
    setup.expression = Expression::compile(kW1, {.borrow_source = true}).value();
    return setup.evaluate(i, 0);
  };
  for (unsigned i = 0; i < kTimes; ++i) expect_equal(evaluate(i), want_w1(i), kW1);
  unsigned i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(i++).data());
}

void compile_only(benchmark::State& state) {
  for (auto _ : state) {
    auto compiled = Expression::compile(kW1, {.borrow_source = true});
    benchmark::DoNotOptimize(compiled);
  }
  state.counters["bytes"] = static_cast<double>(Expression::compile(kW1)->memory_bytes());
}

// W6 compiles anew each time, as the floor and the peers do.
void w6_reused(benchmark::State& state) {
  Setup setup("");
  const auto evaluate = [&](unsigned i) {
    setup.expression = Expression::compile(sql(), {.borrow_source = true}).value();
    return setup.evaluate(i, i % kActivities);
  };
  expect(evaluate(3) == want_sql(3), "W6");
  unsigned i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(i++).data());
}

void w6_compiled(benchmark::State& state) {
  Setup setup(sql());
  expect(setup.evaluate(3, 3) == want_sql(3), "W6");
  unsigned i = 0, object = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(setup.evaluate(i++, object).data());
    if (++object == kActivities) object = 0;
  }
}

// bench/run gives it a process of its own, for the allocator's sake.
void w6_fresh(benchmark::State& state) {
  // Or it would keep the pages of the last time.
  expect(mallopt(M_MMAP_MAX, 65'536) != 0 && mallopt(M_MMAP_THRESHOLD, 1 << 20) != 0, "W6 fresh: mallopt");
  Setup setup("");
  unsigned i = 0;
  for (auto _ : state) {
    setup.expression = Expression::compile(sql(), {.borrow_source = true}).value();
    benchmark::DoNotOptimize(setup.evaluate(i, i % kActivities).data());
    ++i;
    setup.out = TextBuffer();
  }
}

void w6_pieces(benchmark::State& state) {
  Setup setup("");
  std::vector<std::string_view> pieces;
  const auto evaluate = [&](unsigned i) {
    setup.expression = Expression::compile(sql(), {.borrow_source = true}).value();
    setup.run.scheduled_start.epoch_millis = time_at(i);
    const Context context{.object = setup.objects[i % kActivities], .run = setup.run};
    expect(setup.evaluator.pieces(setup.expression, pipeline(), context, pieces).has_value(), "pieces failed");
  };
  evaluate(3);
  std::string whole;
  for (const std::string_view piece : pieces) whole += piece;
  expect(whole == want_sql(3), "W6 pieces");
  unsigned i = 0;
  for (auto _ : state) {
    evaluate(i++);
    benchmark::DoNotOptimize(pieces.data());
  }
}

BENCHMARK(w1)->Name("W1/pipexpr");
BENCHMARK(w1_unbound)->Name("W1/unbound");
BENCHMARK(w1_batch)->Name("W1/batch")->MinTime(0.5);
BENCHMARK(w1_rows)->Name("W1/rows")->MinTime(0.5);
BENCHMARK(w2)->Name("W2/pipexpr");
BENCHMARK(w2_unbound)->Name("W2/unbound");
BENCHMARK(w2_batch)->Name("W2/batch")->MinTime(0.5);
BENCHMARK(w2_rows)->Name("W2/rows")->MinTime(0.5);
BENCHMARK(w3)->Name("W3/pipexpr");
BENCHMARK(w3_batch)->Name("W3/batch of numbers")->MinTime(0.5);
BENCHMARK(w3_rows)->Name("W3/rows of numbers")->MinTime(0.5);
BENCHMARK(w4)->Name("W4/pipexpr");
BENCHMARK(w5)->Name("W5/pipexpr");
BENCHMARK(compile_only)->Name("W5/compile-only");
BENCHMARK(w6_reused)->Name("W6/pipexpr")->Unit(benchmark::kMicrosecond);
BENCHMARK(w6_compiled)->Name("W6/compiled-before")->Unit(benchmark::kMicrosecond);
BENCHMARK(w6_fresh)->Name("W6fresh/pipexpr")->Unit(benchmark::kMicrosecond);
BENCHMARK(w6_pieces)->Name("W6pieces/pipexpr")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bench
