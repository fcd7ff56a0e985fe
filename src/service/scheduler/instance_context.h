// An instance or attempt of the store as the engine's context, so that expressions see its runtime fields and those of
// the instances that it refers to.
#pragma once

#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/scheduler/other_runs.h"
#include "service/scheduler/referred_instances.h"
#include "service/scheduler/runtime_values.h"

namespace pipexpr::service {

// Keeps what a Run and a Context borrow. Neither copied nor moved: its members refer to each other. The rows of other
// instances are read when an expression asks for them, once, and only for names that can be runtime fields. An object
// of another schedule has the values of its runs that belong to this one.
class InstanceContext final : public InstanceFields {
 public:
  // All must outlive it. Without a source other instances have no runtime fields, and objects of another schedule those
  // of the reader's run. The options are those of the evaluation: what is read in another run is evaluated by them,
  // too. `shared` is given to a context of another run, by the one for which it is made.
  InstanceContext(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, const InstanceRow& instance,
                  const AttemptRow* attempt, InstanceSource* source, const EvaluateOptions& options = {},
                  OtherRuns* shared = nullptr);
  ~InstanceContext() override;

  void set_node(ObjectId node);        // of an alarm
  void set_guarded(ObjectId guarded);  // when the instance is a precondition's
  Context context(ObjectId object) const;

  // What `work()` returns, unless the store failed meanwhile: then that is thrown, and not what became of it.
  template <class Work>
  auto evaluate(Work work) const {
    try {
      auto result = work();
      throw_failure();
      return result;
    } catch (...) {
      throw_failure();
      throw;
    }
  }

  bool field(ObjectId object, std::uint32_t attempt, std::string_view name, Field& out) const override;

  // The values of a field that an object has, or its runs have that belong to this one, when it is of another schedule.
  Result<std::vector<FieldValue>> values(ObjectId object, const PipelineDefinition::FieldInfo& info) const;

 private:
  // What a component stands for: often one instance, none when there is none yet.
  struct Referred {
    ReferredRuns found;
    bool has_rows = false;  // `instances` have been looked for
    std::vector<std::unique_ptr<RuntimeValues>> instances;
    std::map<std::string, std::vector<FieldItem>, std::less<>> lists;       // of several, by the field's name
    std::map<std::string, std::unique_ptr<HeldField>, std::less<>> others;  // of another schedule
  };

  // A precondition has an instance for each object that it guards, and the id says which.
  struct OwnId {
    std::string text;
    FieldItem item;
  };

  const Component* component(ObjectId object) const;
  const Component* guarded_by(ObjectId object) const;
  bool guard_id(ObjectId object, std::uint32_t attempt, Field& out) const;
  bool guarded_node(ObjectId object, Field& out) const;
  bool unknown_id(const Component& precondition, std::string_view name, Field& out) const;
  Referred& referred(ObjectId object, const Component& target) const;
  const std::vector<std::unique_ptr<RuntimeValues>>& rows(Referred& target) const;
  bool runtime_field(Referred& target, std::string_view name, Field& out) const;
  bool field_elsewhere(ObjectId object, Referred& target, std::string_view name, Field& out) const;
  bool read_elsewhere(ObjectId object, const Referred& target, std::string_view name, HeldField& out) const;
  void throw_failure() const;

  const ScheduledDefinition& scheduled_;
  const PipelineRow& pipeline_;
  const InstanceRow& instance_;
  InstanceSource* source_;
  ObjectId own_object_ = kNoObject;
  RuntimeValues own_;      // of the instance
  RuntimeValues attempt_;  // of the attempt that is evaluated
  mutable std::map<ObjectId, Referred> referred_;
  mutable std::map<std::pair<ObjectId, bool>, OwnId> guard_ids_;  // by the object and whether it is the attempt
  EvaluateOptions options_;
  std::unique_ptr<OtherRuns> own_runs_;  // unless they are another context's
  OtherRuns* runs_;
  mutable std::exception_ptr failure_;
  ObjectId guarded_ = kNoObject;
  FieldItem node_item_;
  mutable FieldItem guarded_item_;
  std::vector<Binding> own_fields_;
  Run run_;
};

}  // namespace pipexpr::service
