// Texts, times, values, fields and errors between Python and the engine.
#include "convert.h"

#include <datetime.h>

#include <cmath>
#include <utility>

namespace pipexpr::python {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;

bool has_ended() { return Py_IsInitialized() == 0; }

// Days since 1970-01-01 of a day of the Gregorian calendar.
constexpr std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

bool is_plain_datetime(PyObject* time) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
  return PyDateTime_CheckExact(time) && PyDateTime_DATE_GET_TZINFO(time) == Py_None;
}

std::int64_t millis_of_datetime(PyObject* time) {
  const std::int64_t days = days_of(PyDateTime_GET_YEAR(time), static_cast<unsigned>(PyDateTime_GET_MONTH(time)),
                                    static_cast<unsigned>(PyDateTime_GET_DAY(time)));
  const std::int64_t seconds =
      PyDateTime_DATE_GET_HOUR(time) * 3600 + PyDateTime_DATE_GET_MINUTE(time) * 60 + PyDateTime_DATE_GET_SECOND(time);
  return days * kDayMillis + seconds * 1000 + PyDateTime_DATE_GET_MICROSECOND(time) / 1000;
}

std::int64_t integer_of(PyObject* number) {
  const std::int64_t value = PyLong_AsLongLong(number);
  if (value == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return value;
}

bool is_a(py::handle value, py::handle type) {
  if (!type) return false;
  const int found = PyObject_IsInstance(value.ptr(), type.ptr());
  if (found < 0) throw py::error_already_set();
  return found == 1;
}

SlotType slot_of(py::handle name) {
  const std::string wanted = bytes_of(name);
  constexpr std::pair<std::string_view, SlotType> kTypes[] = {
      {"string", SlotType::string},     {"integer", SlotType::integer},    {"number", SlotType::number},
      {"boolean", SlotType::boolean},   {"datetime", SlotType::datetime},  {"period", SlotType::period},
      {"verbatim", SlotType::verbatim}, {"reference", SlotType::reference}};
  for (const auto& [type, slot] : kTypes)
    if (type == wanted) return slot;
  throw py::value_error("there is no type '" + wanted + "' of fields");
}

ObjectId object_named(py::handle ref, const FindObject& find) {
  const std::string id = bytes_of(ref.attr("id"));
  const std::optional<ObjectId> found = find ? find(id) : std::nullopt;
  if (!found) throw py::key_error(id);
  return *found;
}

Period period_of(py::handle period) {
  const std::string text = bytes_of(py::str(period));
  const Result<Period> parsed = parse_period(text);
  if (!parsed) fail(parsed.error(), text);
  return *parsed;
}

py::object python_period(Period period) {
  const std::string text = to_string(period);
  if (!connected().period_type) return text_of(text);
  constexpr const char* kUnits[] = {"minutes", "hours", "days", "weeks", "months", "years"};
  return connected().period_type(period.count, kUnits[static_cast<std::size_t>(period.unit)]);
}

py::object python_datetime(DateTime time) {
  const std::string text = to_string(time);
  return connected().to_datetime ? py::object(connected().to_datetime(time.epoch_millis, text)) : text_of(text);
}

py::object python_ref(std::string_view id) {
  return connected().ref_type ? py::object(connected().ref_type(text_of(id))) : text_of(id);
}

// The exception that a function of the host has raised, if one is behind the diagnostic.
const HostError* host_error(const Diagnostic& why, std::exception_ptr& kept) {
  if (!why.exception) return nullptr;
  kept = why.exception;
  try {
    std::rethrow_exception(kept);
  } catch (const HostError& error) {
    return &error;  // `kept` holds it
  } catch (...) {
    return nullptr;
  }
}

}  // namespace

Connected& connected() {
  static Connected all;
  return all;
}

std::shared_ptr<const py::object> shared_object(py::object object) {
  return {new py::object(std::move(object)), [](const py::object* held) {
            if (has_ended()) return;
            const py::gil_scoped_acquire lock;
            delete held;
          }};
}

