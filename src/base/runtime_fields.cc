// The names of runtime fields, and what a message says when one has no value.
#include "base/runtime_fields.h"

#include <algorithm>

namespace pipexpr::base {
namespace {

// Language facts, section 11.
constexpr std::string_view kNames[] = {
    "@accountId",
    "@activeInstances",
    "@actualEndTime",
    "@actualStartTime",
    "@cascadeFailedOn",
    "@componentParent",
    "@creationTime",
    "@error",
    "@failureReason",
    "@finishedTime",
    "@firstActivationTime",
    "@healthStatus",
    "@healthStatusFromInstanceId",
    "@healthStatusUpdatedTime",
    "@id",
    "@instanceParent",
    "@lastActivationTime",
    "@lastDeactivatedTime",
    "@latestCompletedRunTime",
    "@latestRunTime",
    "@nextRunTime",
    "@pipelineId",
    "@pipelineState",
    "@resourceStatus",
    "@scheduledEndTime",
    "@scheduledPeriod",
    "@scheduledStartTime",
    "@sphere",
    "@status",
    "@userId",
    "@version",
    "@waitingOn",
    "cancellationReason",
    "emrStepLog",
    "errorId",
    "errorMessage",
    "errorStackTrace",
    "hadoopJobLog",
    "hostname",
    "reportProgressTime",
};

}  // namespace

std::span<const std::string_view> runtime_names() { return kNames; }

bool is_runtime_name(std::string_view name) {
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::string_view why_unset(std::string_view name, bool has_run) {
  if (!has_run && (name == "@scheduledStartTime" || name == "@scheduledEndTime")) {
    return "no run was given; give its scheduled start, with --at on the command line";
  }
  if (name == "@scheduledEndTime") {
    return "no schedule says when the run ends; give its scheduled end, with --end on the command line";
  }
  return "the service sets it while the pipeline runs; give it, with --set on the command line";
}

}  // namespace pipexpr::base
