// Columns between Python and the engine: arrays of numpy over the engine's memory, and Arrow's C data interface.
#include "columns.h"

namespace pipexpr::python {
namespace {

using Shared = std::shared_ptr<ColumnData>;

// https://arrow.apache.org/docs/format/CDataInterface.html: the two structures, whose layout never changes.
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
constexpr std::int64_t kArrowNullable = 2;

// What an exported array keeps until its consumer releases it.
struct Exported {
  Shared data;
  const void* buffers[3] = {};
};

std::string_view view(const TextBuffer& buffer) { return buffer.view(); }

const RowValidity& validity_of(const ColumnData& data) {
  return std::visit([](const auto& column) -> const RowValidity& { return column; }, data.column);
}

// An array over the column's memory, which lives as long as the array.
template <class T>
py::object array_over(const T* data, std::size_t size, const Shared& owner) {
  const py::capsule keep(new Shared(owner), [](void* held) { delete static_cast<Shared*>(held); });
  py::array_t<T> made(static_cast<py::ssize_t>(size), data, keep);
  made.attr("flags").attr("writeable") = false;
  return made;
}

py::object validity_array(const Shared& data) {
  const std::vector<std::uint8_t>& bits = validity_of(*data).validity;
  return array_over(bits.data(), bits.size(), data);
}

py::object values_array(const Shared& data) {
  return std::visit(
      [&](const auto& column) -> py::object {
        if constexpr (std::is_same_v<std::decay_t<decltype(column)>, TextColumn>)
          throw py::value_error("a column of texts has offsets and data");
        else
          return array_over(column.values.data(), column.values.size(), data);
      },
      data->column);
}

const TextColumn& texts_of(const Shared& data) {
  const TextColumn* const column = std::get_if<TextColumn>(&data->column);
  if (column == nullptr) throw py::value_error("the column holds no texts");
  return *column;
}

// str, or None where there is no value.
py::list strings(const Shared& data) {
  const TextColumn& column = texts_of(data);
  py::list made(data->rows);
  for (std::size_t i = 0; i < data->rows; ++i)
    made[i] = column.has_value(i) ? text_of(column.text(i)) : py::object(py::none());
  return made;
}

void release_schema(ArrowSchema* schema) { schema->release = nullptr; }

void release_array(ArrowArray* array) {
  delete static_cast<Exported*>(array->private_data);
  array->release = nullptr;
}

template <class Struct>
void end_capsule(PyObject* capsule) {
  constexpr const char* kName = std::is_same_v<Struct, ArrowSchema> ? "arrow_schema" : "arrow_array";
  auto* const held = static_cast<Struct*>(PyCapsule_GetPointer(capsule, kName));
  if (held == nullptr) return PyErr_Clear();  // renamed by a consumer, which has taken it over
  if (held->release != nullptr) held->release(held);
  delete held;
}

py::object arrow_schema(const Shared& data) {
  const char* const format = std::visit([](const auto& column) { return column.kArrowFormat; }, data->column);
  auto made = std::make_unique<ArrowSchema>(
      ArrowSchema{format, "", nullptr, kArrowNullable, 0, nullptr, nullptr, &release_schema, nullptr});
  PyObject* const capsule = PyCapsule_New(made.get(), "arrow_schema", &end_capsule<ArrowSchema>);
  if (capsule == nullptr) throw py::error_already_set();
  (void)made.release();
  return py::reinterpret_steal<py::object>(capsule);
}

py::object arrow_array(const Shared& data) {
  auto exported = std::make_unique<Exported>(Exported{data, {}});
  exported->buffers[0] = validity_of(*data).validity.data();
  std::int64_t buffers = 2;
  std::visit(
      [&](const auto& column) {
        if constexpr (std::is_same_v<std::decay_t<decltype(column)>, TextColumn>) {
          exported->buffers[1] = column.offsets.data();
          exported->buffers[2] = view(column.data).data();
          buffers = 3;
        } else {
          exported->buffers[1] = column.values.data();
        }
      },
      data->column);
  auto made = std::make_unique<ArrowArray>(
      ArrowArray{static_cast<std::int64_t>(data->rows), static_cast<std::int64_t>(data->failed), 0, buffers, 0,
                 exported->buffers, nullptr, nullptr, &release_array, exported.get()});
  PyObject* const capsule = PyCapsule_New(made.get(), "arrow_array", &end_capsule<ArrowArray>);
  if (capsule == nullptr) throw py::error_already_set();
  (void)exported.release();
  (void)made.release();
  return py::reinterpret_steal<py::object>(capsule);
}

}  // namespace

FieldColumns::FieldColumns(const py::list& columns) {
  for (const py::handle one : columns) {
    const auto parts = py::cast<py::tuple>(one);
    FieldColumn& made = all_.emplace_back();
    made.name = names_.emplace_back(bytes_of(parts[0]));
    const std::string kind = bytes_of(parts[1]);
    const py::object values = parts[2];
    if (kind == "number") {
      made.values = span_of(numbers_.emplace_back(py::cast<Numbers>(values)));
    } else if (kind == "integer") {
      made.values = span_of(integers_.emplace_back(py::cast<Integers>(values)));
    } else if (kind == "datetime") {
      std::vector<DateTime>& times = times_.emplace_back();
      const auto millis = py::cast<Integers>(values);
      for (const std::int64_t time : span_of(millis)) times.push_back(instant(time));
      made.values = std::span<const DateTime>(times);
    } else {
      if (kind == "boolean") made.type = SlotType::boolean;
      add_texts(py::cast<py::list>(values), made);
    }
    if (!py::reinterpret_borrow<py::object>(parts[3]).is_none()) {
      const auto bits = py::cast<Bytes>(parts[3]);
      const std::span<const std::uint8_t> view = span_of(bits);
      const std::size_t count = std::visit([](const auto& span) { return span.size(); }, made.values);
      if (view.size() * 8 < count) throw py::value_error("the validity is shorter than its column");
      made.validity = validities_.emplace_back(view.begin(), view.end());
    }
  }
}

void FieldColumns::add_texts(const py::list& texts, FieldColumn& made) {
  lists_.push_back(texts);
  std::vector<std::string_view>& views = views_.emplace_back();
  views.reserve(texts.size());
  for (const py::handle text : texts) {
    Py_ssize_t size = 0;
    // UTF-8 that the str itself keeps.
    const char* const data = PyUnicode_Check(text.ptr()) ? PyUnicode_AsUTF8AndSize(text.ptr(), &size) : nullptr;
    if (data == nullptr) {
      if (PyErr_Occurred() != nullptr) throw py::error_already_set();
      throw py::type_error("a column of texts must hold strings");
    }
    views.emplace_back(data, static_cast<std::size_t>(size));
  }
  made.values = std::span<const std::string_view>(views);
}

void write_errors(TextColumn& column, const BatchReport& report) {
  if (report.errors.empty()) return;
  TextColumn made;
  made.offsets.reserve(column.offsets.size());
  made.offsets.push_back(0);
  made.validity.assign(column.validity.size(), 0);
  auto error = report.errors.begin();
  for (std::size_t row = 0; row < column.size(); ++row) {
    std::string text;
    std::string_view value = column.text(row);
    bool is_valid = column.has_value(row);
    if (error != report.errors.end() && error->row == row) {
      text = "error[" + std::string(code_id(error->why.front().code)) + "]: " + error->why.front().message;
      value = text;
      is_valid = true;
      ++error;
    }
    value.copy(made.data.prepare(value.size()), value.size());
    made.data.commit(value.size());
    made.offsets.push_back(static_cast<std::int64_t>(made.data.size()));
    if (is_valid) made.validity[row / 8] = static_cast<std::uint8_t>(made.validity[row / 8] | 1U << row % 8);
  }
  column = std::move(made);
}

void add_columns(py::module_& m) {
  py::class_<ColumnData, Shared>(m, "ColumnData")
      .def_readonly("rows", &ColumnData::rows)
      .def_readonly("failed", &ColumnData::failed)
      .def_property_readonly("validity", &validity_array)
      .def_property_readonly("values", &values_array)
      .def_property_readonly("offsets",
                             [](const Shared& self) {
                               const TextColumn& column = texts_of(self);
                               return array_over(column.offsets.data(), column.offsets.size(), self);
                             })
      .def_property_readonly("data",
                             [](const Shared& self) {
                               const std::string_view bytes = texts_of(self).data.view();
                               return array_over(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                                                 self);
                             })
      .def("strings", &strings)
      .def("arrow_schema", &arrow_schema)
      .def("arrow_array", &arrow_array);
}

}  // namespace pipexpr::python