HostError::HostError(py::error_already_set& error)
    : value_(shared_object(error.value())), is_exception_(error.matches(PyExc_Exception)) {
  text_ = bytes_of(error.type().attr("__name__"));
  PyObject* const shown = PyObject_Str(error.value().ptr());
  if (shown == nullptr) {
    PyErr_Clear();
    return;
  }
  const std::string why = bytes_of(py::reinterpret_steal<py::object>(shown));
  if (!why.empty()) text_ += ": " + why;
}

void fail(const Diagnostics& why, std::string_view source) { throw Failure{why, std::string(source)}; }

py::list list_of(const Diagnostics& why) {
  py::list all;
  for (const Diagnostic& one : why) {
    py::list path;
    for (const PathStep& step : one.path)
      path.append(py::make_tuple(text_of(step.object), text_of(step.field), step.item,
                                 step.span.offset + step.text_offset, step.span.length));
    all.append(
        py::make_tuple(text_of(code_id(one.code)), text_of(one.message), one.span.offset, one.span.length, path));
  }
  return all;
}

py::object error_of(const Diagnostics& why, std::string_view source) {
  std::string text;
  std::exception_ptr kept;
  const HostError* cause = nullptr;
  for (const Diagnostic& one : why) {
    text += render(one, {.source = source});
    if (cause == nullptr) cause = host_error(one, kept);
  }
  if (!connected().make_error) throw std::runtime_error(text);
  py::object made = connected().make_error(text_of(text), list_of(why));
  if (cause != nullptr)
    PyException_SetCause(made.ptr(), py::reinterpret_borrow<py::object>(cause->value()).release().ptr());
  return made;
}

void set_error(const Failure& failure) {
  const py::object made = error_of(failure.why, failure.source);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
}

void Interruption::check() const {
  if (!raised) return;
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(raised->ptr())), raised->ptr());
  throw py::error_already_set();
}

