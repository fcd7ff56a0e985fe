// Proposes what an expression can go on with.
#include "lsp/expression_completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include <pipexpr/field.h>
#include <pipexpr/function_registry.h>

#include "base/runtime_fields.h"
#include "definition/slot_table.h"
#include "lsp/names.h"
#include "lsp/pattern_letters.h"

namespace pipexpr::lsp {
namespace {

// `minusDays(${1:time}, ${2:n})`; of a method the first parameter is the object itself.
Proposal function_proposal(const FunctionSpec& function, bool is_method, const Client& client) {
  Proposal proposal{.label = function.name,
                    .kind = CompletionKind::function,
                    .detail = signature(function),
                    .documentation = function.description,
                    .rank = is_method ? 'c' : 'd'};
  if (!client.takes_snippets) return proposal;
  proposal.is_snippet = true;
  proposal.insert = function.name + "(";
  int place = 0;
  for (std::size_t i = is_method ? 1 : 0; i < function.min_arguments(); ++i) {
    const Parameter& parameter = function.parameters[i];
    const bool is_pattern = function.prepare != nullptr && i == function.prepared_parameter;
    proposal.insert += fmt::format("{0}{1}${{{2}:{3}}}{1}", place == 0 ? "" : ", ", is_pattern ? "'" : "", place + 1,
                                   parameter.name.empty() ? "argument" : parameter.name);
    ++place;
  }
  proposal.insert += ")$0";
  return proposal;
}

class Proposals {
 public:
  Proposals(const Question& question, ObjectId object) : question_(question), object_(object) {}

  void fields_of(ObjectId object, bool as_member) {
    const PipelineDefinition& definition = question_.definition();
    for (const auto& field : definition.fields(object, true)) {
      const std::string from =
          field.defined_by == object ? "" : fmt::format(", from {}", definition.id(field.defined_by));
      add({.label = std::string(field.name),
           .kind = CompletionKind::field,
           .detail = fmt::format("field of {}{}", definition.id(object), from),
           .documentation = written(field.name, field.field),
           .rank = as_member ? 'a' : 'b'});
    }
    runtime_fields_of(object);
  }

  // Those of its type, and those that every object has.
  void runtime_fields_of(ObjectId object) {
    definition::each_slot(question_.definition().type(object),
                          [&](std::string_view name, SlotType type, definition::SlotUse use) {
                            if (use == definition::SlotUse::runtime) runtime(name, type);
                          });
    const bool has_status = definition::has_status(question_.definition().type(object));
    for (const base::RuntimeField& field : base::runtime_fields()) {
      if (field.scope == base::RuntimeScope::every_object ||
          (has_status && field.scope == base::RuntimeScope::objects_that_run))
        runtime(field.name, field.type);
    }
  }

  void names() {
    const PipelineDefinition& definition = question_.definition();
    if (object_ != kNoObject) fields_of(object_, false);
    for (const auto& parameter : definition.parameters()) {
      add({.label = std::string(parameter.id),
           .kind = CompletionKind::variable,
           .detail = fmt::format("parameter, {}", slot_type_name(parameter.type)),
           .documentation = written(parameter.id, parameter.value)});
    }
    if (object_ != kNoObject && definition::node_role(definition.type(object_)) != definition::NodeRole::none) {
      add({.label = "node", .kind = CompletionKind::reference, .detail = "the object that this one belongs to"});
    }
    functions(false);
  }

  void functions(bool as_methods) {
    for (const auto& function : FunctionRegistry::standard().all()) {
      if (as_methods && function->parameters.empty()) continue;
      Proposal proposal = function_proposal(*function, as_methods, question_.client);
      if (seen_.insert(proposal.detail).second) result_.push_back(std::move(proposal));
    }
  }

  std::vector<Proposal> take() { return std::move(result_); }

 private:
  void runtime(std::string_view name, SlotType type) {
    add({.label = std::string(name),
         .kind = CompletionKind::constant,
         .detail = fmt::format("{}, {}", slot_use_name(definition::SlotUse::runtime), slot_type_name(type)),
         .rank = name.starts_with("@scheduled") ? 'a' : 'c'});
  }
  std::string written(std::string_view name, const Field& field) const {
    if (field.count == 0 || SecretMask::is_secret(name)) return "";
    return first_value(question_, field, 200);
  }
  void add(Proposal proposal) {
    if (seen_.insert(proposal.label).second) result_.push_back(std::move(proposal));
  }

  const Question& question_;
  ObjectId object_;
  std::set<std::string> seen_;
  std::vector<Proposal> result_;
};

void add_target(const FieldItem& item, std::vector<ObjectId>& out) {
  if (!item.value.is(Kind::reference)) return;
  if (std::find(out.begin(), out.end(), item.value.object()) == out.end()) out.push_back(item.value.object());
}

}  // namespace

std::vector<ObjectId> follow(const PipelineDefinition& definition, const RunValues& values, ObjectId object,
                             const std::vector<std::string_view>& path) {
  std::vector<ObjectId> at;
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::vector<ObjectId> next;
    const auto step = [&](ObjectId from) {
      const auto field = definition.find_field(from, path[i]);
      for (std::uint32_t k = 0; field && k < field->field.count; ++k) add_target(field->field.items[k], next);
    };
    if (i > 0) {
      for (const ObjectId from : at) step(from);
    } else if (path[0] == "node" && object != kNoObject) {
      for (const auto& [referrer, field] : definition.referrers(object)) {
        if (definition::role_of_field(field) != definition::NodeRole::none && !values.is_abstract(referrer)) {
          next.push_back(referrer);
        }
      }
    } else {
      if (object != kNoObject) step(object);
      const auto named = next.empty() ? definition.find(path[0]) : std::nullopt;
      if (named) next.push_back(*named);
    }
    at = std::move(next);
    constexpr std::size_t kMaxObjects = 50;  // of which there would be more proposals than a user reads
    if (at.size() > kMaxObjects) at.resize(kMaxObjects);
  }
  return at;
}

std::vector<Proposal> expression_proposals(const Question& question, const ExpressionPrefix& prefix, ObjectId object,
                                           std::string_view field) {
  if (prefix.in_string) return pattern_proposals(question, prefix, object);
  if (question.values == nullptr) return {};
  const std::vector<ObjectId> contexts = question.values->contexts(object, field);
  Proposals proposals(question, contexts.front());
  if (!prefix.is_member) {
    proposals.names();
    return proposals.take();
  }
  for (const ObjectId context : contexts) {
    for (const ObjectId target : follow(question.definition(), *question.values, context, prefix.path)) {
      proposals.fields_of(target, true);
    }
    if (&context - contexts.data() > 20) break;  // descendants of one field are much alike
  }
  proposals.functions(true);
  return proposals.take();
}

std::size_t replaced_before(const ExpressionPrefix& prefix) {
  return prefix.in_string ? pattern_run(prefix.string).size() : prefix.partial.size();
}

}  // namespace pipexpr::lsp
