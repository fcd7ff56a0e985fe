// A graph of C functions as the engine's ObjectGraph, for one evaluation: what the functions add is copied into memory
// that lives until the evaluator's next call, so that a C host has no lifetime to keep.
#pragma once

#include <memory_resource>

#include <pipexpr/object_graph.h>

#include "c_api/handles.h"

// A field under construction, while the host's function runs.
struct pipexpr_field {
  std::pmr::memory_resource* memory;
  std::vector<pipexpr::FieldItem>* items;
  std::string* failure;
  bool failed = false;
};

namespace pipexpr::c_api {

class HostGraph final : public ObjectGraph {
 public:
  HostGraph(const pipexpr_graph_functions& functions, std::pmr::memory_resource& memory)
      : functions_(functions), memory_(memory) {}

  bool field(ObjectId object, const FieldName& name, Field& out) const override;
  bool parameter(const FieldName& name, Field& out) const override;
  std::optional<ObjectId> find(std::string_view id) const override;
  std::string_view id(ObjectId object) const override;

 private:
  template <class Ask>
  bool ask(Field& out, Ask&& answer) const;

  const pipexpr_graph_functions& functions_;
  std::pmr::memory_resource& memory_;
  mutable std::vector<FieldItem> items_;  // of the field that is being asked for
};

}  // namespace pipexpr::c_api
