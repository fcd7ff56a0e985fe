// Implements evaluate_rows(): the loop over the rows, and what each kind of column keeps of a row.
#include <pipexpr/batch.h>

#include <algorithm>
#include <utility>

#include <pipexpr/limits.h>
#include <pipexpr/specialize.h>

#include "base/report.h"
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

Diagnostic wrong_kind(const Expression& expression, Kind wanted, const Value& found, bool is_secret) {
  const bool is_shown = found.kind() == Kind::string && !is_secret;
  return base::report(DiagnosticCode::invalid_number, whole(expression), kind_name(wanted),
                      is_shown ? base::excerpt(found.text()) : std::string(kind_name(found.kind())));
}

bool take(const Value& value, Kind /*number*/, double& out) {
  if (value.kind() == Kind::integer) return out = static_cast<double>(value.integer()), true;
  return value.kind() == Kind::number && (out = value.number(), true);
}
bool take(const Value& value, Kind wanted, std::int64_t& out) {
  if (value.kind() != wanted) return false;
  out = wanted == Kind::integer ? value.integer() : value.datetime().epoch_millis;
  return true;
}

// Values of one kind.
template <class Column, Kind wanted>
class ValueSink {
 public:
  ValueSink(Column& out, std::size_t rows) : out_(out) {
    out.values.clear();
    out.values.reserve(rows);
    out.validity.clear();
    out.validity.reserve((rows + 7) / 8);
  }
  Result<void> add(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                   const Context& context) {
    value_ = {};
    Result<Value> value = evaluator.value(expression, graph, context);
    if (!value) return value.take_error();
    if (take(*value, wanted, value_)) return {};
    return wrong_kind(expression, wanted, *value, evaluator.usage().has_read_secrets);
  }
  void end_row(std::size_t row, bool has_value) {
    mark(out_.validity, row, has_value);
    out_.values.push_back(value_);
    value_ = {};
  }
  void take_back() {}
  std::uint64_t bytes() const { return out_.values.size() * sizeof(value_); }

 private:
  Column& out_;
  typename decltype(Column::values)::value_type value_ = {};
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
    if (options.max_steps != std::numeric_limits<std::uint64_t>::max()) {
      steps += evaluator.usage().steps;
      if (steps > options.max_steps && row + 1 != rows.count) {
        report.ended_by.push_back(
            base::report(DiagnosticCode::limit_steps, whole(expression), options.max_steps, "BatchOptions::max_steps"));
        return;
      }
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
  return evaluate_into<ValueSink<NumberColumn, Kind::number>>(evaluator, expression, graph, rows, out, options);
}
BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, IntegerColumn& out, const BatchOptions& options) {
  return evaluate_into<ValueSink<IntegerColumn, Kind::integer>>(evaluator, expression, graph, rows, out, options);
}
BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                          const Rows& rows, DateTimeColumn& out, const BatchOptions& options) {
  return evaluate_into<ValueSink<DateTimeColumn, Kind::datetime>>(evaluator, expression, graph, rows, out, options);
}

}  // namespace pipexpr
