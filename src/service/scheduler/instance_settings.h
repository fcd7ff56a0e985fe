// InstanceSettings: what a component's fields say about how its runs are handed out, retried and given up.
#pragma once

#include "service/scheduler/instance_record.h"
#include "service/scheduler/scheduled_definition.h"

namespace pipexpr::service {

// 2 minutes: what a runner has to acknowledge a task; 15: to report again unless reportProgressTimeout says
// otherwise.
inline constexpr Millis kFirstReport = 2 * 60 * 1000;
inline constexpr Millis kReport = 15 * 60 * 1000;
inline constexpr Millis kRetryDelay = 10 * 60 * 1000;
inline constexpr std::int64_t kRetries = 3;
inline constexpr std::int64_t kActiveInstances = 5;
// Runs on demand: one at a time unless maxActiveInstances says otherwise, and never more than five.
inline constexpr std::int64_t kOnDemandInstances = 1;
inline constexpr std::int64_t kMaxOnDemandInstances = 5;

// Where a task is offered.
struct WorkerGroup {
  std::string name;
  std::string alias;     // the bare id of the resource, by which runners may also poll
  std::string resource;  // the resource's instance
};

// `runsOn` comes before `workerGroup`: with a resource the workerGroup is ignored. The group of a resource is one for
// each run, `df-..._@Ec2_2017-08-13T14:20:27`.
WorkerGroup worker_group(const ScheduledDefinition& scheduled, const Component& component, const Run& run,
                         std::string_view pipeline);

// Of a component's run, whatever it is; `guarded` is the component that a precondition guards. No name: no runner is
// ever offered its task.
WorkerGroup group_of_run(const ScheduledDefinition& scheduled, const Component& component, const Component* guarded,
                         const Run& run, std::string_view pipeline);

// The fields of `instance` that come from its component; `guarded` is the component that a precondition guards.
void apply_settings(const ScheduledDefinition& scheduled, const Component& component, const Component* guarded,
                    std::string_view pipeline, InstanceRow& instance);

// The run that an instance belongs to.
Run run_of(const InstanceRow& instance);
// A run on demand has no scheduled end, and ends when it starts.
inline DateTime end_of(const Run& run) { return run.scheduled_end.value_or(run.scheduled_start); }

// The name of a group as it is stored: runners of an Ec2Resource poll for "resource:df-...".
std::string_view polled_group(std::string_view group);

}  // namespace pipexpr::service
