// Expressions in Python: one value, or a column of them.
#pragma once

#include "columns.h"
#include "graph.h"

namespace pipexpr::python {

void add_expressions(py::module_& m);

}  // namespace pipexpr::python
