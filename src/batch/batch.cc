// Implements evaluate_rows(): the loop over the rows, and what each kind of column keeps of a row.
#include <pipexpr/batch.h>

#include <algorithm>
#include <exception>
#include <type_traits>
#include <utility>

#include <pipexpr/limits.h>
#include <pipexpr/specialize.h>

#include "base/report.h"
#include "base/thrown_message.h"
#include "batch/row_contexts.h"

namespace pipexpr {
namespace {

constexpr std::size_t kWorthSpecializing = 32;  // rows; below, computing what they share takes longer than they do

SourceSpan whole(const Expression& expression) { return {0, static_cast<std::uint32_t>(expression.text().size())}; }

// What is left of the expression for each row; the expression itself when nothing is gained or is certain.
Expression left_for_rows(const Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                         const Rows& rows, const BatchOptions& options) {
  const bool is_shared = rows.objects.empty() && evaluator.options().listener == nullptr;
  if (options.compiled_with == nullptr || !is_shared || rows.count < kWorthSpecializing) return expression;
  SpecializeOptions how{.compile = *options.compiled_with, .evaluate = evaluator.options()};
  Context known = rows.shared;
  if (!rows.starts.empty()) {
    if (known.run) {
      if (known.run->instances != nullptr) return expression;  // it may answer for any name
      for (const Binding& given : known.run->fields) how.unknown_fields.emplace_back(given.name);
    }
    known.run.reset();
    // Without a run for every row, what a run would hide may be meant.
    if (std::find(rows.starts.begin(), rows.starts.end(), kNoTime) != rows.starts.end()) return expression;
  }
  for (const FieldColumn& column : rows.fields) how.unknown_fields.emplace_back(column.name);
  Result<Specialized> made = specialize(expression, graph, known, how);
  return made ? made->expression.bind(graph) : expression;
}

bool ends_batch(const Diagnostics& why) {
  return std::any_of(why.begin(), why.end(), [](const Diagnostic& one) {
    return one.code == DiagnosticCode::deadline_exceeded || one.code == DiagnosticCode::cancelled;
  });
}

// Tells the host that a row is over. False: it has thrown, and the report says so.
bool tell(const BatchOptions& options, std::size_t row, const Expression& expression, BatchReport& report) {
  try {
    options.row_ended(row);
    return true;
  } catch (...) {
    Diagnostic why = base::report(DiagnosticCode::host_error, whole(expression), base::excerpt(base::thrown_message()));
    why.exception = std::current_exception();
    report.ended_by.push_back(std::move(why));
    return false;
  }
}

void mark(std::vector<std::uint8_t>& validity, std::size_t row, bool has_value) {
  if (row % 8 == 0) validity.push_back(0);
  if (has_value) validity.back() = static_cast<std::uint8_t>(validity.back() | 1u << row % 8);
}

// Strings of rows, one after the other.
class TextSink {
 public:
  TextSink(TextColumn& out, std::size_t rows) : out_(out) {
    out.data.clear();
    out.offsets.assign(1, 0);
    out.offsets.reserve(rows + 1);
    out.validity.clear();
    out.validity.reserve((rows + 7) / 8);
  }
  Result<void> add(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                   const Context& context) {
    return evaluator.append(expression, graph, context, out_.data);
  }
  void end_row(std::size_t row, bool has_value) {
    mark(out_.validity, row, has_value);
    out_.offsets.push_back(static_cast<std::int64_t>(out_.data.size()));
  }
  void take_back() { out_.data.truncate(static_cast<std::size_t>(out_.offsets.back())); }
  std::uint64_t bytes() const { return out_.data.size(); }

