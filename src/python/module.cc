// The Python module: definitions, expressions and columns over the public C++ interface. Its Python files make it
// pleasant.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <pipexpr/batch.h>
#include <pipexpr/pipexpr.h>

namespace py = pybind11;

namespace {

using namespace pipexpr;

// What becomes pipexpr.Error: the text a compiler would print, and the diagnostics as JSON.
struct Failure {
  std::string text, json;
};

std::string printed(const Diagnostics& why, std::string_view source) {
  std::string text;
  for (const Diagnostic& one : why) text += render(one, {.source = source});
  return text;
}

[[noreturn]] void fail(const Diagnostics& why, std::string_view source) {
  throw Failure{printed(why, source), to_json(why)};
}

// A str; bytes that are not valid UTF-8 become surrogates, from which Python can make the same bytes again.
py::object text_of(std::string_view text) {
  PyObject* const made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

DateTime instant(std::int64_t millis) { return {millis, {}}; }

// A value as Python's own type. A date-time becomes a datetime from its instant and its text on its zone's clock.
py::object object_of(const Value& value) {
  switch (value.kind()) {
    case Kind::unset: return py::none();
    case Kind::integer: return py::int_(value.integer());
    case Kind::number: return py::float_(value.number());
    case Kind::datetime:
      return py::module_::import("pipexpr._times")
          .attr("to_datetime")(value.datetime().epoch_millis, to_string(value.datetime()));
    case Kind::list: {
      py::list items;
      for (const Value& item : value.items()) items.append(object_of(item));
      return items;
    }
    default: return text_of(value.to_text());
  }
}

using Shared = std::shared_ptr<const PipelineDefinition>;

struct Definition {
  explicit Definition(const std::string& json, std::vector<std::pair<std::string, std::string>> values)
      : given(std::move(values)) {
    Result<Shared> loaded = [&] {
      py::gil_scoped_release release;
      return PipelineDefinition::load(json, {.parameter_values = given});
    }();
    if (!loaded) fail(loaded.error(), json);
    it = *loaded;
  }

  ObjectId find(const std::string& id) const {
    const std::optional<ObjectId> found = it->find(id);
    if (!found) throw py::key_error(id);
    return *found;
  }

  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < it->object_count(); ++i) ids.emplace_back(it->id(it->object(i)));
    return ids;
  }

  std::string check() const {
    py::gil_scoped_release release;
    return to_json(pipexpr::check(*it), LineIndex(it->json()));
  }

  std::string explain(const std::string& object, const std::string& field, std::optional<std::int64_t> at) const {
    Context context{.object = find(object)};
    if (at) context.run = Run{.scheduled_start = instant(*at)};
    SecretMask mask;
    (void)mask.learn(*it, {});
    EvaluateOptions evaluate;
    evaluate.listener = &mask;
    const auto explained = explain_field(*it, context.object, field, context, {.evaluate = evaluate});
    if (!explained) fail(explained.error(), {});
    return to_json(*explained, *it, mask);
  }

  // (what, object, field or start, values before, values after)
  using DiffRow = std::tuple<std::string, std::string, std::string, std::vector<std::string>, std::vector<std::string>>;
  std::vector<DiffRow> diff(const Definition& other, std::int64_t runs) const {
    CompareOptions options;
    options.range.runs = runs;
    options.probe = runs == 0;
    const Result<Comparison> found = [&] {
      py::gil_scoped_release release;
      return compare(*it, *other.it, options);
    }();
    if (!found) fail(found.error(), {});
    const std::vector<std::string> none;
    std::vector<DiffRow> all;
    for (const std::string& id : found->removed) all.emplace_back("removed", id, "", none, none);
    for (const std::string& id : found->added) all.emplace_back("added", id, "", none, none);
    for (const Difference& one : found->differences) all.emplace_back("changed", one.object, one.field, one.a, one.b);
    for (const UnmatchedRuns& one : found->unmatched_runs)
      all.emplace_back(one.in_a ? "runs removed" : "runs added", one.object, one.first, none, none);
    return all;
  }

  Shared it;
  std::vector<std::pair<std::string, std::string>> given;
};

py::dict fields_of(const std::vector<RenderedField>& fields) {
  py::dict made;
  for (const RenderedField& field : fields) {
    py::list items;
    for (const RenderedField::Item& item : field.items) items.append(text_of(item.text));
    if (field.is_list || items.size() != 1)
      made[text_of(field.name)] = items;
    else
      made[text_of(field.name)] = items[0];
  }
  return made;
}

