// Implements FunctionRegistry: checks and keeps the functions that a host adds.
#include <algorithm>
#include <utility>

#include "base/char_class.h"
#include "base/report.h"
#include "functions/builtins.h"
#include "functions/callable.h"
#include "functions/function_table.h"

namespace pipexpr {
namespace {

std::string why_invalid(const FunctionSpec& spec) {
  if (!base::is_identifier(spec.name)) return "its name must be a letter or '_' and then letters, digits and '_'";
  if (!spec.body) return "it has no body";
  if (spec.parameters.size() > 255) return "it has more than 255 parameters";
  if (spec.variadic && spec.parameters.empty()) return "it is variadic and has no parameter";
  if (spec.result == Kind::unset) return "its result must have a kind, or any: kAnyKind";
  bool optional = false;
  for (const Parameter& parameter : spec.parameters) {
    const std::string name = "parameter '" + parameter.name + "' ";
    if (parameter.default_value && spec.variadic && &parameter == &spec.parameters.back()) {
      return name + "takes any number of arguments and needs no default";
    }
    if (parameter.kind == Kind::unset) return name + "must have a kind, or any: kAnyKind";
    if (parameter.boolean && parameter.kind != Kind::string) return name + "must be a string to be a boolean";
    if (optional && !parameter.default_value && !(spec.variadic && &parameter == &spec.parameters.back())) {
      return name + "must have a default, as the one before it has";
    }
    optional = parameter.default_value.has_value();
    if (!parameter.default_value) continue;
    const Kind kind = parameter.default_value->kind();
    if (kind == Kind::reference || kind == Kind::list) return name + "cannot have a default of that kind";
    if (parameter.kind != kAnyKind && kind != parameter.kind) return name + "must have a default of its own kind";
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
    case Kind::reference: return "Object";
    case Kind::list: return "List";
    case Kind::string: return "String";
    case Kind::unset: break;  // is never declared
  }
  return "any";
}

std::string parameter_text(const FunctionSpec& function, std::size_t at) {
  const Parameter& parameter = function.parameters[at];
  std::string text(parameter.boolean ? "boolean" : short_name(parameter.kind));
  if (function.variadic && at + 1 == function.parameters.size()) text += "...";
  if (!parameter.name.empty()) text += " " + parameter.name;
  if (!parameter.default_value) return text;
  const Value& value = *parameter.default_value;
  if (value.kind() == Kind::string) return "[" + text + " = '" + value.text() + "']";
  return "[" + text + (value.is_set() ? " = " + value.to_text() : "") + "]";
}

// Whether some number of arguments fits both.
bool overlap(const FunctionSpec& a, const FunctionSpec& b) {
  const std::size_t min = std::max(a.min_arguments(), b.min_arguments());
  return a.takes(min) && b.takes(min);
}

// With a look at the boolean arguments, which must be 'true' or 'false', before the body.
std::shared_ptr<const functions::Callable> make(FunctionSpec spec, bool built_in = false) {
  const auto boolean = [](const Parameter& parameter) { return parameter.boolean; };
  if (std::any_of(spec.parameters.begin(), spec.parameters.end(), boolean)) {
    spec.body = [name = spec.name, parameters = spec.parameters, inner = std::move(spec.body)](Call& call) {
      for (std::size_t i = 0; i < call.size(); ++i) {
        if (!parameters[std::min(i, parameters.size() - 1)].boolean) continue;
        const std::string_view text = call.text(i);
        if (text == "true" || text == "false") continue;
        return call.fail_at(
            i, {}, DiagnosticCode::wrong_argument_kind,
            fmt::format("argument {} of {} must be 'true' or 'false', found '{}'", i + 1, name, base::excerpt(text)));
      }
      return inner(call);
    };
  }
  return std::make_shared<const functions::Callable>(std::move(spec), built_in);
}

}  // namespace

FunctionRegistry::FunctionRegistry() {
  static const auto empty = std::make_shared<const eval::FunctionTable>();
  table_ = empty;
}

const FunctionRegistry& FunctionRegistry::standard() {
  static const FunctionRegistry registry = [] {
    auto table = std::make_shared<eval::FunctionTable>();
    for (FunctionSpec& spec : functions::builtins()) table->functions.push_back(make(std::move(spec), true));
    FunctionRegistry made;
    made.table_ = std::move(table);
    return made;
  }();
  return registry;
}

Result<void> FunctionRegistry::add(FunctionSpec spec) {
  std::string why = why_invalid(spec);
  for (const auto& known : table_->functions) {
    if (!why.empty() || known->name != spec.name || !overlap(*known, spec)) continue;
    why = "there is one of that name and number of arguments";
  }
  if (!why.empty()) return base::report(DiagnosticCode::invalid_function, {}, base::excerpt(spec.name), why);
  auto table = std::make_shared<eval::FunctionTable>(*table_);  // expressions hold the one that was
  table->functions.push_back(make(std::move(spec)));
  table_ = std::move(table);
  return {};
}

Result<void> FunctionRegistry::replace(FunctionSpec spec) {
  const std::string why = why_invalid(spec);
  if (!why.empty()) return base::report(DiagnosticCode::invalid_function, {}, base::excerpt(spec.name), why);
  auto table = std::make_shared<eval::FunctionTable>();
  auto made = make(std::move(spec));
  bool placed = false;
  for (const auto& known : table_->functions) {
    if (known->name != made->name) {
      table->functions.push_back(known);
    } else if (!std::exchange(placed, true)) {
      table->functions.push_back(made);
    }
  }
  if (!placed) table->functions.push_back(std::move(made));
  table_ = std::move(table);
  return {};
}

bool FunctionRegistry::remove(std::string_view name) {
  auto table = std::make_shared<eval::FunctionTable>(*table_);
  if (std::erase_if(table->functions, [&](const auto& function) { return function->name == name; }) == 0) return false;
  table_ = std::move(table);
  return true;
}

std::shared_ptr<const FunctionSpec> FunctionRegistry::find(std::string_view name) const { return table_->find(name); }

std::shared_ptr<const FunctionSpec> FunctionRegistry::find(std::string_view name, std::size_t arguments) const {
  return table_->find(name, arguments);
}

std::span<const std::shared_ptr<const FunctionSpec>> FunctionRegistry::all() const { return table_->functions; }

std::string signature(const FunctionSpec& function) {
  std::string result = function.name + "(";
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    if (i != 0) result += ", ";
    result += parameter_text(function, i);
  }
  result += ") -> ";
  result += short_name(function.result);
  return result;
}

}  // namespace pipexpr
