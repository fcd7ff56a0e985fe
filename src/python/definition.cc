// Definitions in Python: loading, checking, explaining, comparing and rendering them.
#include "graph.h"

namespace pipexpr::python {
namespace {

std::vector<std::pair<std::string, std::string>> strings_of(const Pairs& pairs) {
  std::vector<std::pair<std::string, std::string>> made;
  for (const auto& [name, value] : pairs) made.emplace_back(name.it, value.it);
  return made;
}

std::vector<std::string> strings_of(const std::vector<Text>& texts) {
  std::vector<std::string> made;
  for (const Text& text : texts) made.push_back(text.it);
  return made;
}

py::tuple texts_of(const std::vector<std::string>& texts) {
  py::tuple made(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) made[i] = text_of(texts[i]);
  return made;
}

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

// Why fields have no value, which the renderer has written into its report.
py::list failures_of(const Definition& definition, ObjectId object, const std::optional<Run>& run,
                     const std::vector<RenderedField>& fields) {
  py::list all;
  std::optional<Evaluator> evaluator;
  for (const RenderedField& field : fields) {
    if (!field.failed) continue;
    if (!evaluator) evaluator.emplace(definition.settings.evaluate());
    const auto value = evaluate_field(*evaluator, *definition.it, object, field.name, {.object = object, .run = run});
    if (!value)
      for (const py::handle one : list_of(value.error())) all.append(one);
  }
  return all;
}

std::optional<DateTime> optional_instant(py::handle time) {
  const std::optional<std::int64_t> millis = optional_millis_of(time);
  if (!millis) return std::nullopt;
  return instant(*millis);
}

// The runs that begin in [from, to), at most `count` of each schedule.
RunSequence planned(const Definition& definition, py::handle from, py::handle to, std::int64_t count,
                    const std::vector<std::string>& objects = {}) {
  RunRange range{.from = optional_instant(from), .to = optional_instant(to), .runs = count};
  if (count < 0) throw py::value_error("the number of runs is negative");
  for (const std::string& id : objects) (void)definition.find(id);
  Result<RunSequence> runs = RunSequence::plan(*definition.it, range, objects, definition.settings.evaluate());
  if (!runs) fail(runs.error(), definition.it->json());
  return std::move(*runs);
}

// While one thread of Python is inside, another one is refused.
class Busy {
 public:
  explicit Busy(bool& flag) : flag_(flag) {
    if (flag) throw py::value_error("another thread is using this iterator");
    flag = true;
  }
  ~Busy() { flag_ = false; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  bool& flag_;
};

RenderSettings settings_of(const Definition& definition, py::handle at) {
  RenderSettings settings;
  settings.at = optional_instant(at);
  settings.evaluate = definition.settings.evaluate();
  return settings;
}

// The instances of a range of runs, one after the other: (object, start in milliseconds, fields, what failed,
// diagnostics).
class Instances {
 public:
  Instances(const Definition& definition, const std::vector<Text>& objects, const std::vector<Text>& fields,
            const py::object& from, const py::object& to, std::int64_t runs)
      : definition_(definition),
        fields_(strings_of(fields)),
        renderer_(*definition_.it, mask_, settings_of(definition, py::none())),
        runs_(planned(definition, from, to, runs, strings_of(objects))) {
    (void)mask_.learn(*definition_.it, definition.settings.evaluate());
  }

  py::tuple next() {
    const Busy busy(busy_);
    while (step_.timetable == nullptr || at_ == step_.timetable->objects.size()) {
      at_ = 0;
      if (!runs_.next(step_)) {
        step_.timetable = nullptr;
        throw py::stop_iteration();
      }
    }
    const ObjectId object = step_.timetable->objects[at_++];
    const auto rendered = [&] {
      const py::gil_scoped_release unlocked;
      return renderer_.instance(object, step_.run, fields_);
    }();
    return py::make_tuple(text_of(definition_.it->id(object)), step_.run.scheduled_start.epoch_millis,
                          fields_of(rendered), text_of(renderer_.take_report()),
                          failures_of(definition_, object, step_.run, rendered));
  }

 private:
  Definition definition_;
  std::vector<std::string> fields_;
  SecretMask mask_;
  DefinitionRenderer renderer_;
  RunSequence runs_;
  RunSequence::Step step_;
  std::size_t at_ = 0;
  bool busy_ = false;
};

// The runs of a definition's schedules: (schedule, start, end or None).
class Runs {
 public:
  Runs(const Definition& definition, const py::object& from, const py::object& to, std::int64_t count)
      : definition_(definition.it), runs_(planned(definition, from, to, count)) {}

  py::tuple next() {
    const Busy busy(busy_);
    RunSequence::Step step;
    if (!runs_.next(step)) throw py::stop_iteration();
    py::object end = py::none();
    if (step.run.scheduled_end) end = py::int_(step.run.scheduled_end->epoch_millis);
    return py::make_tuple(text_of(step.timetable->name), step.run.scheduled_start.epoch_millis, end);
  }

