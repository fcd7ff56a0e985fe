// The advice, a row for each field that a target has something for.
#include "translator/run_fields.h"

#include <fmt/format.h>

namespace pipexpr::translator {
namespace {

struct Row {
  std::string_view field, airflow, step_functions;
};
constexpr Row kRows[] = {
    {"@actualStartTime", "ti.start_date", "$states.context.State.EnteredTime"},
    {"@actualEndTime", "ti.end_date", ""},
    {"@attemptCount", "ti.try_number", "$states.context.State.RetryCount"},
    {"@pipelineId", "dag.dag_id", "$states.context.StateMachine.Id"},
    {"@id", "ti.task_id", "$states.context.State.Name"},
    {"@status", "ti.state", ""},
    {"@errorMessage", "exception, in on_failure_callback", "$states.errorOutput.Cause, in a Catch"},
    {"@errorId", "", "$states.errorOutput.Error, in a Catch"},
    {"@hostname", "ti.hostname", ""},
};

}  // namespace

std::string advice_for(std::string_view field, TranslationTarget target) {
  for (const Row& row : kRows) {
    if (row.field != field || target == TranslationTarget::python) continue;
    const bool is_airflow = target == TranslationTarget::airflow_jinja;
    const std::string_view hook = is_airflow ? row.airflow : row.step_functions;
    if (hook.empty()) continue;
    return fmt::format("{} has {} for a similar purpose", is_airflow ? "Airflow" : "Step Functions", hook);
  }
  return "pass it to the target as a variable of your own";
}

}  // namespace pipexpr::translator
