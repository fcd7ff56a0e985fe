// One expression for many objects: the results lie one after the other in one buffer, and an error costs its own row.
#include <iostream>
#include <vector>

#include <pipexpr/batch.h>
#include <pipexpr/pipexpr.h>

using namespace pipexpr;

int main() {
  const auto graph = PipelineDefinition::load(R"({"objects": [
    {"id": "A", "name": "ads", "size": "3"}, {"id": "B", "name": "bids"}, {"id": "C", "name": "clicks", "size": "5"}]})")
                         .value();
  const Expression row = Expression::compile("#{name}: #{size}").value().bind(*graph);

  Evaluator evaluator;
  const std::vector<ObjectId> objects = {graph->object(0), graph->object(1), graph->object(2)};
  TextColumn column;
  const BatchReport report = evaluate_rows(evaluator, row, *graph, {.count = 3, .objects = objects}, column);
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (column.has_value(i)) std::cout << column.text(i) << '\n';
  }
  for (const RowError& error : report.errors) std::cout << "row " << error.row << ": " << error.why[0].message << '\n';

  // A field with a value for each row, and numbers instead of text.
  const std::vector<double> prices = {2.5, 4, 0};
  const FieldColumn fields[] = {{.name = "price", .values = prices}};
  const Expression inverse = Expression::compile("#{1 / price}").value();
  NumberColumn numbers;
  const BatchReport computed = evaluate_rows(evaluator, inverse, *graph, {.count = 3, .fields = fields}, numbers);
  std::cout << numbers.values[0] << ' ' << numbers.values[1] << "; " << computed.failed << " failed\n";

  // Times as milliseconds; a string is no date-time, also when it spells one.
  const std::vector<std::int64_t> starts = {0, kNoTime, 3'600'000};
  const Expression midnight = Expression::compile("#{midnight(plusDays(@scheduledStartTime, 1))}").value();
  DateTimeColumn times;
  const Rows runs{.count = 3, .shared = {.object = objects[0]}, .starts = starts};
  const BatchReport timed = evaluate_rows(evaluator, midnight, *graph, runs, times);
  std::cout << times.values[0] << ' ' << times.has_value(1) << ' ' << times.values[2] << '\n';

  // One value of one kind.
  const Context context{.object = objects[0]};
  std::cout << evaluator.integer(Expression::compile("#{size * 2}").value(), *graph, context).value() << '\n';
  const auto wrong = evaluator.integer(Expression::compile("#{size}").value(), *graph, context);
  std::cout << wrong.error().front().message << '\n';
  return timed.failed == 1 ? 0 : 1;
}
