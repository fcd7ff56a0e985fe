// Implements FunctionRegistry: checks and keeps the functions that a host adds.
#include <algorithm>

#include "base/report.h"
#include "functions/builtins.h"
#include "functions/callable.h"
#include "functions/function_table.h"

namespace pipexpr {
namespace {

bool is_identifier(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name[0])) return false;
  for (const char c : name) {
    if (!letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

bool is_parameter_kind(Kind kind) { return kind != Kind::unset && kind != Kind::reference && kind != Kind::list; }

std::string why_invalid(const FunctionSpec& spec) {
  if (!is_identifier(spec.name)) return "its name must be a letter or '_' and then letters, digits and '_'";
  if (!spec.body) return "it has no body";
  if (spec.parameters.size() > 255) return "it has more than 255 parameters";
  for (const Parameter& parameter : spec.parameters) {
    if (!is_parameter_kind(parameter.kind))
      return "parameter '" + parameter.name + "' must be of a single value's kind";
  }
  if (spec.prepare && (spec.prepared_parameter >= spec.parameters.size() ||
                       spec.parameters[spec.prepared_parameter].kind != Kind::string)) {
    return "the prepared parameter must be one of its strings";
  }
  return "";
}

std::string_view short_name(Kind kind) {
  switch (kind) {
    case Kind::integer: return "int";
    case Kind::number: return "double";
    case Kind::datetime: return "DateTime";
    case Kind::period: return "Period";
    default: return "String";
  }
}

}  // namespace

FunctionRegistry::FunctionRegistry() {
  static const auto empty = std::make_shared<const FunctionTable>();
  table_ = empty;
}

const FunctionRegistry& FunctionRegistry::standard() {
  static const FunctionRegistry registry = [] {
    FunctionRegistry made;
    for (FunctionSpec& spec : functions::builtins()) (void)made.add(std::move(spec));
    return made;
  }();
  return registry;
}

Result<void> FunctionRegistry::add(FunctionSpec spec) {
  std::string why = why_invalid(spec);
  if (why.empty() && find(spec.name) != nullptr) why = "there is one of that name";
  if (!why.empty()) return base::report(DiagnosticCode::invalid_function, {}, base::excerpt(spec.name), why);
  auto table = std::make_shared<FunctionTable>(*table_);  // expressions hold the one that was
  table->functions.push_back(std::make_shared<const functions::Callable>(std::move(spec)));
  table_ = std::move(table);
  return {};
}

Result<void> FunctionRegistry::replace(FunctionSpec spec) {
  const std::string why = why_invalid(spec);
  if (!why.empty()) return base::report(DiagnosticCode::invalid_function, {}, base::excerpt(spec.name), why);
  auto table = std::make_shared<FunctionTable>(*table_);
  auto made = std::make_shared<const functions::Callable>(std::move(spec));
  const auto same = [&](const auto& function) { return function->name == made->name; };
  const auto found = std::find_if(table->functions.begin(), table->functions.end(), same);
  if (found != table->functions.end()) {
    *found = std::move(made);
  } else {
    table->functions.push_back(std::move(made));
  }
  table_ = std::move(table);
  return {};
}

bool FunctionRegistry::remove(std::string_view name) {
  auto table = std::make_shared<FunctionTable>(*table_);
  if (std::erase_if(table->functions, [&](const auto& function) { return function->name == name; }) == 0) return false;
  table_ = std::move(table);
  return true;
}

std::shared_ptr<const FunctionSpec> FunctionRegistry::find(std::string_view name) const { return table_->find(name); }

std::span<const std::shared_ptr<const FunctionSpec>> FunctionRegistry::all() const { return table_->functions; }

std::string signature(const FunctionSpec& function) {
  std::string result = function.name + "(";
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    if (i != 0) result += ", ";
    result += short_name(function.parameters[i].kind);
    if (!function.parameters[i].name.empty()) result += " " + function.parameters[i].name;
  }
  result += ") -> ";
  result += short_name(function.result);
  return result;
}

}  // namespace pipexpr
