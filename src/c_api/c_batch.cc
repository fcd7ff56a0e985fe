// Batches through the C interface: rows as the caller lays them out, a column in Arrow's layout, errors by row.
#include <deque>
#include <span>
#include <type_traits>
#include <variant>

#include "c_api/evaluator.h"

using namespace pipexpr::c_api;

namespace {

constexpr pipexpr_rows kNoRows = PIPEXPR_ROWS_INIT;
constexpr pipexpr_field_column kNoColumn = PIPEXPR_FIELD_COLUMN_INIT;
constexpr pipexpr_batch kNoBatch = PIPEXPR_BATCH_INIT;

template <class T>
std::span<const T> span_of(const void* values, std::size_t count) {
  return {static_cast<const T*>(values), values == nullptr ? 0 : count};
}

// Columns of the caller's as the engine takes them, with the memory for what has another layout there. False: a column
// is none.
class FieldColumns {
 public:
  bool add(const pipexpr_field_column& given, std::size_t rows) {
    if (given.name == nullptr || !is_text(given.name, given.name_size) || (given.values == nullptr && rows != 0)) {
      return false;
    }
    pipexpr::FieldColumn& made = columns_.emplace_back();
    made.name = view(given.name, given.name_size);
    made.validity = span_of<std::uint8_t>(given.validity, (rows + 7) / 8);
    made.holds_templates = given.holds_templates != 0;
    switch (given.kind) {
      case PIPEXPR_NUMBER: made.values = span_of<double>(given.values, rows); return true;
      case PIPEXPR_INTEGER: made.values = span_of<std::int64_t>(given.values, rows); return true;
      case PIPEXPR_DATETIME: return add_times(made, span_of<std::int64_t>(given.values, rows));
      case PIPEXPR_BOOLEAN: return add_booleans(made, static_cast<const std::uint8_t*>(given.values), rows);
      case PIPEXPR_STRING: return add_strings(made, given, rows);
      default: return false;
    }
  }
  std::span<const pipexpr::FieldColumn> all() const { return columns_; }

 private:
  bool add_times(pipexpr::FieldColumn& made, std::span<const std::int64_t> millis) {
    std::vector<pipexpr::DateTime>& times = times_.emplace_back();
    times.reserve(millis.size());
    for (const std::int64_t one : millis) times.push_back({one, {}});
    made.values = std::span<const pipexpr::DateTime>(times);
    return true;
  }

  bool add_booleans(pipexpr::FieldColumn& made, const std::uint8_t* bits, std::size_t rows) {
    std::vector<std::string_view>& texts = texts_.emplace_back();
    texts.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      texts.emplace_back((unsigned{bits[row / 8]} >> row % 8 & 1u) != 0 ? "true" : "false");
    }
    made.type = pipexpr::SlotType::boolean;
    made.holds_templates = false;
    made.values = std::span<const std::string_view>(texts);
    return true;
  }

  bool add_strings(pipexpr::FieldColumn& made, const pipexpr_field_column& given, std::size_t rows) {
    if (given.offsets == nullptr) return rows == 0;
    const char* const bytes = static_cast<const char*>(given.values);
    std::vector<std::string_view>& texts = texts_.emplace_back();
    texts.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int64_t begin = given.offsets[row], end = given.offsets[row + 1];
      if (begin < 0 || end < begin || !is_text(bytes, static_cast<std::size_t>(end - begin))) return false;
      texts.emplace_back(bytes + begin, static_cast<std::size_t>(end - begin));
    }
    made.values = std::span<const std::string_view>(texts);
    return true;
  }

  std::vector<pipexpr::FieldColumn> columns_;
  std::deque<std::vector<pipexpr::DateTime>> times_;
  std::deque<std::vector<std::string_view>> texts_;
};

// The caller's rows as the engine's. False: the call is wrong.
bool read_rows(const pipexpr_rows& given, FieldColumns& columns, pipexpr::Rows& rows) {
  rows.count = given.count;
  const auto shared = read_context(given.shared);
  if (!shared || (given.fields == nullptr && given.field_count != 0)) return false;
  if (given.starts == nullptr && (given.ends != nullptr || given.attempts != nullptr)) return false;
  rows.shared = context_of(*shared);
  static_assert(sizeof(pipexpr::ObjectId) == sizeof(std::uint64_t));
  rows.objects = span_of<pipexpr::ObjectId>(given.objects, given.count);
  rows.starts = span_of<std::int64_t>(given.starts, given.count);
  rows.ends = span_of<std::int64_t>(given.ends, given.count);
  rows.attempts = span_of<std::uint32_t>(given.attempts, given.count);
  for (std::size_t i = 0; i < given.field_count; ++i) {
    const std::size_t stride = given.fields->struct_size;
    const char* const at = reinterpret_cast<const char*>(given.fields) + i * stride;
    const auto field = read_struct(reinterpret_cast<const pipexpr_field_column*>(at), kNoColumn);
    if (!field || field->struct_size != stride || !columns.add(*field, given.count)) return false;
  }
  rows.fields = columns.all();
  return true;
}

