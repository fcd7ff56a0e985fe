// Columns: fields with a value for each row, as Python gives them, and what comes out, in Arrow's layout.
#pragma once

#include <pybind11/numpy.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "convert.h"

namespace pipexpr::python {

using Integers = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;
using Numbers = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Bytes = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

template <class T>
std::span<const T> span_of(const py::array_t<T, py::array::c_style | py::array::forcecast>& array) {
  if (array.ndim() != 1) throw py::value_error("a column must have one dimension");
  return {array.data(), static_cast<std::size_t>(array.size())};
}

// Columns of fields, in memory that is read while Python's other threads go on.
class FieldColumns {
 public:
  // (name, kind, values, validity or None): 'number', 'integer' and 'datetime' are arrays; 'text' and 'boolean' lists
  // of str, which belong to the caller alone.
  explicit FieldColumns(const py::list& columns);
  std::span<const FieldColumn> all() const { return all_; }

 private:
  void add_texts(const py::list& texts, FieldColumn& made);

  std::deque<std::string> names_;
  std::deque<Numbers> numbers_;
  std::deque<Integers> integers_;
  std::deque<std::vector<DateTime>> times_;
  std::deque<py::list> lists_;
  std::deque<std::vector<std::string_view>> views_;
  std::deque<std::vector<std::uint8_t>> validities_;
  std::vector<FieldColumn> all_;
};

// What a batch has made.
struct ColumnData {
  std::variant<TextColumn, NumberColumn, IntegerColumn, BooleanColumn, DateTimeColumn> column;
  std::size_t rows = 0, failed = 0;
};

// Puts the text of its error into each row that failed.
void write_errors(TextColumn& column, const BatchReport& report);

void add_columns(py::module_& m);

}  // namespace pipexpr::python
