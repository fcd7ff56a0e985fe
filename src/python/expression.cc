// Expressions in Python. A single evaluation keeps Python's lock, which it would need again at once; columns give it
// up.
#include "expression.h"

#include <chrono>

namespace pipexpr::python {
namespace {

constexpr std::size_t kRowsBetweenLooks = 4096;  // at the clock
constexpr std::chrono::milliseconds kBetweenSignals{100};

// This thread's evaluator, or one of its own for a function of the host that evaluates while it is called.
class Lease {
 public:
  Lease(const Settings& settings, std::optional<double> timeout) {
    if (state().is_busy) {
      own_.emplace(settings.evaluate(timeout));
      return;
    }
    if (!state().evaluator) state().evaluator.emplace();
    if (timeout || state().identity != settings.identity) {
      state().evaluator->set_options(settings.evaluate(timeout));
      state().identity = timeout ? 0 : settings.identity;
    }
    state().is_busy = true;
  }
  ~Lease() {
    if (!own_) state().is_busy = false;
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Evaluator& operator*() { return own_ ? *own_ : *state().evaluator; }

 private:
  struct State {
    std::optional<Evaluator> evaluator;
    std::uint64_t identity = 0;  // of the settings that it has; 0: of none
    bool is_busy = false;
  };
  static State& state() {
    thread_local State it;
    return it;
  }
  std::optional<Evaluator> own_;
};

// Ends a batch when a signal has come, as Python would end a loop of its own.
class Signals {
 public:
  explicit Signals(const Interruption& interruption) : interruption_(interruption) {}

  void look(std::size_t row) {
    if (interruption_.raised) throw std::runtime_error("interrupted");
    if (row % kRowsBetweenLooks != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + kBetweenSignals;
    const py::gil_scoped_acquire lock;
    if (PyErr_CheckSignals() == 0) return;
    py::error_already_set raised;
    signal_.raised = shared_object(raised.value());
    throw std::runtime_error("interrupted");
  }
  const Interruption& signal() const { return signal_; }

 private:
  const Interruption& interruption_;
  Interruption signal_;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + kBetweenSignals;
};

// What all rows or a single evaluation share.
struct Shared {
  std::optional<FieldValues> fields, run_fields;
  Interruption interruption;
};

class Template {
 public:
  Template(const Text& text, const Graph* graph, const Text& id, const Settings& settings) : settings_(settings) {
    static const auto kNone = std::make_shared<const NoObjects>();
    graph_.graph = graph == nullptr ? kNone : graph->graph;
    Result<Expression> compiled = [&] {
      const py::gil_scoped_release unlocked;
      return Expression::compile(text.it, settings_.compile());
    }();
    if (!compiled) fail(compiled.error(), text.it);
    it_ = compiled->bind(*graph_.graph);
    if (!id.it.empty()) object_ = graph_.find(id.it);
  }

  py::object text() const { return text_of(it_.text()); }

  py::object evaluate(const py::object& start, const py::object& end, std::uint32_t attempt, const py::object& fields,
                      const py::object& run_fields, std::optional<double> timeout) const {
    Shared shared;
    Context context = context_of(fields, run_fields, shared);
    if (const auto begin = optional_millis_of(start)) {
      context.run = Run{.scheduled_start = instant(*begin), .scheduled_end = {}, .attempt = attempt};
      if (const auto until = optional_millis_of(end)) context.run->scheduled_end = instant(*until);
      if (shared.run_fields) context.run->fields = shared.run_fields->all();
    } else if (!end.is_none() || attempt != 0 || shared.run_fields) {
      throw py::value_error("a run must have a start");
    }
    Lease evaluator(settings_, timeout);
    const Result<Value> value = (*evaluator).value(it_, *graph_.graph, context);
    if (!value) {
      shared.interruption.check();
      fail(value.error(), it_.text());
    }
    return object_of(*value);
  }

