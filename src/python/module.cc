// The Python module over the public C++ interface. The Python files of the package make it pleasant.
#include "expression.h"

using namespace pipexpr::python;

PYBIND11_MODULE(_pipexpr, m) {
  m.doc() = "The engine; use the package pipexpr.";
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Failure& failure) {
      set_error(failure);
    }
  });
  m.attr("__version__") = PIPEXPR_VERSION_STRING;
  m.def("connect", [](const py::object& to_millis, const py::object& to_datetime, const py::object& make_error,
                      const py::object& field, const py::object& ref, const py::object& period) {
    const auto kept = [](const py::object& object) { return py::object(object).release(); };  // for as long as it runs
    connected() = {kept(to_millis), kept(to_datetime), kept(make_error), kept(field), kept(ref), kept(period)};
  });
  m.def("millis_of", [](const py::object& time) { return millis_of(time); });
  py::class_<Functions>(m, "Functions").def(py::init<bool>()).def("add", method(&Functions::add));
  py::class_<Settings>(m, "Settings")
      .def(py::init<const Functions*, const std::vector<std::pair<std::string, std::uint64_t>>&, const std::string&,
                    const std::string&, bool>());
  add_graphs(m);
  add_rendering(m);
  add_columns(m);
  add_expressions(m);
}