py::object text_of(std::string_view text) {
  PyObject* const made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

std::string bytes_of(py::handle text) {
  if (!PyUnicode_Check(text.ptr()))
    throw py::type_error(std::string("expected a str, found ") + Py_TYPE(text.ptr())->tp_name);
  Py_ssize_t size = 0;
  if (const char* const data = PyUnicode_AsUTF8AndSize(text.ptr(), &size))
    return {data, static_cast<std::size_t>(size)};
  PyErr_Clear();
  const auto bytes =
      py::reinterpret_steal<py::bytes>(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogateescape"));
  if (!bytes) throw py::error_already_set();
  return static_cast<std::string>(bytes);
}

std::int64_t millis_of(py::handle time) {
  if (PyLong_CheckExact(time.ptr())) return integer_of(time.ptr());
  if (PyUnicode_CheckExact(time.ptr())) {
    const std::string text = bytes_of(time);
    const Result<DateTime> parsed = parse_datetime(text);
    if (!parsed) fail(parsed.error(), text);
    return parsed->epoch_millis;
  }
  if (is_plain_datetime(time.ptr())) return millis_of_datetime(time.ptr());
  if (!connected().to_millis) throw py::type_error("the package pipexpr is not imported");
  return integer_of(connected().to_millis(time).ptr());
}

std::optional<std::int64_t> optional_millis_of(py::handle time) {
  if (time.is_none()) return std::nullopt;
  return millis_of(time);
}

namespace {

// Of both forms of a value: `id` is the id of what a reference refers to, `items` what a list holds, as objects.
template <class AnyValue, class Id, class Items>
py::object converted(const AnyValue& value, const Id& id, const Items& items) {
  switch (value.kind()) {
    case Kind::unset: return py::none();
    case Kind::integer: return py::int_(value.integer());
    case Kind::number: return py::float_(value.number());
    case Kind::datetime: return python_datetime(value.datetime());
    case Kind::period: return python_period(value.period());
    case Kind::reference: return python_ref(id());
    case Kind::list: return items();
    case Kind::string: break;
  }
  return text_of(value.text());
}

}  // namespace

py::object object_of(const Value& value) {
  return converted(
      value, [&] { return std::string_view(value.reference().id); },
      [&] {
        py::list items;
        for (const Value& item : value.items()) items.append(object_of(item));
        return items;
      });
}

py::object object_of(const ValueView& value, const ObjectGraph* graph) {
  return converted(
      value, [&] { return graph == nullptr ? std::string_view() : graph->id(value.object()); },
      [&] {
        py::list items;
        for (const ValueView& item : value) items.append(object_of(item, graph));
        return items;
      });
}

ValueView view_of(py::handle value, const FindObject& find, std::deque<std::string>& texts) {
  PyObject* const it = value.ptr();
  if (value.is_none()) return {};
  if (PyUnicode_Check(it)) return {std::string_view(texts.emplace_back(bytes_of(value)))};
  if (PyBool_Check(it)) return {it == Py_True};
  if (PyLong_Check(it)) return {integer_of(it)};
  if (PyFloat_Check(it)) {
    if (!std::isfinite(PyFloat_AS_DOUBLE(it))) throw py::value_error("a number must be finite");
    return {PyFloat_AS_DOUBLE(it)};
  }
  if (is_a(value, connected().ref_type)) return {object_named(value, find)};
  if (is_a(value, connected().period_type)) return {period_of(value)};
  if (PyIndex_Check(it)) {  // numpy's integers
    const auto number = py::reinterpret_steal<py::object>(PyNumber_Index(it));
    if (number) return {integer_of(number.ptr())};
    PyErr_Clear();  // what only looks like one, such as an array
  }
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  const std::string_view type = Py_TYPE(it)->tp_name;
  if (PyDate_Check(it) || type == "numpy.datetime64") return {instant(millis_of(value))};
  if (type.starts_with("numpy.float"))
    return view_of(py::float_(py::reinterpret_borrow<py::object>(value)), find, texts);
  if (type == "numpy.bool_") return {PyObject_IsTrue(it) == 1};
  throw py::type_error("expected a str, a number, a time, a Period or a Ref, found " + std::string(type));
}

FieldValues::FieldValues(const py::dict& fields, const FindObject& find, bool templates) {
  // A copy: what values do when they are asked what they are must not change what is gone through.
  const auto copy = py::reinterpret_steal<py::dict>(PyDict_Copy(fields.ptr()));
  if (!copy) throw py::error_already_set();
  for (const auto& [name, value] : copy) {
    Binding& made = all_.emplace_back();
    made.name = texts_.emplace_back(bytes_of(name));
    std::vector<FieldItem>& items = items_.emplace_back();
    if (PyList_Check(value.ptr()) || PyTuple_Check(value.ptr())) {
      for (const py::handle one : py::tuple(py::reinterpret_borrow<py::object>(value)))
        add_items(one, find, templates, items, made.field);
    } else {
      add_items(value, find, templates, items, made.field);
    }
    made.field.items = items.data();
    made.field.count = static_cast<std::uint32_t>(items.size());
  }
}

void FieldValues::add_items(py::handle value, const FindObject& find, bool templates, std::vector<FieldItem>& items,
                            Field& field) {
  if (value.is_none()) return;  // unset
  if (is_a(value, connected().field_type)) {
    field.type = slot_of(value.attr("type"));
    for (const py::handle text : py::tuple(value.attr("texts"))) {
      const std::string_view kept = texts_.emplace_back(bytes_of(text));
      items.emplace_back(FieldItem::of_text(kept)).value = ValueView(kept, field.type);
    }
    return;
  }
  const ValueView view = view_of(value, find, texts_);
  if (view.is(Kind::reference)) field.type = SlotType::reference;
  items.push_back(templates && PyUnicode_Check(value.ptr()) ? FieldItem::of_text(view.text())
                                                            : FieldItem::of_value(view));
}

const Field* FieldValues::find(std::string_view name) const {
  for (const Binding& one : all_)
    if (one.name == name) return &one.field;
  return nullptr;
}

}  // namespace pipexpr::python