 private:
  TextColumn& out_;
};

// What each kind of column takes of an evaluation, and how it keeps it.
Result<double> evaluate(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                        const Context& context, const NumberColumn& /*out*/) {
  return evaluator.number(expression, graph, context);
}
Result<std::int64_t> evaluate(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                              const Context& context, const IntegerColumn& /*out*/) {
  return evaluator.integer(expression, graph, context);
}
Result<bool> evaluate(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                      const Context& context, const BooleanColumn& /*out*/) {
  return evaluator.boolean(expression, graph, context);
}
Result<std::int64_t> evaluate(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                              const Context& context, const DateTimeColumn& /*out*/) {
  Result<DateTime> time = evaluator.datetime(expression, graph, context);
  if (!time) return time.take_error();
  return time->epoch_millis;
}

template <class Column, class Value>
void keep(Column& out, std::size_t /*row*/, Value value) {
  out.values.push_back(value);
}
void keep(BooleanColumn& out, std::size_t row, bool value) { mark(out.values, row, value); }

// Values of one kind, each a `Value` until the column has it.
template <class Column, class Value>
class ValueSink {
 public:
  ValueSink(Column& out, std::size_t rows) : out_(out) {
    out.values.clear();
    out.values.reserve(std::is_same_v<Value, bool> ? (rows + 7) / 8 : rows);
    out.validity.clear();
    out.validity.reserve((rows + 7) / 8);
  }
  Result<void> add(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                   const Context& context) {
    value_ = {};
    auto value = evaluate(evaluator, expression, graph, context, out_);
    if (!value) return value.take_error();
    value_ = *value;
    return {};
  }
  void end_row(std::size_t row, bool has_value) {
    mark(out_.validity, row, has_value);
    keep(out_, row, value_);
    value_ = {};
  }
  void take_back() {}
  // With the row that is about to be added.
  std::uint64_t bytes() const { return (out_.values.size() + 1) * sizeof(out_.values[0]); }

 private:
  Column& out_;
  Value value_ = {};
};

// The columns of `rows` are sound.
template <class Sink>
void evaluate_all(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph, const Rows& rows,
                  Sink& sink, const BatchOptions& options, BatchReport& report) {
  const Expression left = left_for_rows(evaluator, expression, graph, rows, options);
  const bool is_whole = left.text() == expression.text();
  batch::RowContexts contexts(rows);
  std::uint64_t steps = 0;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const Context& context = contexts.at(row);
    Result<void> done = sink.add(evaluator, left, graph, context);
    // The diagnostics are those of the expression as it was given.
    if (!done && !is_whole) done = sink.add(evaluator, expression, graph, context);
    if (!done && ends_batch(done.error())) {
      report.ended_by = done.take_error();
      return;
    }
    if (sink.bytes() > options.max_output_bytes) {
      sink.take_back();
      report.ended_by.push_back(base::report(DiagnosticCode::limit_output_bytes, whole(expression),
                                             options.max_output_bytes, "BatchOptions::max_output_bytes"));
      return;
    }
    sink.end_row(row, done.has_value());
    ++report.rows;
    if (!done && report.failed++ < options.max_errors) report.errors.push_back({row, done.take_error()});
    if (options.max_steps != std::numeric_limits<std::uint64_t>::max()) steps += evaluator.usage().steps;
    if (options.row_ended && !tell(options, row, expression, report)) return;
    if (steps > options.max_steps && row + 1 != rows.count) {
      report.ended_by.push_back(
          base::report(DiagnosticCode::limit_steps, whole(expression), options.max_steps, "BatchOptions::max_steps"));
      return;
    }
  }
}

template <class Sink, class Column>
BatchReport evaluate_into(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, Column& out, const BatchOptions& options) {
  BatchReport report;
  const std::string problem = batch::problem_of(rows);
  Sink sink(out, problem.empty() ? rows.count : 0);
  if (problem.empty()) {
    evaluate_all(evaluator, expression, graph, rows, sink, options, report);
  } else {
    report.ended_by.push_back(base::report(DiagnosticCode::host_error, whole(expression), problem));
  }
  return report;
}

}  // namespace

BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, TextColumn& out, const BatchOptions& options) {
  return evaluate_into<TextSink>(evaluator, expression, graph, rows, out, options);
}
BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, NumberColumn& out, const BatchOptions& options) {
  return evaluate_into<ValueSink<NumberColumn, double>>(evaluator, expression, graph, rows, out, options);
}
BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, IntegerColumn& out, const BatchOptions& options) {
  return evaluate_into<ValueSink<IntegerColumn, std::int64_t>>(evaluator, expression, graph, rows, out, options);
}
BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, BooleanColumn& out, const BatchOptions& options) {
  return evaluate_into<ValueSink<BooleanColumn, bool>>(evaluator, expression, graph, rows, out, options);
}
BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, DateTimeColumn& out, const BatchOptions& options) {
  return evaluate_into<ValueSink<DateTimeColumn, std::int64_t>>(evaluator, expression, graph, rows, out, options);
}

}  // namespace pipexpr