// The runs that begin in [from, to), at most `count` of each schedule.
RunSequence planned(const PipelineDefinition& definition, std::optional<std::int64_t> from,
                    std::optional<std::int64_t> to, std::int64_t count, const std::vector<std::string>& objects = {}) {
  RunRange range{.runs = count};
  if (from) range.from = instant(*from);
  if (to) range.to = instant(*to);
  Result<RunSequence> runs = RunSequence::plan(definition, range, objects);
  if (!runs) fail(runs.error(), definition.json());
  return std::move(*runs);
}

// The instances of a range of runs, one after the other: (object, start in milliseconds, fields, what failed).
class Instances {
 public:
  Instances(const Definition& definition, const std::vector<std::string>& objects, std::vector<std::string> fields,
            std::optional<std::int64_t> from, std::optional<std::int64_t> to, std::int64_t runs)
      : definition_(definition.it),
        fields_(std::move(fields)),
        renderer_(*definition_, mask_),
        runs_(planned(*definition_, from, to, runs, objects)) {
    (void)mask_.learn(*definition_, {});
  }

  py::tuple next() {
    while (step_.timetable == nullptr || at_ == step_.timetable->objects.size()) {
      at_ = 0;
      if (!runs_.next(step_)) throw py::stop_iteration();
    }
    const ObjectId object = step_.timetable->objects[at_++];
    const auto rendered = [&] {
      py::gil_scoped_release release;
      return renderer_.instance(object, step_.run, fields_);
    }();
    return py::make_tuple(text_of(definition_->id(object)), step_.run.scheduled_start.epoch_millis, fields_of(rendered),
                          renderer_.take_report());
  }

 private:
  Shared definition_;
  std::vector<std::string> fields_;
  SecretMask mask_;
  DefinitionRenderer renderer_;
  RunSequence runs_;
  RunSequence::Step step_;
  std::size_t at_ = 0;
};

// All fields of the named objects in one run, or without one: ({object: fields}, what failed).
py::tuple render_at(const Definition& definition, const std::vector<std::string>& objects,
                    const std::vector<std::string>& fields, std::optional<std::int64_t> at) {
  SecretMask mask;
  (void)mask.learn(*definition.it, {});
  RenderSettings settings;
  if (at) settings.at = instant(*at);
  DefinitionRenderer renderer(*definition.it, mask, settings);
  py::dict all;
  for (const std::string& id : objects) {
    const ObjectId object = definition.find(id);
    const auto rendered = [&] {
      py::gil_scoped_release release;
      return renderer.object(object, fields, true);
    }();
    all[text_of(id)] = fields_of(rendered);
  }
  return py::make_tuple(all, renderer.take_report());
}

py::list runs_of(const Definition& definition, std::optional<std::int64_t> from, std::optional<std::int64_t> to,
                 std::int64_t count) {
  RunSequence runs = planned(*definition.it, from, to, count);
  py::list all;
  RunSequence::Step step;
  while (runs.next(step)) {
    py::object end = py::none();
    if (step.run.scheduled_end) end = py::int_(step.run.scheduled_end->epoch_millis);
    all.append(py::make_tuple(text_of(step.timetable->name), step.run.scheduled_start.epoch_millis, end));
  }
  return all;
}

using Integers = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;
using Numbers = py::array_t<double, py::array::c_style | py::array::forcecast>;

template <class T>
std::span<const T> span_of(const py::array_t<T, py::array::c_style | py::array::forcecast>& array) {
  if (array.ndim() != 1) throw py::value_error("a column must have one dimension");
  return {array.data(), static_cast<std::size_t>(array.size())};
}

// Columns of fields, in memory that C++ reads while Python's other threads go on.
struct Columns {
  explicit Columns(const py::dict& fields) {
    for (const auto& [name, values] : fields) {
      FieldColumn& made = columns.emplace_back();
      made.name = names.emplace_back(py::cast<std::string>(name));
      if (py::isinstance<py::array>(values)) {
        const auto array = py::reinterpret_borrow<py::array>(values);
        const char kind = array.dtype().kind();
        if (kind == 'f') {
          made.values = span_of(numbers.emplace_back(Numbers::ensure(array)));
          continue;
        }
        if (kind == 'i') {
          made.values = span_of(integers.emplace_back(Integers::ensure(array)));
          continue;
        }
      }
      std::vector<std::string>& owned =
          texts.emplace_back(py::cast<std::vector<std::string>>(py::list(py::reinterpret_borrow<py::object>(values))));
      made.values = std::span<const std::string_view>(views.emplace_back(owned.begin(), owned.end()));
    }
  }
  std::deque<std::string> names;
  std::deque<Numbers> numbers;
  std::deque<Integers> integers;
  std::deque<std::vector<std::string>> texts;
  std::deque<std::vector<std::string_view>> views;
  std::vector<FieldColumn> columns;
};

