// FieldOverrides: fields of the current object, by name, whose values the caller overrides with texts.
//
//   const pipexpr::FieldOverride overrides[] = {{"@status", "FAILED"}, {"input", "Orders", true}};
//   pipexpr::FieldOverrides fields;
//   fields.assign(overrides, {}, *definition, object);
//   pipexpr::Context context{.object = object, .run = run, .fields = fields.all()};
//   context.run->fields = fields.runtime();                         // hold for every object of the run
//
// The texts are borrowed, and so is the definition. Memory is kept from one use to the next.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <pipexpr/context.h>
#include <pipexpr/definition.h>
#include <pipexpr/export.h>

namespace pipexpr {

// One value of a field.
struct FieldOverride {
  std::string_view name = {};
  std::string_view text = {};  // of a reference: the object's id
  bool is_reference = false;
};

class PIPEXPR_API FieldOverrides {
 public:
  // Several values of one name are a list. Fields named in `overrides` come before those in `defaults`. What a text
  // means follows from the object's type, as it does in a definition. Reading a runtime field whose text is not of its
  // type, as a date-time that is none, is an error.
  void assign(std::span<const FieldOverride> overrides, std::span<const FieldOverride> defaults,
              const PipelineDefinition& definition, ObjectId object);

  std::span<const Binding> all() const { return bindings_; }
  // The runtime fields among them: they hold for every object of a run.
  std::span<const Binding> runtime() const { return runtime_; }

 private:
  void add(std::span<const FieldOverride> overrides, const PipelineDefinition& definition, std::string_view type);

  std::vector<FieldItem> items_;
  std::vector<std::unique_ptr<const Diagnostics>> problems_;  // of items, which point to them
  std::vector<Binding> bindings_, runtime_;
};

}  // namespace pipexpr
