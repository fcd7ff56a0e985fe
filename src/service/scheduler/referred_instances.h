// Which instances the references of an instance lead to, and where their rows come from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/scheduler/instance_record.h"
#include "service/scheduler/scheduled_definition.h"
#include "service/store/store.h"

namespace pipexpr::service {

// Rows of one pipeline.
class InstanceSource {
 public:
  virtual ~InstanceSource() = default;
  virtual std::optional<InstanceRow> instance(std::string_view id) = 0;
  virtual std::vector<std::string> waits_for(std::string_view id) = 0;  // what an instance waits for, in order
};

// Inside a transaction, whose changes it sees.
class TransactionInstances final : public InstanceSource {
 public:
  TransactionInstances(Session& session, std::string pipeline) : session_(session), pipeline_(std::move(pipeline)) {}
  std::optional<InstanceRow> instance(std::string_view id) override;
  std::vector<std::string> waits_for(std::string_view id) override;

 private:
  Session& session_;
  std::string pipeline_;
};

// Outside: takes a connection for each question, so that none is held while an expression is evaluated.
class StoredInstances final : public InstanceSource {
 public:
  StoredInstances(Store& store, std::string pipeline) : store_(store), pipeline_(std::move(pipeline)) {}
  std::optional<InstanceRow> instance(std::string_view id) override;
  std::vector<std::string> waits_for(std::string_view id) override;

 private:
  Store& store_;
  std::string pipeline_;
};

// Whether runs of the component are instances of their own.
bool has_instances(const Component& component);

// The ids of the instances that stand for `target` in the run of `instance`: the one home of this choice. What guards
// the instance, or is guarded by it, is that very instance; what has the same schedule, and a resource, is the instance
// of the same scheduled start. Of another schedule it is every instance of the component that this one waits for, since
// an interval may need several of a shorter period. Whether the instances exist is not looked at. Empty: none stands
// for it.
std::vector<std::string> referred_instances(const ScheduledDefinition& scheduled, const InstanceRow& instance,
                                            const Component& target, InstanceSource& source);

}  // namespace pipexpr::service