struct Template {
  Template(std::string_view text, const Definition* given, const std::string& id) {
    Result<Expression> compiled = Expression::compile(text);
    if (!compiled) fail(compiled.error(), text);
    it = *compiled;
    if (given == nullptr) return;
    definition = *given;
    it = it.bind(*definition->it);
    if (!id.empty()) object = definition->find(id);
  }

  const ObjectGraph& graph() const {
    static const NoObjects kNoObjects;
    return definition ? static_cast<const ObjectGraph&>(*definition->it) : kNoObjects;
  }

  static std::optional<Run> run_of(std::optional<std::int64_t> start, std::optional<std::int64_t> end,
                                   std::uint32_t attempt) {
    if (!start) return std::nullopt;
    Run run{.scheduled_start = instant(*start)};
    if (end) run.scheduled_end = instant(*end);
    run.attempt = attempt;
    return run;
  }

  py::object evaluate(std::optional<std::int64_t> start, std::optional<std::int64_t> end, std::uint32_t attempt,
                      const py::dict& fields) const {
    std::deque<std::string> texts;
    std::deque<FieldItem> items;
    std::vector<Binding> bindings;
    for (const auto& [name, value] : fields) {
      std::string& named = texts.emplace_back(py::cast<std::string>(name));
      Binding& made = bindings.emplace_back();
      made.name = named;
      if (value.is_none()) continue;  // unset
      FieldItem& item = items.emplace_back();
      if (py::isinstance<py::bool_>(value))
        item = FieldItem::of_value(ValueView(py::cast<bool>(value)));
      else if (py::isinstance<py::int_>(value))
        item = FieldItem::of_value(ValueView(py::cast<std::int64_t>(value)));
      else if (py::isinstance<py::float_>(value))
        item = FieldItem::of_value(ValueView(py::cast<double>(value)));
      else
        item = FieldItem::of_value(ValueView(std::string_view(texts.emplace_back(py::cast<std::string>(value)))));
      made.field.items = &item;
      made.field.count = 1;
    }
    thread_local Evaluator evaluator;
    const Result<Value> value =
        evaluator.value(it, graph(), {.object = object, .run = run_of(start, end, attempt), .fields = bindings});
    if (!value) fail(value.error(), it.text());
    return object_of(*value);
  }

  // (values, validity, number of rows that failed, [(row, text, JSON)]); texts are (offsets, bytes).
  py::tuple evaluate_many(const std::string& kind, std::size_t count, const std::optional<Integers>& starts,
                          const std::optional<Integers>& ends, const py::dict& fields, std::size_t max_errors) const {
    const Columns columns(fields);
    Rows rows{.count = count, .shared = {.object = object}, .fields = columns.columns};
    if (starts) rows.starts = span_of(*starts);
    if (ends) rows.ends = span_of(*ends);
    static const CompileOptions compiled_with;
    const BatchOptions options{.max_errors = max_errors, .compiled_with = &compiled_with};
    if (kind == "text") return texts(rows, options);
    if (kind == "number") return typed<NumberColumn>(rows, options);
    if (kind == "integer") return typed<IntegerColumn>(rows, options);
    if (kind == "datetime") return typed<DateTimeColumn>(rows, options);
    throw py::value_error("kind must be 'text', 'number', 'integer' or 'datetime'");
  }

  std::vector<std::string> names() const {
    const auto tree = SyntaxTree::parse(it.text());
    if (!tree) fail(tree.error(), it.text());
    std::vector<std::string> all;
    for (const NameUse& use : tree->names()) all.emplace_back(use.name);
    return all;
  }

  std::string specialize() const {
    const auto made = pipexpr::specialize(it, graph(), {.object = object});
    if (!made) fail(made.error(), it.text());
    return std::string(made->expression.text());
  }

  Expression it;
  std::optional<Definition> definition;
  ObjectId object = kNoObject;

