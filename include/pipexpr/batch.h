// Batches: one expression over many rows, into one column.
//
//   pipexpr::Evaluator evaluator;                       // one per thread; its limits hold for each row
//   const std::vector<std::int64_t> starts = {...};     // milliseconds since 1970-01-01T00:00:00Z
//   pipexpr::Rows rows{.count = starts.size(), .shared = {.object = copy}, .starts = starts};
//   pipexpr::TextColumn out;
//   auto report = pipexpr::evaluate_rows(evaluator, path, *definition, rows, out);
//   for (const pipexpr::RowError& error : report.errors) log(error.row, error.why);  // the first of them
//   if (!report.ended_by.empty()) return fail(report.ended_by);                      // not all rows were evaluated
//   out.text(0);                                                                     // of the first row
//
//   const std::vector<double> prices = {...}, pieces = {...};
//   const pipexpr::FieldColumn fields[] = {{"price", prices}, {"pieces", pieces}};
//   pipexpr::NumberColumn totals;               // and IntegerColumn, BooleanColumn, DateTimeColumn: no text is made
//   report = evaluate_rows(evaluator, total, *definition, {.count = prices.size(), .fields = fields}, totals);
//   if (totals.has_value(0)) use(totals.values[0]);
//
// A row gives what Evaluator::append, or for a typed column Evaluator::number and its like, gives for its context, or
// fails with the same diagnostics; a row that fails has no value and costs no other row anything. Columns have Arrow's
// layout: `kArrowFormat` is what ArrowSchema::format says of each. Everything given is borrowed for the call; what
// comes out owns its memory, which a column keeps when it is filled again. The evaluator and the column belong to one
// thread at a time. Nothing throws but std::bad_alloc.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include <pipexpr/context.h>
#include <pipexpr/diagnostic.h>
#include <pipexpr/export.h>
#include <pipexpr/expression.h>

namespace pipexpr {

// Where a row has no start or no end.
inline constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

// A field of the current object that has a value for each row. It comes before the object's own field of that name, and
// before those of Context::fields.
struct FieldColumn {
  std::string_view name = {};  // with its prefix
  // As many as there are rows. Strings are taken as they are, unless `holds_templates`.
  std::variant<std::span<const double>, std::span<const std::int64_t>, std::span<const DateTime>,
               std::span<const std::string_view>>
      values = {};
  // Bit i % 8 of byte i / 8 is 0 where row i is unset; empty: every row has a value.
  std::span<const std::uint8_t> validity = {};
  SlotType type = SlotType::string;  // what the strings mean to operators and functions
  bool holds_templates = false;      // the strings may hold expressions
};

// The contexts of all rows: what they share, and columns for what they do not. A column that is given has `count`
// values.
struct Rows {
  std::size_t count = 0;
  Context shared = {};
  std::span<const ObjectId> objects = {};        // the current object
  std::span<const std::int64_t> starts = {};     // of the run, in milliseconds of UTC; kNoTime: the row has no run
  std::span<const std::int64_t> ends = {};       // kNoTime: the run has no end; only with `starts`
  std::span<const std::uint32_t> attempts = {};  // only with `starts`
  std::span<const FieldColumn> fields = {};
};

struct BatchOptions {
  std::size_t max_errors = 20;                              // that the report keeps; the others are counted
  std::uint64_t max_output_bytes = std::uint64_t{1} << 32;  // of all rows; when they are over it, the batch ends
  std::uint64_t max_steps = std::numeric_limits<std::uint64_t>::max();  // of all rows
  // How the expression was compiled. If it is given and the rows have one object, what does not depend on the row is
  // computed once (see specialize.h): a row's limits then hold for what is left. The graph must not change meanwhile.
  const CompileOptions* compiled_with = nullptr;
  // Called after each row: what the graph gave for it is not used any more, so that a graph that makes its answers in
  // an arena can empty it. An exception ends the batch with E901.
  std::function<void(std::size_t row)> row_ended = {};
};

struct RowError {
  std::size_t row = 0;
  Diagnostics why;  // not empty
};

struct BatchReport {
  std::size_t rows = 0;          // in the column
  std::size_t failed = 0;        // of them
  std::vector<RowError> errors;  // of the first rows that failed, in order
  // Why the batch ended before the last row: a limit of all rows, the evaluator's deadline or cancel, columns that do
  // not have `count` values (E901), or an exception of `row_ended`. Empty: it did not.
  Diagnostics ended_by;
};

// Which rows of a column have a value.
struct RowValidity {
  std::vector<std::uint8_t> validity;  // bit i % 8 of byte i / 8: row i has a value
  bool has_value(std::size_t row) const { return (validity[row / 8] >> row % 8 & 1) != 0; }
};

// Row i is data from offsets[i] to offsets[i + 1]. (Arrow: large_utf8.)
struct TextColumn : RowValidity {
  static constexpr const char* kArrowFormat = "U";
  TextBuffer data;
  std::vector<std::int64_t> offsets;  // one more than there are rows; empty before it is filled

  std::size_t size() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::string_view text(std::size_t row) const {
    const auto begin = static_cast<std::size_t>(offsets[row]), end = static_cast<std::size_t>(offsets[row + 1]);
    return data.view().substr(begin, end - begin);
  }
};

// A row that failed has value 0. (Arrow: float64.)
struct NumberColumn : RowValidity {
  static constexpr const char* kArrowFormat = "g";
  std::vector<double> values;
};
// (Arrow: int64.)
struct IntegerColumn : RowValidity {
  static constexpr const char* kArrowFormat = "l";
  std::vector<std::int64_t> values;
};
// Bit i % 8 of byte i / 8 is the value of row i; of a row that failed it is 0. (Arrow: bool.)
struct BooleanColumn : RowValidity {
  static constexpr const char* kArrowFormat = "b";
  std::vector<std::uint8_t> values;
  bool value(std::size_t row) const { return (values[row / 8] >> row % 8 & 1) != 0; }
};
// Milliseconds since 1970-01-01T00:00:00Z, which is all that the language keeps; the zone is not kept. (Arrow:
// timestamp[ms, UTC].)
struct DateTimeColumn : RowValidity {
  static constexpr const char* kArrowFormat = "tsm:UTC";
  std::vector<std::int64_t> values;
};

// Fills the column anew. A typed column takes values of its kind alone, as Evaluator::number and its like do; a row
// with another value, such as a string that spells a number, or no value, fails with E310.
PIPEXPR_API BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                                      const Rows& rows, TextColumn& out, const BatchOptions& options = {});
PIPEXPR_API BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                                      const Rows& rows, NumberColumn& out, const BatchOptions& options = {});
PIPEXPR_API BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                                      const Rows& rows, IntegerColumn& out, const BatchOptions& options = {});
PIPEXPR_API BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                                      const Rows& rows, BooleanColumn& out, const BatchOptions& options = {});
PIPEXPR_API BatchReport evaluate_rows(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                                      const Rows& rows, DateTimeColumn& out, const BatchOptions& options = {});

}  // namespace pipexpr
