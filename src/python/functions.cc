// Functions written in Python: called with Python's lock, whatever thread evaluates.
#include "functions.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace pipexpr::python {
namespace {

Kind kind_named(std::string_view name) {
  if (name == "any") return kAnyKind;
  constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"string", Kind::string},     {"integer", Kind::integer},     {"number", Kind::number},
      {"datetime", Kind::datetime}, {"reference", Kind::reference}, {"period", Kind::period},
      {"list", Kind::list}};
  for (const auto& [known, kind] : kKinds)
    if (known == name) return kind;
  throw py::value_error("there is no kind '" + std::string(name) + "' of values");
}

Value default_of(py::handle value) {
  if (value.is_none()) return {};
  std::deque<std::string> texts;
  const ValueView view = view_of(value, {}, texts);
  switch (view.kind()) {
    case Kind::integer: return {view.integer()};
    case Kind::number: return {view.number()};
    case Kind::datetime: return {view.datetime()};
    case Kind::period: return {view.period()};
    default: return {std::string(view.text())};
  }
}

bool return_object(Call& call, py::handle result) {
  const ObjectGraph* const graph = call.graph();
  const FindObject find = [&](std::string_view id) { return graph == nullptr ? std::nullopt : graph->find(id); };
  std::deque<std::string> texts;
  if (PyList_Check(result.ptr()) || PyTuple_Check(result.ptr())) {
    std::vector<ValueView> items;
    for (const py::handle item : py::tuple(py::reinterpret_borrow<py::object>(result)))
      items.push_back(view_of(item, find, texts));
    return call.return_list(items);
  }
  if (PyFloat_Check(result.ptr())) return call.return_value(PyFloat_AS_DOUBLE(result.ptr()));  // the engine judges it
  const ValueView view = view_of(result, find, texts);
  switch (view.kind()) {
    case Kind::unset: return call.return_list(std::span<const ValueView>());
    case Kind::integer: return call.return_value(view.integer());
    case Kind::number: return call.return_value(view.number());
    case Kind::datetime: return call.return_value(view.datetime());
    case Kind::period: return call.return_value(view.period());
    case Kind::reference: return call.return_value(view.object(), view.sphere());
    default: return call.return_value(view.text());
  }
}

HostError noted(HostError error, const Call& call) {
  auto* const interruption = static_cast<Interruption*>(call.context().user_data);
  if (interruption != nullptr && !error.is_exception()) interruption->raised = error.shared_value();
  return error;
}

class Body {
 public:
  Body(py::object function, std::vector<bool> booleans)
      : function_(shared_object(std::move(function))), booleans_(std::move(booleans)) {}

  bool operator()(Call& call) const {
    const py::gil_scoped_acquire lock;
    try {
      py::tuple arguments(call.size());
      for (std::size_t i = 0; i < call.size(); ++i) {
        arguments[i] = booleans_[std::min(i, booleans_.size() - 1)] ? py::object(py::bool_(call.boolean(i)))
                                                                    : object_of(call.value(i), call.graph());
      }
      const auto result = py::reinterpret_steal<py::object>(PyObject_CallObject(function_->ptr(), arguments.ptr()));
      if (!result) throw py::error_already_set();
      return return_object(call, result);
    } catch (py::error_already_set& error) {
      if (!error.matches(PyExc_ValueError)) throw noted(HostError(error), call);
      return call.fail(bytes_of(py::str(error.value())));
    } catch (const py::builtin_exception& error) {
      error.set_error();
      py::error_already_set raised;
      throw noted(HostError(raised), call);
    } catch (const Failure& failure) {  // a string that is no period
      return call.fail(failure.why.front().message);
    }
  }

 private:
  std::shared_ptr<const py::object> function_;
  std::vector<bool> booleans_;
};

}  // namespace

Functions::Functions(bool standard) : all(standard ? FunctionRegistry::standard() : FunctionRegistry()) {}

void Functions::add(const Text& name, const py::list& parameters, bool variadic, const Text& result,
                    const Text& description, bool pure, py::object body, bool replace) {
  if (PyCallable_Check(body.ptr()) == 0) throw py::type_error("expected a function");
  FunctionSpec spec;
  spec.name = name.it;
  spec.variadic = variadic;
  spec.result = result.it == "boolean" ? Kind::string : kind_named(result.it);
  spec.description = description.it;
  spec.pure = pure;
  std::vector<bool> booleans;
  for (const py::handle one : parameters) {
    const auto parts = py::cast<py::tuple>(one);
    Parameter& made = spec.parameters.emplace_back();
    made.name = bytes_of(parts[0]);
    const std::string kind = bytes_of(parts[1]);
    made.boolean = kind == "boolean";
    made.kind = made.boolean ? Kind::string : kind_named(kind);
    booleans.push_back(made.boolean);
    if (py::cast<bool>(parts[2])) made.default_value = default_of(parts[3]);
  }
  if (booleans.empty()) booleans.push_back(false);
  spec.body = Body(std::move(body), std::move(booleans));
  const Result<void> done = replace ? all.replace(std::move(spec)) : all.add(std::move(spec));
  if (!done) fail(done.error(), {});
}

Settings::Settings(const Functions* given, const std::vector<std::pair<std::string, std::uint64_t>>& bounds,
                   const std::string& openers, const std::string& unset, bool transitive)
    : transitive_runtime_fields(transitive) {
  static std::atomic<std::uint64_t> last = 0;
  identity = ++last;
  if (given != nullptr) functions = given->all;
  for (const auto& [name, value] : bounds) {
    const LimitInfo* const info = find_limit(name);
    if (info == nullptr) throw py::value_error("there is no limit '" + name + "'");
    limits.*info->member = value;
  }
  if (openers == "braces")
    delimiters = Delimiters::braces;
  else if (openers == "angles")
    delimiters = Delimiters::angles;
  else if (openers != "both")
    throw py::value_error("delimiters must be 'both', 'braces' or 'angles'");
  if (unset == "empty")
    unset_runtime = UnsetRuntime::empty;
  else if (unset == "null")
    unset_runtime = UnsetRuntime::null;
  else if (unset != "error")
    throw py::value_error("unset_runtime must be 'error', 'empty' or 'null'");
}

CompileOptions Settings::compile() const {
  return {.delimiters = delimiters, .limits = limits, .functions = functions ? &*functions : nullptr};
}

EvaluateOptions Settings::evaluate(std::optional<double> timeout) const {
  EvaluateOptions options{
      .limits = limits, .unset_runtime = unset_runtime, .transitive_runtime_fields = transitive_runtime_fields};
  if (timeout) {
    if (std::isnan(*timeout)) throw py::value_error("the timeout is no number");
    const double seconds = std::clamp(*timeout, -1.0, 1e8);  // three years
    options.deadline =
        std::chrono::steady_clock::now() +
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
  }
  return options;
}

}  // namespace pipexpr::python
