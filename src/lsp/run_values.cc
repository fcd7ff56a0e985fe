// Chooses runs and nodes for the objects of a definition, and evaluates in them.
#include "lsp/run_values.h"

#include <fmt/format.h>

#include <utility>

#include <pipexpr/field.h>
#include <pipexpr/runs.h>

#include "definition/slot_table.h"

namespace pipexpr::lsp {
namespace {

EvaluateOptions options_with(const ServerOptions& options, EvaluationListener* listener = nullptr) {
  EvaluateOptions result;
  result.limits = options.evaluate;
  result.listener = listener;
  return result;
}

}  // namespace

std::string Situation::describe(const PipelineDefinition& definition, bool with_object) const {
  std::string text = run ? "in the run of " + to_string(run->scheduled_start) : "without a run";
  if (with_object && object != kNoObject) fmt::format_to(std::back_inserter(text), ", for {}", definition.id(object));
  if (node != kNoObject) fmt::format_to(std::back_inserter(text), ", as that of {}", definition.id(node));
  return text;
}

RunValues::RunValues(std::shared_ptr<const PipelineDefinition> definition, const std::optional<DateTime>& at,
                     const ServerOptions& options)
    : definition_(std::move(definition)),
      at_(at),
      options_(options),
      evaluate_(options_with(options, &mask_)),
      evaluator_(evaluate_) {
  mask_.learn(*definition_, options_with(options));
}

const Situation& RunValues::situation(ObjectId object) {
  const auto [known, is_new] = situations_.try_emplace(object);
  Situation& result = known->second;
  if (!is_new) return result;
  result.object = object;
  if (object == kNoObject) return result;
  const EvaluateOptions alone = options_with(options_);
  ObjectId scheduled = object;
  if (definition::node_role(definition_->type(object)) != definition::NodeRole::none) {
    for (const auto& [referrer, field] : definition_->referrers(object)) {
      if (is_abstract(referrer) || definition::role_of_field(field) == definition::NodeRole::none) continue;
      result.node = scheduled = referrer;
      break;
    }
  }
  const ObjectId schedule = schedule_of(*definition_, scheduled);
  if (at_) {
    result.run.emplace(Run{.scheduled_start = *at_});
    const auto period = period_of(*definition_, scheduled, alone);
    if (const auto end = period ? add(*at_, *period) : Result<DateTime>(Diagnostics{}))
      result.run->scheduled_end = *end;
  } else if (schedule != kNoObject) {
    if (const auto read = Schedule::read(*definition_, schedule, {.evaluate = alone})) result.run = read->run(0);
  }
  return result;
}

std::vector<ObjectId> RunValues::contexts(ObjectId object, std::string_view field) const {
  if (object == kNoObject || !is_abstract(object)) return {object};
  std::vector<ObjectId> descendants;
  for (std::size_t i = 0; i < definition_->object_count() && descendants.size() < options_.max_items; ++i) {
    const ObjectId descendant = definition_->object(i);
    if (is_abstract(descendant)) continue;
    const auto found = definition_->find_field(descendant, field);
    if (found && found->defined_by == object) descendants.push_back(descendant);
  }
  return descendants.empty() ? std::vector{object} : descendants;
}

Context RunValues::context(ObjectId object) {
  const Situation& where = situation(object);
  Context context{.object = object, .run = where.run};
  overrides_.clear();
  if (where.node != kNoObject) overrides_.push_back({"node", definition_->id(where.node), true});
  if (object == kNoObject) return context;
  fields_.assign(overrides_, {}, *definition_, object);
  context.fields = fields_.all();
  return context;
}

RunValues::Shown RunValues::failure(const Diagnostics& why) const {
  return {false, mask_.scrub(why.empty() ? std::string() : why.front().message), evaluator_.usage().steps};
}

RunValues::Shown RunValues::evaluate(const WrittenValue& value, ObjectId object) {
  mask_.start();
  const Context where = context(object);
  const auto result = evaluate_item(evaluator_, *definition_, value.values, value.item, where);
  if (!result) return failure(result.error());
  if (SecretMask::is_secret(value.field)) return {true, std::string(SecretMask::kShown), evaluator_.usage().steps};
  return {true, mask_.scrub(mask_.apply(result->text())), evaluator_.usage().steps};
}

std::optional<Explanation> RunValues::explain(const Expression& expression, ObjectId object) {
  mask_.start();
  ExplainOptions options;
  options.evaluate = evaluate_;
  options.max_nodes = 500;
  options.max_bytes = 262'144;
  auto result = pipexpr::explain(expression, *definition_, context(object), options);
  if (!result) return std::nullopt;
  return std::move(*result);
}

std::string RunValues::shown(const ExplainedNode& node) const {
  if (node.secret) return std::string(SecretMask::kShown);
  if (!node.value.is_set()) return "";
  std::string text = node.value.to_text();
  return mask_.scrub(node.from_secret ? mask_.apply(std::move(text)) : std::move(text));
}

}  // namespace pipexpr::lsp