 private:
  Shared definition_;
  RunSequence runs_;
  bool busy_ = false;
};

// All fields of the named objects in one run, or without one: ({object: fields}, what failed, diagnostics).
py::tuple render_at(const Definition& definition, const std::vector<Text>& objects, const std::vector<Text>& fields,
                    const py::object& at) {
  const std::vector<std::string> names = strings_of(fields);
  SecretMask mask;
  (void)mask.learn(*definition.it, definition.settings.evaluate());
  DefinitionRenderer renderer(*definition.it, mask, settings_of(definition, at));
  std::optional<Run> run;
  if (const auto start = optional_instant(at)) run = Run{.scheduled_start = *start};
  py::dict all;
  py::list failures;
  for (const Text& id : objects) {
    const ObjectId object = definition.find(id.it);
    const auto rendered = [&] {
      const py::gil_scoped_release unlocked;
      return renderer.object(object, names, true);
    }();
    all[text_of(id.it)] = fields_of(rendered);
    for (const py::handle one : failures_of(definition, object, run, rendered)) failures.append(one);
  }
  return py::make_tuple(all, text_of(renderer.take_report()), failures);
}

}  // namespace

Definition::Definition(const Text& json, const Pairs& values, const Pairs& runtime_fields, const Settings& with)
    : settings(with) {
  LoadOptions options{.compile = settings.compile(), .limits = settings.limits};
  options.parameter_values = strings_of(values);
  options.runtime_fields = strings_of(runtime_fields);
  const Result<Shared> loaded = [&] {
    const py::gil_scoped_release unlocked;
    return PipelineDefinition::load(json.it, options);
  }();
  if (!loaded) fail(loaded.error(), json.it);
  it = *loaded;
  graph = it;
}

py::list Definition::ids() const {
  py::list ids;
  for (std::size_t i = 0; i < it->object_count(); ++i) ids.append(text_of(it->id(it->object(i))));
  return ids;
}

py::list Definition::parameters() const {
  py::list all;
  for (const PipelineDefinition::ParameterInfo& one : it->parameters()) all.append(text_of(one.id));
  return all;
}

py::list Definition::fields(const std::string& object) const {
  py::list all;
  for (const PipelineDefinition::FieldInfo& one : it->fields(find(object), true)) all.append(text_of(one.name));
  return all;
}

py::object Definition::check() const {
  std::string json;
  {
    const py::gil_scoped_release unlocked;
    json = to_json(pipexpr::check(*it, {.compile = settings.compile()}), LineIndex(it->json()));
  }
  return text_of(json);
}

py::object Definition::explain(const std::string& object, const Text& field, py::handle at) const {
  Context context{.object = find(object)};
  if (const auto start = optional_instant(at)) context.run = Run{.scheduled_start = *start};
  SecretMask mask;
  (void)mask.learn(*it, settings.evaluate());
  EvaluateOptions evaluate = settings.evaluate();
  evaluate.listener = &mask;
  const auto explained = explain_field(*it, context.object, field.it, context, {.evaluate = evaluate});
  if (!explained) fail(explained.error(), {});
  return text_of(to_json(*explained, *it, mask));
}

py::list Definition::diff(const Definition& other, std::int64_t runs) const {
  if (runs < 0) throw py::value_error("the number of runs is negative");
  CompareOptions options;
  options.range.runs = runs;
  options.probe = runs == 0;
  const Result<Comparison> found = [&] {
    const py::gil_scoped_release unlocked;
    return compare(*it, *other.it, options);
  }();
  if (!found) fail(found.error(), {});
  py::list all;
  const auto add = [&](const char* what, std::string_view object, std::string_view field,
                       const std::vector<std::string>& before, const std::vector<std::string>& after) {
    all.append(py::make_tuple(what, text_of(object), text_of(field), texts_of(before), texts_of(after)));
  };
  for (const std::string& id : found->removed) add("removed", id, "", {}, {});
  for (const std::string& id : found->added) add("added", id, "", {}, {});
  for (const Difference& one : found->differences) add("changed", one.object, one.field, one.a, one.b);
  for (const UnmatchedRuns& one : found->unmatched_runs)
    add(one.in_a ? "runs removed" : "runs added", one.object, one.first, {}, {});
  return all;
}

void add_graphs(py::module_& m) {
  py::class_<Graph>(m, "Graph").def(py::init([](const py::dict& objects, const py::dict& parameters) {
    return Graph{graph_of(objects, parameters)};
  }));
  py::class_<Definition, Graph>(m, "Definition")
      .def(py::init<const Text&, const Pairs&, const Pairs&, const Settings&>())
      .def_property_readonly("json", [](const Definition& self) { return text_of(self.it->json()); })
      .def("ids", method(&Definition::ids))
      .def("parameters", method(&Definition::parameters))
      .def("fields", [](const Definition& self, const Text& object) { return self.fields(object.it); })
      .def("check", method(&Definition::check))
      .def("explain", [](const Definition& self, const Text& object, const Text& field,
                         const py::object& at) { return self.explain(object.it, field, at); })
      .def("diff", method(&Definition::diff));
}

void add_rendering(py::module_& m) {
  m.def("render_at", &render_at);
  py::class_<Instances>(m, "Instances")
      .def(py::init<const Definition&, const std::vector<Text>&, const std::vector<Text>&, const py::object&,
                    const py::object&, std::int64_t>())
      .def("__iter__", [](py::object self) { return self; })
      .def("__next__", method(&Instances::next));
  py::class_<Runs>(m, "Runs")
      .def(py::init<const Definition&, const py::object&, const py::object&, std::int64_t>())
      .def("__iter__", [](py::object self) { return self; })
      .def("__next__", method(&Runs::next));
}

}  // namespace pipexpr::python
