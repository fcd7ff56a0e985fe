// RunValues: what the texts of a definition evaluate to in a chosen run, as they may be shown.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pipexpr/explain.h>
#include <pipexpr/field_override.h>
#include <pipexpr/language_server.h>
#include <pipexpr/schedule.h>
#include <pipexpr/secret_mask.h>

#include "lsp/document.h"

namespace pipexpr::lsp {

// What a string is evaluated for.
struct Situation {
  ObjectId object = kNoObject;
  ObjectId node = kNoObject;  // of an alarm or precondition: whose it is
  std::optional<Run> run = {};

  // "in the run of 2024-05-24T17:00:00, for Copy", as far as there is something to say.
  std::string describe(const PipelineDefinition& definition, bool with_object) const;
};

class RunValues {
 public:
  // `at`: the start of the run; without it, each object's first.
  RunValues(std::shared_ptr<const PipelineDefinition> definition, const std::optional<DateTime>& at,
            const ServerOptions& options);

  const Situation& situation(ObjectId object);
  // Default and the like: their texts are evaluated for those that inherit them.
  bool is_abstract(ObjectId object) const { return definition_->is_abstract(object); }
  // The objects that a field's text is evaluated for: the object itself, or those that inherit it from there.
  std::vector<ObjectId> contexts(ObjectId object, std::string_view field) const;

  struct Shown {
    bool is_value = false;  // false: `text` says why there is none
    std::string text;
    std::uint64_t steps = 0;
  };
  Shown evaluate(const WrittenValue& value, ObjectId object);
  // How the value came about; nothing when there is none. Show its values by `shown` only.
  std::optional<Explanation> explain(const Expression& expression, ObjectId object);
  std::string shown(const ExplainedNode& node) const;
  std::string scrub(std::string text) const { return mask_.scrub(std::move(text)); }

 private:
  Context context(ObjectId object);
  Shown failure(const Diagnostics& why) const;

  const std::shared_ptr<const PipelineDefinition> definition_;
  const std::optional<DateTime> at_;
  const ServerOptions& options_;
  SecretMask mask_;
  EvaluateOptions evaluate_;
  Evaluator evaluator_;
  std::map<ObjectId, Situation> situations_;
  std::vector<FieldOverride> overrides_;
  FieldOverrides fields_;
};

}  // namespace pipexpr::lsp
