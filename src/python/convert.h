// What Python hands over and gets back: texts, times, values, fields and errors, each in one place.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace pipexpr::python {

namespace py = pybind11;

// What the Python files of the package give to the engine when they are imported.
struct Connected {
  py::handle to_millis, to_datetime, make_error, field_type, ref_type, period_type;
};
Connected& connected();

// Becomes pipexpr.Error: the text that a compiler would print, and the diagnostics.
struct Failure {
  Diagnostics why;
  std::string source;
};

// Diagnostics as Python takes them: (code, message, offset, length, [(object, field, item, offset, length)]).
py::list list_of(const Diagnostics& why);

[[noreturn]] void fail(const Diagnostics& why, std::string_view source);
// The exception for that; with the one of a function of the host as its cause.
py::object error_of(const Diagnostics& why, std::string_view source);
// Sets Python's error.
void set_error(const Failure& failure);

// An exception of Python on its way through the engine. It may end on any thread, with or without Python's lock.
class HostError final : public std::exception {
 public:
  explicit HostError(py::error_already_set& error);
  const char* what() const noexcept override { return text_.c_str(); }
  py::handle value() const { return *value_; }
  const std::shared_ptr<const py::object>& shared_value() const { return value_; }
  bool is_exception() const { return is_exception_; }

 private:
  std::string text_;
  std::shared_ptr<const py::object> value_;
  bool is_exception_;
};

// A reference to an object of Python that may be dropped anywhere: it takes Python's lock, and keeps the object when
// Python has ended.
std::shared_ptr<const py::object> shared_object(py::object object);

// A str; bytes that are not valid UTF-8 become surrogates, from which Python can make the same bytes again.
py::object text_of(std::string_view text);
// The same the other way.
std::string bytes_of(py::handle text);

// An argument that is a str, taken as bytes_of takes it.
struct Text {
  std::string it;
};

constexpr DateTime instant(std::int64_t millis) { return {millis, {}}; }
// Of whatever Python has for times.
std::int64_t millis_of(py::handle time);
std::optional<std::int64_t> optional_millis_of(py::handle time);

// A value as Python's own type.
py::object object_of(const Value& value);
py::object object_of(const ValueView& value, const ObjectGraph* graph);

// The object behind `self`. One that Python has made without its constructor is refused; pybind11 would give memory
// with anything in it.
template <class Class>
Class& constructed(const py::object& self) {
  static auto* const type = reinterpret_cast<PyTypeObject*>(py::type::of<Class>().release().ptr());
  if (PyType_IsSubtype(Py_TYPE(self.ptr()), type) == 0) throw py::type_error("the object is of another type");
  const auto held = reinterpret_cast<py::detail::instance*>(self.ptr())->get_value_and_holder();
  if (!held.holder_constructed()) throw py::type_error("the object was made without its constructor");
  return *static_cast<Class*>(held.value_ptr());
}

// A member function as a function of such an object.
template <class Result, class Class, class... Arguments>
auto method(Result (Class::*function)(Arguments...) const) {
  return [function](const py::object& self, Arguments... arguments) -> Result {
    return (constructed<Class>(self).*function)(std::forward<Arguments>(arguments)...);
  };
}
template <class Result, class Class, class... Arguments>
auto method(Result (Class::*function)(Arguments...)) {
  return [function](const py::object& self, Arguments... arguments) -> Result {
    return (constructed<Class>(self).*function)(std::forward<Arguments>(arguments)...);
  };
}

// What of a function of the host must end everything, such as KeyboardInterrupt. Context::user_data points to it.
struct Interruption {
  std::shared_ptr<const py::object> raised;
  // Raises it, with Python's lock.
  void check() const;
};

using FindObject = std::function<std::optional<ObjectId>(std::string_view id)>;

// One value of Python as one of the engine's. Its memory is in `texts`.
ValueView view_of(py::handle value, const FindObject& find, std::deque<std::string>& texts);

// Fields that the caller has named, with the memory that their values need.
class FieldValues {
 public:
  // Strings are taken as they are, or, with `templates`, may hold expressions.
  FieldValues(const py::dict& fields, const FindObject& find, bool templates = false);

  std::span<const Binding> all() const { return all_; }
  const Field* find(std::string_view name) const;

 private:
  void add_items(py::handle value, const FindObject& find, bool templates, std::vector<FieldItem>& items, Field& field);

  std::deque<std::string> texts_;
  std::deque<std::vector<FieldItem>> items_;
  std::vector<Binding> all_;
};

}  // namespace pipexpr::python

namespace pybind11::detail {

template <>
struct type_caster<pipexpr::python::Text> {
  PYBIND11_TYPE_CASTER(pipexpr::python::Text, const_name("str"));
  bool load(handle from, bool) {
    if (!PyUnicode_Check(from.ptr())) return false;
    value.it = pipexpr::python::bytes_of(from);
    return true;
  }
  static handle cast(const pipexpr::python::Text& text, return_value_policy, handle) {
    return pipexpr::python::text_of(text.it).release();
  }
};

}  // namespace pybind11::detail