 private:
  template <class Column>
  BatchReport fill(const Rows& rows, Column& column, const BatchOptions& options) const {
    BatchReport report;
    {
      py::gil_scoped_release release;
      Evaluator evaluator;
      report = evaluate_rows(evaluator, it, graph(), rows, column, options);
    }
    if (!report.ended_by.empty()) fail(report.ended_by, it.text());
    return report;
  }

  // An array over memory of a C++ object, which lives as long as the array.
  template <class T, class Owner>
  static py::array_t<T> array_over(const T* data, std::size_t size, const std::shared_ptr<Owner>& owner) {
    const py::capsule keep(new std::shared_ptr<Owner>(owner),
                           [](void* held) { delete static_cast<std::shared_ptr<Owner>*>(held); });
    return py::array_t<T>(static_cast<py::ssize_t>(size), data, keep);
  }

  py::tuple with_errors(py::object values, py::object validity, const BatchReport& report) const {
    py::list errors;
    for (const RowError& error : report.errors)
      errors.append(py::make_tuple(error.row, printed(error.why, it.text()), to_json(error.why)));
    return py::make_tuple(std::move(values), std::move(validity), report.failed, errors);
  }

  py::tuple texts(const Rows& rows, const BatchOptions& options) const {
    const auto column = std::make_shared<TextColumn>();
    const BatchReport report = fill(rows, *column, options);
    const std::string_view data = column->data.view();
    return with_errors(
        py::make_tuple(array_over(column->offsets.data(), column->offsets.size(), column),
                       array_over(reinterpret_cast<const std::uint8_t*>(data.data()), data.size(), column)),
        array_over(column->validity.data(), column->validity.size(), column), report);
  }

  template <class Column>
  py::tuple typed(const Rows& rows, const BatchOptions& options) const {
    const auto column = std::make_shared<Column>();
    const BatchReport report = fill(rows, *column, options);
    return with_errors(array_over(column->values.data(), column->values.size(), column),
                       array_over(column->validity.data(), column->validity.size(), column), report);
  }
};

// Appends the column's rows to a list: str, or None where there is no value.
void fill_strings(const py::array_t<std::int64_t>& offsets, const py::array_t<std::uint8_t>& data,
                  const py::array_t<std::uint8_t>& validity, py::list out) {
  const char* const bytes = reinterpret_cast<const char*>(data.data());
  const std::int64_t* const at = offsets.data();
  const std::uint8_t* const valid = validity.data();
  for (py::ssize_t i = 0; i + 1 < offsets.size(); ++i) {
    if ((valid[i / 8] >> i % 8 & 1) == 0)
      out.append(py::none());
    else
      out.append(text_of({bytes + at[i], static_cast<std::size_t>(at[i + 1] - at[i])}));
  }
}

}  // namespace

PYBIND11_MODULE(_pipexpr, m) {
  m.doc() = "The engine; use the package pipexpr.";
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Failure& failure) {
      const py::object made =
          py::module_::import("pipexpr._error").attr("make")(text_of(failure.text), text_of(failure.json));
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
    }
  });
  m.attr("__version__") = PIPEXPR_VERSION_STRING;
  m.def("parse_datetime", [](const std::string& text) {
    const auto time = parse_datetime(text);
    if (!time) fail(time.error(), text);
    return time->epoch_millis;
  });
  m.def("fill_strings", &fill_strings);
  m.def("render_at", &render_at);
  m.def("runs_of", &runs_of);
  py::class_<Definition>(m, "Definition")
      .def(py::init<const std::string&, std::vector<std::pair<std::string, std::string>>>())
      .def_property_readonly("json", [](const Definition& self) { return text_of(self.it->json()); })
      .def_property_readonly("values", [](const Definition& self) { return self.given; })
      .def("ids", &Definition::ids)
      .def("check", &Definition::check)
      .def("explain", &Definition::explain)
      .def("diff", &Definition::diff);
  py::class_<Instances>(m, "Instances")
      .def(py::init<const Definition&, const std::vector<std::string>&, std::vector<std::string>,
                    std::optional<std::int64_t>, std::optional<std::int64_t>, std::int64_t>())
      .def("__iter__", [](py::object self) { return self; })
      .def("__next__", &Instances::next);
  py::class_<Template>(m, "Template")
      .def(py::init<std::string_view, const Definition*, const std::string&>())
      .def_property_readonly("text", [](const Template& self) { return text_of(self.it.text()); })
      .def("evaluate", &Template::evaluate)
      .def("evaluate_many", &Template::evaluate_many)
      .def("names", &Template::names)
      .def("specialize", &Template::specialize);
}