  // (column, [(row, error)])
  py::tuple evaluate_many(const std::string& kind, std::size_t count, const std::optional<Integers>& starts,
                          const std::optional<Integers>& ends, std::uint32_t attempt, const py::list& columns,
                          const py::object& fields, const py::object& run_fields, bool errors_as_text,
                          std::size_t max_errors, std::optional<double> timeout) const {
    Shared shared;
    const FieldColumns given(columns);
    Rows rows{.count = count, .shared = context_of(fields, run_fields, shared), .fields = given.all()};
    if (starts) rows.starts = span_of(*starts);
    if (ends) rows.ends = span_of(*ends);
    const std::vector<std::uint32_t> attempts(attempt == 0 || !starts ? 0 : count, attempt);
    rows.attempts = attempts;
    if (shared.run_fields) rows.shared.run = Run{.fields = shared.run_fields->all()};
    const auto data = std::make_shared<ColumnData>();
    if (kind == "text")
      data->column.emplace<TextColumn>();
    else if (kind == "number")
      data->column.emplace<NumberColumn>();
    else if (kind == "integer")
      data->column.emplace<IntegerColumn>();
    else if (kind == "boolean")
      data->column.emplace<BooleanColumn>();
    else if (kind == "datetime")
      data->column.emplace<DateTimeColumn>();
    else
      throw py::value_error("kind must be 'text', 'number', 'integer', 'boolean' or 'datetime'");
    if (errors_as_text && kind != "text") throw py::value_error("errors='text' is for columns of texts");
    const BatchReport report = fill(rows, shared.interruption, *data, max_errors, errors_as_text, timeout);
    py::list errors;
    if (!errors_as_text)
      for (const RowError& error : report.errors)
        errors.append(py::make_tuple(error.row, error_of(error.why, it_.text())));
    return py::make_tuple(data, errors);
  }

  py::list names() const {
    const auto tree = SyntaxTree::parse(it_.text());
    if (!tree) fail(tree.error(), it_.text());
    py::list all;
    for (const NameUse& use : tree->names()) all.append(text_of(use.name));
    return all;
  }

  py::object specialize() const {
    const auto made = pipexpr::specialize(it_, *graph_.graph, {.object = object_},
                                          {.compile = settings_.compile(), .evaluate = settings_.evaluate()});
    if (!made) fail(made.error(), it_.text());
    return text_of(made->expression.text());
  }

 private:
  static std::optional<FieldValues> values_of(const py::object& fields, const FindObject& find) {
    if (fields.is_none()) return std::nullopt;
    const py::dict named(fields);
    if (named.empty()) return std::nullopt;
    return FieldValues(named, find);
  }

  Context context_of(const py::object& fields, const py::object& run_fields, Shared& shared) const {
    Context context{.object = object_};
    if (!fields.is_none()) shared.fields = values_of(fields, graph_.finder());
    if (!run_fields.is_none()) shared.run_fields = values_of(run_fields, graph_.finder());
    if (shared.fields) context.fields = shared.fields->all();
    context.user_data = &shared.interruption;
    return context;
  }

  BatchReport fill(const Rows& rows, const Interruption& interruption, ColumnData& data, std::size_t max_errors,
                   bool errors_as_text, std::optional<double> timeout) const {
    const CompileOptions compiled_with = settings_.compile();
    const EvaluateOptions options = settings_.evaluate(timeout);
    BatchReport report;
    Signals signals(interruption);
    {
      const py::gil_scoped_release unlocked;
      const BatchOptions batch{.max_errors = max_errors,
                               .compiled_with = &compiled_with,
                               .row_ended = [&](std::size_t row) { signals.look(row); }};
      Evaluator evaluator(options);
      report = std::visit(
          [&](auto& column) { return evaluate_rows(evaluator, it_, *graph_.graph, rows, column, batch); }, data.column);
      data.rows = report.rows;
      data.failed = errors_as_text ? 0 : report.failed;
      if (errors_as_text) write_errors(std::get<TextColumn>(data.column), report);
    }
    interruption.check();
    signals.signal().check();
    if (!report.ended_by.empty()) fail(report.ended_by, it_.text());
    return report;
  }

  Settings settings_;
  Expression it_;
  Graph graph_;
  ObjectId object_ = kNoObject;
};

constexpr const char* kEvaluate =
    R"(The value in the run that begins at `start`: str, int, float, datetime, Period, Ref, list, or None when it is unset.

`fields` are fields of the object, which come before its own, and `run_fields` runtime fields of the run. Strings among
them are taken as they are; a Field may hold expressions. `timeout` is in seconds.)";

}  // namespace

void add_expressions(py::module_& m) {
  py::class_<Template>(m, "Template")
      .def(py::init<const Text&, const Graph*, const Text&, const Settings&>())
      .def_property_readonly("text", method(&Template::text))
      .def("evaluate", method(&Template::evaluate), kEvaluate, py::arg("start") = py::none(),
           py::arg("end") = py::none(), py::arg("attempt") = 0, py::arg("fields") = py::none(),
           py::arg("run_fields") = py::none(), py::arg("timeout") = py::none())
      .def("_evaluate_many", method(&Template::evaluate_many))
      .def("names", method(&Template::names), "Every name, member and function that it uses, in order.")
      .def("_specialize", method(&Template::specialize));
}

}  // namespace pipexpr::python
