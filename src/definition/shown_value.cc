// Listens to an evaluation to see whether it reads a secret.
#include "definition/shown_value.h"

#include <pipexpr/field.h>
#include <pipexpr/listener.h>

#include "base/report.h"
#include "base/secret_mask.h"

namespace pipexpr::definition {
namespace {

class SecretWatch final : public EvaluationListener {
 public:
  bool found() const { return found_; }
  void enter_field(const TracedField& field) override { found_ = found_ || field.name.starts_with('*'); }

 private:
  bool found_ = false;
};

}  // namespace

bool takes_secret(const PipelineDefinition& graph, ObjectId object, const Field& field,
                  const EvaluateOptions& options) {
  SecretWatch watch;
  EvaluateOptions watched = options;
  watched.listener = &watch;
  Evaluator evaluator(watched);
  for (std::uint32_t k = 0; k < field.count && !watch.found(); ++k) {
    if (field.items[k].form == FieldItem::Form::literal) continue;
    (void)evaluate_item(evaluator, graph, field, k, {.object = object});
  }
  return watch.found();
}

std::string shown_value(const PipelineDefinition& graph, ObjectId object, const Field& field, std::string_view found,
                        const EvaluateOptions& options) {
  return takes_secret(graph, object, field, options) ? std::string(base::kMask) : base::excerpt(found);
}

}  // namespace pipexpr::definition
