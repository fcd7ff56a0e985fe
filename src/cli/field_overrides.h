// Fields of the current object that were given by name: --set, and "fields" of a request.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/context.h>
#include <pipexpr/definition.h>

namespace cli {

// One value of a field, as given. Views belong to whoever gave them.
struct Given {
  std::string_view name;
  std::string_view text;  // of a reference: the object's id
  bool is_reference = false;
};

// The values as the engine takes them; several of one name are a list. Keeps its memory from one use to the
// next.
class Bindings {
 public:
  // Fields named in `given` come before those in `otherwise`.
  void assign(std::span<const Given> given, std::span<const Given> otherwise,
              const pipexpr::PipelineDefinition& definition, pipexpr::ObjectId object);
  std::span<const pipexpr::Binding> all() const { return bindings_; }
  // The runtime fields: they hold for every object of a run.
  std::span<const pipexpr::Binding> runtime() const { return runtime_; }

 private:
  void add(std::span<const Given> given, const pipexpr::PipelineDefinition& definition, std::string_view type);

  std::vector<pipexpr::FieldItem> items_;
  std::vector<pipexpr::Binding> bindings_, runtime_;
};

// NAME=VALUE of a flag; VALUE may be {"ref": "ID"}. False: there is no '=' or no name before it.
bool split_assignment(std::string_view word, Given& out);

}  // namespace cli
