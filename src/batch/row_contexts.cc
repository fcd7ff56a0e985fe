// The context of a row: object, run and fields from the columns.
#include "batch/row_contexts.h"

#include <fmt/format.h>

namespace pipexpr::batch {
namespace {

std::size_t size_of(const FieldColumn& column) {
  return std::visit([](const auto& values) { return values.size(); }, column.values);
}

bool is_set(std::span<const std::uint8_t> validity, std::size_t row) {
  return validity.empty() || (validity[row / 8] >> row % 8 & 1) != 0;
}

}  // namespace

std::string problem_of(const Rows& rows) {
  std::string problem;
  const auto expect = [&](std::string_view what, std::size_t found, std::size_t wanted) {
    if (problem.empty() && found != wanted) {
      problem = fmt::format("{} must have {} values, found {}", what, wanted, found);
    }
  };
  if (!rows.objects.empty()) expect("Rows::objects", rows.objects.size(), rows.count);
  if (!rows.starts.empty()) expect("Rows::starts", rows.starts.size(), rows.count);
  // Ends and attempts belong to the starts.
  if (!rows.ends.empty()) expect("Rows::ends", rows.ends.size(), rows.starts.size());
  if (!rows.attempts.empty()) expect("Rows::attempts", rows.attempts.size(), rows.starts.size());
  for (const FieldColumn& column : rows.fields) {
    expect(fmt::format("column '{}'", column.name), size_of(column), rows.count);
    if (!column.validity.empty() && problem.empty() && column.validity.size() < (rows.count + 7) / 8) {
      problem = fmt::format("the validity of column '{}' must have {} bytes, found {}", column.name,
                            (rows.count + 7) / 8, column.validity.size());
    }
  }
  return problem;
}

RowContexts::RowContexts(const Rows& rows)
    : rows_(rows), context_(rows.shared), run_(rows.shared.run.value_or(Run())), items_(rows.fields.size()) {
  if (rows.fields.empty()) return;
  bindings_.reserve(rows.fields.size() + rows.shared.fields.size());
  for (std::size_t i = 0; i < rows.fields.size(); ++i) {
    Binding& made = bindings_.emplace_back();
    made.name = rows.fields[i].name;
    made.field.items = &items_[i];
    made.field.type = rows.fields[i].type;
  }
  bindings_.insert(bindings_.end(), rows.shared.fields.begin(), rows.shared.fields.end());
  context_.fields = bindings_;
}

void RowContexts::set_field(const FieldColumn& column, std::size_t row, FieldItem& item) const {
  std::visit(
      [&](const auto& values) {
        const auto& value = values[row];
        if constexpr (std::is_convertible_v<decltype(value), std::string_view>) {
          item = column.holds_templates ? FieldItem::of_text(value)
                                        : FieldItem::of_value(ValueView(std::string_view(value), column.type));
        } else {
          item = FieldItem::of_value(ValueView(value));
        }
      },
      column.values);
}

const Context& RowContexts::at(std::size_t row) {
  if (!rows_.objects.empty()) context_.object = rows_.objects[row];
  if (!rows_.starts.empty()) {
    if (rows_.starts[row] == kNoTime) {
      context_.run.reset();
    } else {
      if (!context_.run) context_.run = run_;
      context_.run->scheduled_start = {rows_.starts[row], {}};
      if (!rows_.ends.empty()) {
        context_.run->scheduled_end.reset();
        if (rows_.ends[row] != kNoTime) context_.run->scheduled_end = DateTime{rows_.ends[row], {}};
      }
      if (!rows_.attempts.empty()) context_.run->attempt = rows_.attempts[row];
    }
  }
  for (std::size_t i = 0; i < rows_.fields.size(); ++i) {
    const bool has_value = is_set(rows_.fields[i].validity, row);
    bindings_[i].field.count = has_value ? 1 : 0;
    if (has_value) set_field(rows_.fields[i], row, items_[i]);
  }
  return context_;
}

}  // namespace pipexpr::batch
