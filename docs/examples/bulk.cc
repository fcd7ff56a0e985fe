// One expression for many objects: the results lie one after the other in one buffer, and an error costs its own row.
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

using namespace pipexpr;

int main() {
  const auto graph = PipelineDefinition::load(R"({"objects": [
    {"id": "A", "name": "ads", "size": "3"}, {"id": "B", "name": "bids"}, {"id": "C", "name": "clicks", "size": "5"}]})")
                         .value();
  const Expression row = Expression::compile("#{name}: #{size}").value().bind(*graph);

  Evaluator evaluator;
  TextBuffer values;
  std::vector<std::size_t> ends;    // row i is the text between ends[i - 1] and ends[i]
  std::vector<std::string> errors;  // by row; empty: the row has a value
  for (const char* id : {"A", "B", "C"}) {
    // Nothing is appended for a row that fails.
    const auto done = evaluator.append(row, *graph, {.object = graph->find(id).value()}, values);
    errors.push_back(done ? "" : done.error().front().message);
    ends.push_back(values.size());
  }
  for (std::size_t i = 0, begin = 0; i < ends.size(); begin = ends[i++])
    std::cout << (errors[i].empty() ? values.view().substr(begin, ends[i] - begin) : std::string_view(errors[i]))
              << '\n';
}