// The column of that kind in the evaluator. False: no column has it.
bool choose(pipexpr_last_batch& batch, pipexpr_kind kind) {
  const auto choose = [&]<class Column>(const Column& /*empty*/) {
    if (!std::holds_alternative<Column>(batch.column)) batch.column.emplace<Column>();
    return true;
  };
  switch (kind) {
    case PIPEXPR_STRING: return choose(pipexpr::TextColumn());
    case PIPEXPR_INTEGER: return choose(pipexpr::IntegerColumn());
    case PIPEXPR_NUMBER: return choose(pipexpr::NumberColumn());
    case PIPEXPR_BOOLEAN: return choose(pipexpr::BooleanColumn());
    case PIPEXPR_DATETIME: return choose(pipexpr::DateTimeColumn());
    default: return false;
  }
}

template <class Column>
void show(Column& column, pipexpr_batch& out) {
  out.format = Column::kArrowFormat;
  out.validity = column.validity.data();
  if constexpr (std::is_same_v<Column, pipexpr::TextColumn>) {
    if (column.offsets.empty()) column.offsets.push_back(0);
    out.values = terminated(column.data);
    out.offsets = column.offsets.data();
  } else {
    out.values = column.values.data();
  }
}

pipexpr_diagnostics as_handle(pipexpr::Diagnostics why, const pipexpr_diagnostics& like) {
  pipexpr_diagnostics made;
  made.diagnostics = std::move(why);
  made.source_name = like.source_name;
  made.source = like.source;
  return made;
}

}  // namespace

pipexpr_status pipexpr_evaluate_rows(pipexpr_evaluator* evaluator, const pipexpr_expression* expression,
                                     const pipexpr_graph* graph, const pipexpr_rows* rows, pipexpr_kind kind,
                                     pipexpr_batch* out) {
  const auto given = read_struct(rows, kNoRows);
  if (!given || out == nullptr || out->struct_size < sizeof(size_t)) return PIPEXPR_MISUSE;
  return evaluate(evaluator, expression, graph, [&](const pipexpr::ObjectGraph& objects) -> pipexpr_status {
    pipexpr_last_batch& batch = evaluator->batch;
    batch.errors.clear();
    FieldColumns columns;
    pipexpr::Rows all;
    if (!read_rows(*given, columns, all) || !choose(batch, kind)) return PIPEXPR_MISUSE;
    const pipexpr::BatchOptions options{.max_errors = given->max_errors,
                                        .max_output_bytes = given->max_output_bytes,
                                        .max_steps = given->max_steps,
                                        .row_ended = [&](std::size_t) { evaluator->memory.release(); }};
    pipexpr_batch filled = kNoBatch;
    pipexpr::BatchReport report = std::visit(
        [&](auto& column) {
          auto made = evaluate_rows(evaluator->evaluator, expression->expression, objects, all, column, options);
          show(column, filled);
          return made;
        },
        batch.column);
    filled.rows = report.rows;
    filled.failed = report.failed;
    filled.errors = report.errors.size();
    batch.errors.reserve(report.errors.size());
    for (pipexpr::RowError& error : report.errors) {
      batch.errors.push_back({error.row, as_handle(std::move(error.why), evaluator->why)});
    }
    if (!report.ended_by.empty()) {
      evaluator->why.diagnostics = std::move(report.ended_by);
    } else if (!batch.errors.empty()) {
      evaluator->why.diagnostics = batch.errors.front().why.diagnostics;
    }
    (void)write_struct(out, filled);
    return report.failed == 0 && evaluator->why.diagnostics.empty() ? PIPEXPR_OK : PIPEXPR_ERROR;
  });
}

const pipexpr_diagnostics* pipexpr_evaluator_row_error(const pipexpr_evaluator* evaluator, size_t index, size_t* row) {
  if (evaluator == nullptr || index >= evaluator->batch.errors.size()) return nullptr;
  if (row != nullptr) *row = evaluator->batch.errors[index].row;
  return &evaluator->batch.errors[index].why;
}
