// How cost grows with size, and the costs beside evaluation: loading, checking, tracing, memory, threads. Each row has
// a counter of units, so that bench/run can show the cost of one.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>
#include <rapidjson/document.h>

#include <pipexpr/check.h>
#include <pipexpr/listener.h>

#include "fixture.h"

namespace bench {
namespace {

using namespace pipexpr;

void per(benchmark::State& state, double units) {
  state.counters["units"] = benchmark::Counter(units, benchmark::Counter::kDefaults);
}

std::string repeated(std::string_view text, std::int64_t count) {
  std::string result;
  for (std::int64_t i = 0; i < count; ++i) result += text;
  return result;
}

// Limits that allow every size of the series.
CompileOptions wide() {
  CompileOptions options;
  options.limits = Limits::ceilings();
  return options;
}

void evaluate_all(benchmark::State& state, const std::string& text, double units, bool accepted = true) {
  const CompileOptions options = wide();
  auto expression = Expression::compile(text, options);
  expect(expression.has_value(), "growth: does not compile", text.substr(0, 100));
  const Expression bound = expression->bind(pipeline());
  EvaluateOptions how;
  how.limits = Limits::ceilings();
  Evaluator evaluator(how);
  TextBuffer out;
  const Run run{.scheduled_start = {time_at(1)}};
  const Context context{.object = activity(0), .run = run};
  for (auto _ : state) {
    out.clear();
    if (evaluator.append(bound, pipeline(), context, out).has_value() != accepted) expect(false, "growth: evaluation");
    benchmark::DoNotOptimize(out.view().data());
  }
  per(state, units);
}

void compile_all(benchmark::State& state, const std::string& text, double units, bool accepted = true) {
  const CompileOptions options = wide();
  for (auto _ : state) {
    const auto expression = Expression::compile(text, options);
    if (expression.has_value() != accepted) expect(false, "growth: compiling", text.substr(0, 100));
    benchmark::DoNotOptimize(expression);
  }
  per(state, units);
}

void expressions(benchmark::State& state) {
  evaluate_all(state, repeated("/#{input.tableName}", state.range(0)), static_cast<double>(state.range(0)));
}
void expressions_compile(benchmark::State& state) {
  compile_all(state, repeated("/#{input.tableName}", state.range(0)), static_cast<double>(state.range(0)));
}
void expressions_refused(benchmark::State& state) {
  compile_all(state, repeated("/#{input.tableName}", state.range(0)) + "#{1 +}", static_cast<double>(state.range(0)),
              false);
}
void operators(benchmark::State& state) {
  evaluate_all(state, "#{1" + repeated(" + hour(@scheduledStartTime)", state.range(0)) + "}",
               static_cast<double>(state.range(0)));
}
void joins(benchmark::State& state) {
  evaluate_all(state, "#{tableName" + repeated(" + tableName", state.range(0)) + "}",
               static_cast<double>(state.range(0)));
}
void nesting(benchmark::State& state) {
  compile_all(state, "#{" + repeated("(", state.range(0)) + "1" + repeated(")", state.range(0)) + "}",
              static_cast<double>(state.range(0)));
}
void nesting_refused(benchmark::State& state) {
  compile_all(state, "#{" + repeated("(", state.range(0)) + "1" + repeated(")", state.range(0) - 1) + "}",
              static_cast<double>(state.range(0)), false);
}

// An object that has so many others in one list field.
std::string list_definition(std::int64_t items) {
  std::string json = R"({"objects": [{"id": "A", "type": "CopyActivity", "input": [)";
  for (std::int64_t i = 0; i < items; ++i) json += fmt::format(R"({}{{"ref": "D{}"}})", i == 0 ? "" : ", ", i);
  json += "]}";
  for (std::int64_t i = 0; i < items; ++i) {
    json += fmt::format(R"(, {{"id": "D{}", "type": "S3DataNode", "filePath": "s3://b/{}"}})", i, i);
  }
  return json + "]}";
}

void list_items(benchmark::State& state) {
  const auto graph = PipelineDefinition::load(list_definition(state.range(0))).value();
  const auto expression = Expression::compile("#{input.filePath}")->bind(*graph);
  EvaluateOptions how;
  how.limits = Limits::ceilings();
  Evaluator evaluator(how);
  TextBuffer out;
  for (auto _ : state) {
    out.clear();
    if (!evaluator.append(expression, *graph, {.object = *graph->find("A")}, out)) expect(false, "growth: list");
  }
  per(state, static_cast<double>(state.range(0)));
}

// --- definitions -----------------------------------------------------------------------------------------------------

void load(benchmark::State& state) {
  const std::string json = definition_json(static_cast<unsigned>(state.range(0)));
  LoadOptions options;
  options.compile = wide();
  // The first one gets the memory from the system: 0.6 page faults an object, which cost half as much as all the rest.
  expect(PipelineDefinition::load(json, options).has_value(), "growth: load");
  for (auto _ : state) {
    auto definition = PipelineDefinition::load(json, options);
    if (!definition) expect(false, "growth: load");
    benchmark::DoNotOptimize(definition);
  }
  per(state, static_cast<double>(state.range(0)));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}

void load_rapidjson(benchmark::State& state) {
  const std::string json = definition_json(static_cast<unsigned>(state.range(0)));
  for (auto _ : state) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
    if (document.HasParseError()) expect(false, "growth: parse");
    benchmark::DoNotOptimize(document.MemberCount());
  }
  per(state, static_cast<double>(state.range(0)));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}

void check_definition(benchmark::State& state) {
  const auto graph = PipelineDefinition::load(definition_json(static_cast<unsigned>(state.range(0)))).value();
  for (auto _ : state) benchmark::DoNotOptimize(check(*graph));
  per(state, static_cast<double>(state.range(0)));
}

// The same look-ups in ever larger graphs.
void look_up(benchmark::State& state) {
  const auto count = static_cast<unsigned>(state.range(0));
  const auto graph = PipelineDefinition::load(definition_json(count)).value();
  const auto expression = Expression::compile(kW2)->bind(*graph);
  Evaluator evaluator;
  TextBuffer out;
  unsigned i = 0;
  const unsigned activities = activities_of(count);
  for (auto _ : state) {
    out.clear();
    const Context context{.object = graph->object(count - activities + i % activities)};
    if (!evaluator.append(expression, *graph, context, out)) expect(false, "growth: look-up");
    ++i;
  }
  per(state, 1);
}

std::size_t heap() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

void memory_of_objects(benchmark::State& state) {
  const auto count = static_cast<unsigned>(state.range(0));
  const std::string json = definition_json(count);
  double bytes = 0;
  for (auto _ : state) {
    const std::size_t before = heap();
    const auto graph = PipelineDefinition::load(json).value();
    bytes = static_cast<double>(heap() - before);
  }
  state.counters["bytes_per_object"] = bytes / count;
  state.counters["json_bytes_per_object"] = static_cast<double>(json.size()) / count;
}

void memory_of_expressions(benchmark::State& state) {
  constexpr unsigned kCount = 1000;
  double bytes = 0;
  for (auto _ : state) {
    std::vector<Expression> kept;
    kept.reserve(kCount);
    const std::size_t before = heap();
    for (unsigned i = 0; i < kCount; ++i) kept.push_back(Expression::compile(kW1).value());
    bytes = static_cast<double>(heap() - before) / kCount;
  }
  state.counters["bytes_per_expression"] = bytes;
}

// --- tracing and threads ---------------------------------------------------------------------------------------------

class Counting final : public EvaluationListener {
 public:
  void node(const TracedNode&, const ValueView&) override { ++count; }
  std::uint64_t count = 0;
};

void traced(benchmark::State& state) {
  const Expression expression = Expression::compile(kW1)->bind(pipeline());
  Counting listener;
  EvaluateOptions how;
  how.listener = &listener;
  Evaluator evaluator(how);
  TextBuffer out;
  Run run;
  unsigned i = 0;
  for (auto _ : state) {
    run.scheduled_start.epoch_millis = time_at(i++);
    out.clear();
    if (!evaluator.append(expression, pipeline(), {.object = activity(0), .run = run}, out)) expect(false, "traced");
  }
  expect(listener.count != 0, "the listener heard nothing");
}

// Two threads can at best do what the machine's two processors can, which is less than twice as much where they are
// halves of one core. So the same is measured with nothing shared, and with the floor (floors.cc).
void on_threads(benchmark::State& state, const PipelineDefinition& graph, const Expression& expression) {
  std::vector<ObjectId> objects;
  for (unsigned a = 0; a < kActivities; ++a) objects.push_back(graph.object(40 + a));
  Evaluator evaluator;
  TextBuffer out;
  Run run;
  unsigned i = static_cast<unsigned>(state.thread_index()) * 1000;
  for (auto _ : state) {
    run.scheduled_start.epoch_millis = time_at(i++);
    out.clear();
    if (!evaluator.append(expression, graph, {.object = objects[i % kActivities], .run = run}, out)) {
      expect(false, "threads");
    }
    benchmark::ClobberMemory();
  }
}

void threads(benchmark::State& state) {
  static const Expression expression = Expression::compile(kW1)->bind(pipeline());
  on_threads(state, pipeline(), expression);
}

void threads_apart(benchmark::State& state) {
  const auto graph = PipelineDefinition::load(definition_json(50)).value();
  const Expression expression = Expression::compile(kW1)->bind(*graph);
  on_threads(state, *graph, expression);
}

BENCHMARK(expressions)->Name("growth/expressions")->RangeMultiplier(10)->Range(1, 100'000);
BENCHMARK(expressions_compile)->Name("growth/compile")->RangeMultiplier(10)->Range(1, 100'000);
BENCHMARK(expressions_refused)->Name("growth/compile-refused")->RangeMultiplier(10)->Range(1, 100'000);
BENCHMARK(joins)->Name("growth/joins")->RangeMultiplier(10)->Range(1, 1000);
BENCHMARK(operators)->Name("growth/operators")->RangeMultiplier(10)->Range(1, 1000);
BENCHMARK(nesting)->Name("growth/nesting")->RangeMultiplier(4)->Range(4, 196);
BENCHMARK(nesting_refused)->Name("growth/nesting-refused")->RangeMultiplier(4)->Range(4, 196);
BENCHMARK(list_items)->Name("growth/list-items")->RangeMultiplier(10)->Range(1, 10'000);
BENCHMARK(load)->Name("growth/load")->RangeMultiplier(10)->Range(10, 100'000);
BENCHMARK(load_rapidjson)->Name("growth/load-rapidjson")->RangeMultiplier(10)->Range(10, 100'000);
BENCHMARK(check_definition)->Name("growth/check")->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(look_up)->Name("growth/look-up")->RangeMultiplier(10)->Range(50, 50'000);
BENCHMARK(memory_of_objects)->Name("memory/objects")->Arg(1000)->Iterations(3);
BENCHMARK(memory_of_expressions)->Name("memory/expressions")->Iterations(3);
BENCHMARK(traced)->Name("W1/traced");
BENCHMARK(threads)->Name("threads/shared")->ThreadRange(1, 2)->UseRealTime();
BENCHMARK(threads_apart)->Name("threads/apart")->ThreadRange(1, 2)->UseRealTime();

}  // namespace
}  // namespace bench
