// Which instances the references of an instance lead to, and where their rows come from.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/scheduler/instance_record.h"
#include "service/scheduler/pipeline_record.h"
#include "service/scheduler/scheduled_definition.h"
#include "service/store/store.h"

namespace pipexpr::service {

// Rows of one pipeline, each read once: what a request or an alarm is told of an instance does not change on the way,
// and an instance with references to many others costs what it has, and not that many times as much.
class InstanceSource {
 public:
  virtual ~InstanceSource() = default;
  const std::optional<InstanceRow>& instance(const std::string& id);
  const std::vector<std::string>& waits_for(const std::string& id);  // what an instance waits for, in order
  // The number of the run with which the component's schedule goes on; 0 of one that it has not come to yet.
  std::int64_t next_run(const Component& component);
  // The rows of all of these are about to be asked for: they are read at once.
  void expect_waited_for(const std::string& id);

 protected:
  using Work = std::function<void(Session&)>;
  explicit InstanceSource(std::string pipeline) : pipeline_(std::move(pipeline)) {}
  virtual void read(const Work& work) = 0;

 private:
  void keep_within_bounds(std::size_t rows);

  std::string pipeline_;
  std::map<std::string, std::optional<InstanceRow>, std::less<>> rows_;
  std::map<std::string, std::vector<std::string>, std::less<>> edges_;
  std::size_t edge_count_ = 0;
  std::optional<std::map<std::pair<std::string, std::string>, std::int64_t>> next_runs_;  // by component and mode
};

// Inside a transaction, whose changes it sees.
class TransactionInstances final : public InstanceSource {
 public:
  TransactionInstances(Session& session, std::string pipeline)
      : InstanceSource(std::move(pipeline)), session_(session) {}

 private:
  void read(const Work& work) override { work(session_); }

  Session& session_;
};

// Outside: takes a connection for each question, so that none is held while an expression is evaluated.
class StoredInstances final : public InstanceSource {
 public:
  StoredInstances(Store& store, std::string pipeline) : InstanceSource(std::move(pipeline)), store_(store) {}

 private:
  void read(const Work& work) override { store_.read(work); }

  Store& store_;
};

// Whether runs of the component are instances of their own.
bool has_instances(const Component& component);

// Whether the precondition is one of those of the other component.
bool guards(const ScheduledDefinition& scheduled, const Component& precondition, const Component& guarded);

// The runs of another schedule that belong to a run, which is also what an interval waits for: all that begin inside of
// it, as an interval may need several of a shorter period, the first 100 of them; else the one in which it begins.
std::vector<Run> runs_belonging_to(const Schedule& other, const Run& run);

// Whether the schedule, which goes on with its run number `next`, will make the component's run that begins at `start`.
// A run that is neither in the store nor will be made was left out: it was before the startTimestamp of an activation,
// or before its object was added. It is as one before the schedule's start: nothing waits for it, and nothing reads it.
bool will_be_made(const Component& component, const std::optional<Schedule>& schedule, std::int64_t next,
                  DateTime start);

// A run of a component that a reference leads to.
struct ReferredRun {
  std::string id;  // of its instance, which need not be there
  Run run = {};
  std::string node = {};               // of a precondition: the instance that it guards, and
  const Component* guarded = nullptr;  // the component of that
  bool is_real = true;                 // a run of its schedule, and not an invented one
};

struct ReferredRuns {
  std::vector<ReferredRun> runs = {};  // empty: none stands for it
  bool is_elsewhere = false;           // they are of another schedule than the reader's
  bool has_left_out = false;           // others would belong to the reader's, but were left out
};

// The runs that stand for `target` in the run of `instance`: the one home of this choice. What guards the instance, or
// is guarded by it, is that very instance; what has the same schedule, and a resource, is the instance of the same
// scheduled start. Of another schedule it is each run that belongs to this one and was not left out. A precondition is
// where the one object is that it guards. The instances need not exist yet.
ReferredRuns referred_runs(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                           const InstanceRow& instance, const Component& target, InstanceSource& source);
// Their ids.
std::vector<std::string> referred_instances(const ScheduledDefinition& scheduled, const PipelineRow& pipeline,
                                            const InstanceRow& instance, const Component& target,
                                            InstanceSource& source);

}  // namespace pipexpr::service
