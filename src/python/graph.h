// Graphs that expressions are evaluated against: definitions, and dicts of Python.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "functions.h"

namespace pipexpr::python {

// What an expression may be bound to.
struct Graph {
  std::shared_ptr<const ObjectGraph> graph;

  FindObject finder() const {
    return [it = graph.get()](std::string_view id) { return it->find(id); };
  }
  ObjectId find(const std::string& id) const;
};

// {object: {field: value}} and {parameter: value}; strings may hold expressions.
std::shared_ptr<const ObjectGraph> graph_of(const py::dict& objects, const py::dict& parameters);

using Shared = std::shared_ptr<const PipelineDefinition>;
using Pairs = std::vector<std::pair<Text, Text>>;

struct Definition : Graph {
  Definition(const Text& json, const Pairs& values, const Pairs& runtime_fields, const Settings& settings);

  py::list ids() const;
  // (id, type as written, value as text or None)
  py::list parameters() const;
  // (field, whether it is inherited)
  py::list fields(const std::string& object) const;
  py::object check() const;
  py::object explain(const std::string& object, const Text& field, py::handle at) const;
  // (what, object, field or start, values before, values after)
  py::list diff(const Definition& other, std::int64_t runs) const;

  Shared it;
  Settings settings;
};

// Adds Graph, Definition, and what renders definitions to the module.
void add_graphs(py::module_& m);
void add_rendering(py::module_& m);

}  // namespace pipexpr::python
