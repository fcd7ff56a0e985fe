// Evaluates one workload so many times, for bench/instructions to count what that takes.
//
//   usage: pipexpr_instructions           prints the names of the workloads
//          pipexpr_instructions W1 1000   evaluates one of them 1,000 times
#include <cstdlib>
#include <cstring>
#include <vector>

#include "fixture.h"

namespace bench {
namespace {

using namespace pipexpr;

constexpr const char* kWorkloads[] = {"W1",
                                      "W2",
                                      "W3",
                                      "W4",
                                      "W1 unbound",
                                      "W2 unbound",
                                      "W1 interpreter",
                                      "W2 interpreter",
                                      "W3 interpreter",
                                      "W4 interpreter",
                                      "W2 binding",
                                      "W1 value",
                                      "W5"};

constexpr unsigned kGraphs = 16;

std::string_view template_of(std::string_view workload) {
  switch (workload[1]) {
    case '2': return kW2;
    case '3': return kW3;
    case '4': return kW4;
    default: return kW1;
  }
}

bool is(std::string_view workload, std::string_view what) { return workload.find(what) != std::string_view::npos; }

void evaluate(std::string_view workload, unsigned count) {
  // A definition's table of fields is laid out anew in each process; of so many, the average is nearly the same.
  std::vector<std::shared_ptr<const PipelineDefinition>> graphs;
  for (unsigned i = 0; i < kGraphs; ++i) graphs.push_back(*PipelineDefinition::load(definition_json(50)));
  const std::string_view source = template_of(workload);
  const Expression expression = Expression::compile(source, {.borrow_source = true}).value();
  const bool compiles = workload == "W5", wants_value = is(workload, "value");
  std::vector<Expression> expressions(kGraphs, expression);
  if (!is(workload, "unbound") && !compiles) {
    for (unsigned i = 0; i < kGraphs; ++i) expressions[i] = expression.bind(*graphs[i]);
  }
  Evaluator evaluator({.testing_interpreter_only = is(workload, "interpreter")});
  TextBuffer out;
  Run run;
  const bool has_numbers = source == kW3;
  const FieldItem status_item = FieldItem::of_value("RUNNING");
  const Binding status{"@status", {.items = &status_item, .count = 1}};
  FieldItem a, b;
  const Binding bindings[] = {{"a", {.items = &a, .count = 1}}, {"b", {.items = &b, .count = 1}}};
  ObjectId objects[kActivities];
  for (unsigned i = 0; i < kActivities; ++i) objects[i] = graphs[0]->object(40 + i);
  std::span<const Binding> fields;
  if (has_numbers) fields = bindings;
  if (is(workload, "binding")) fields = {&status, 1};
  std::size_t size = 0;
  for (unsigned i = 0; i < count; ++i) {
    run.scheduled_start.epoch_millis = time_at(i);
    if (has_numbers) {
      a = FieldItem::of_value(ValueView(w3_a(i)));
      b = FieldItem::of_value(ValueView(w3_b(i)));
    }
    const Context context{.object = objects[i % kActivities], .run = run, .fields = fields};
    const PipelineDefinition& graph = *graphs[i % kGraphs];
    Expression& used = expressions[i % kGraphs];
    if (compiles) used = Expression::compile(source, {.borrow_source = true}).value();
    if (wants_value) {
      size += evaluator.value(used, graph, context).value().text().size();
      continue;
    }
    out.clear();
    expect(evaluator.append(used, graph, context, out).has_value(), "evaluation failed");
    size += out.size();
  }
  expect(count == 0 || size != 0, "nothing was evaluated");
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  if (argc != 3) {
    for (const char* const name : bench::kWorkloads) std::puts(name);
    return 0;
  }
  bench::evaluate(argv[1], static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)));
  return 0;
}
