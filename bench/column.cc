// The C++ side of bench/python: the batch of a date path, into a column that is kept and into a new one, in ns a row.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace {

double processor_time() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

}  // namespace

// usage: pipexpr_column TEXT ROWS REPETITIONS
int main(int count, char** arguments) {
  if (count != 4) return 2;
  const long rows = std::atol(arguments[2]), repetitions = std::atol(arguments[3]);
  const pipexpr::NoObjects graph;
  const pipexpr::Expression expression = pipexpr::Expression::compile(arguments[1]).value().bind(graph);
  std::vector<std::int64_t> starts;
  for (long i = 0; i < rows; ++i) starts.push_back(1'700'000'000'000 + i * 3'600'000);
  const pipexpr::CompileOptions compiled_with;
  const auto fill = [&](pipexpr::Evaluator& evaluator, pipexpr::TextColumn& column) {
    const auto report = evaluate_rows(evaluator, expression, graph, {.count = starts.size(), .starts = starts}, column,
                                      {.compiled_with = &compiled_with});
    if (report.failed != 0 || report.rows != starts.size()) std::abort();
  };
  double kept = 1e300, made = 1e300;
  pipexpr::Evaluator evaluator;
  pipexpr::TextColumn column;
  fill(evaluator, column);
  for (long i = 0; i < repetitions; ++i) {
    const double begin = processor_time();
    fill(evaluator, column);
    const double middle = processor_time();
    {
      pipexpr::Evaluator another;
      pipexpr::TextColumn fresh;
      fill(another, fresh);
    }
    kept = std::min(kept, middle - begin);
    made = std::min(made, processor_time() - middle);
  }
  std::cout << kept / static_cast<double>(rows) << ' ' << made / static_cast<double>(rows) << '\n';
}
