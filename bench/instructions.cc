// Evaluates one workload so many times, for bench/instructions to count what that takes.
//
//   usage: pipexpr_instructions           prints the compiler, then the names of the workloads
//          pipexpr_instructions W1 1000   evaluates one of them 1,000 times
#include <cstdlib>
#include <cstring>
#include <deque>
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

// The definition with a table of fields that is laid out in the same way in each process, so that each look-up takes
// the same number of instructions.
class FixedGraph final : public ObjectGraph {
 public:
  explicit FixedGraph(std::shared_ptr<const PipelineDefinition> definition) : definition_(std::move(definition)) {
    for (std::size_t i = 0; i < definition_->object_count(); ++i) {
      const ObjectId object = definition_->object(i);
      for (const PipelineDefinition::FieldInfo& info : definition_->fields(object, true)) {
        std::vector<FieldItem>& items = items_.emplace_back(info.field.items, info.field.items + info.field.count);
        for (FieldItem& item : items) {
          if (item.form != FieldItem::Form::compiled) continue;
          item = FieldItem::of_expression(expressions_.emplace_back(item.expression->bind(*this)));
        }
        table_.insert({object, key(info.name), info.field.count, items.data(), info.field.type});
      }
    }
    set_table(&table_);
  }
  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    return definition_->field(object, {name.text}, out);
  }
  std::string_view id(ObjectId object) const override { return definition_->id(object); }
  FieldKey key(std::string_view name) const override { return definition_->key(name); }
  bool has_instances(ObjectId object) const override { return definition_->has_instances(object); }

 private:
  std::shared_ptr<const PipelineDefinition> definition_;
  std::deque<std::vector<FieldItem>> items_;
  std::deque<Expression> expressions_;  // of the items, bound to this graph
  FieldTable table_;
};

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
  const std::shared_ptr<const PipelineDefinition> definition = *PipelineDefinition::load(definition_json(50));
  const FixedGraph graph(definition);
  const std::string_view source = template_of(workload);
  const Expression expression = Expression::compile(source, {.borrow_source = true}).value();
  const bool compiles = workload == "W5", wants_value = is(workload, "value");
  Expression used = is(workload, "unbound") || compiles ? expression : expression.bind(graph);
  Evaluator evaluator({.testing_interpreter_only = is(workload, "interpreter")});
  TextBuffer out;
  Context context;
  context.run.emplace();
  const bool has_numbers = source == kW3;
  const FieldItem status_item = FieldItem::of_value("RUNNING");
  const Binding status{"@status", {.items = &status_item, .count = 1}};
  FieldItem a, b;
  const Binding bindings[] = {{"a", {.items = &a, .count = 1}}, {"b", {.items = &b, .count = 1}}};
  ObjectId objects[kActivities];
  for (unsigned i = 0; i < kActivities; ++i) objects[i] = definition->object(40 + i);
  std::span<const Binding> fields;
  if (has_numbers) fields = bindings;
  if (is(workload, "binding")) fields = {&status, 1};
  context.fields = fields;
  std::size_t size = 0;
  for (unsigned i = 0; i < count; ++i) {
    context.object = objects[i % kActivities];
    context.run->scheduled_start.epoch_millis = time_at(i);
    if (has_numbers) {
      a = FieldItem::of_value(ValueView(w3_a(i)));
      b = FieldItem::of_value(ValueView(w3_b(i)));
    }
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
#ifdef __clang__
    std::puts("clang " __clang_version__);
#else
    std::puts("g++ " __VERSION__);
#endif
    for (const char* const name : bench::kWorkloads) std::puts(name);
    return 0;
  }
  bench::evaluate(argv[1], static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)));
  return 0;
}
