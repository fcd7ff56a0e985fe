// The table of operations by name.
#include "service/operations/operations.h"

#include <algorithm>
#include <iterator>

namespace pipexpr::service {
namespace {

struct Entry {
  std::string_view name;
  Operations::Function function;
};

// In alphabetical order, as in the service model. PollForTask and EvaluateExpression are not among them.
constexpr Entry kEntries[] = {
    {"ActivatePipeline", Operations::activate_pipeline},
    {"AddTags", Operations::add_tags},
    {"CreatePipeline", Operations::create_pipeline},
    {"DeactivatePipeline", Operations::deactivate_pipeline},
    {"DeletePipeline", Operations::delete_pipeline},
    {"DescribeObjects", Operations::describe_objects},
    {"DescribePipelines", Operations::describe_pipelines},
    {"GetPipelineDefinition", Operations::get_pipeline_definition},
    {"ListPipelines", Operations::list_pipelines},
    {"PutPipelineDefinition", Operations::put_pipeline_definition},
    {"QueryObjects", Operations::query_objects},
    {"RemoveTags", Operations::remove_tags},
    {"ReportTaskProgress", Operations::report_task_progress},
    {"ReportTaskRunnerHeartbeat", Operations::report_task_runner_heartbeat},
    {"SetStatus", Operations::set_status},
    {"SetTaskStatus", Operations::set_task_status},
    {"ValidatePipelineDefinition", Operations::validate_pipeline_definition},
};

}  // namespace

Operations::Function Operations::find(std::string_view name) {
  const auto* found = std::lower_bound(std::begin(kEntries), std::end(kEntries), name,
                                       [](const Entry& entry, std::string_view key) { return entry.name < key; });
  return found != std::end(kEntries) && found->name == name ? found->function : nullptr;
}

}  // namespace pipexpr::service
