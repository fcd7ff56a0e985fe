// FunctionTable: the functions of a registry at one moment. Immutable once made, shared by registries and programs.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <pipexpr/function_registry.h>

namespace pipexpr::eval {

class FunctionTable {
 public:
  std::vector<std::shared_ptr<const FunctionSpec>> functions;  // in the order of registration

  // By exact name; nullptr when there is none.
  std::shared_ptr<const FunctionSpec> find(std::string_view name) const {
    for (const auto& function : functions) {
      if (function->name == name) return function;
    }
    return nullptr;
  }

  // The one that takes so many arguments; nullptr when there is none.
  std::shared_ptr<const FunctionSpec> find(std::string_view name, std::size_t arguments) const {
    for (const auto& function : functions) {
      if (function->name == name && function->takes(arguments)) return function;
    }
    return nullptr;
  }
};

// How the rest of the library gets at a registry's table. Expressions keep the table, so that texts which turn up while
// they are evaluated can call the functions that there were when the expression was compiled.
class RegistryAccess {
 public:
  static const std::shared_ptr<const FunctionTable>& table(const FunctionRegistry& registry) { return registry.table_; }
};

}  // namespace pipexpr::eval
