// An instance or attempt of the store as the engine's context, so that expressions see its runtime fields and those of
// the instances that it refers to.
#pragma once

#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/scheduler/referred_instances.h"
#include "service/scheduler/runtime_values.h"

namespace pipexpr::service {

// Keeps what a Run and a Context borrow. Neither copied nor moved: its members refer to each other. The rows of other
// instances are read when an expression asks for them, once, and only for names that can be runtime fields.
class InstanceContext final : public InstanceFields {
 public:
  // All must outlive it. With a precondition or alarm, `node` is the object that it belongs to. Without a source other
  // instances have no runtime fields.
  InstanceContext(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, const InstanceRow& instance,
                  const AttemptRow* attempt, InstanceSource* source);

  void set_node(ObjectId node);
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

 private:
  // What a component stands for: often one instance, none when there is none yet.
  struct Referred {
    std::vector<std::unique_ptr<RuntimeValues>> instances;
    std::map<std::string, std::vector<FieldItem>, std::less<>> lists;  // of several, by the field's name
  };

  // A precondition has an instance for each object that it guards, and the id says which.
  struct OwnId {
    std::string text;
    FieldItem item;
  };

  bool guard_id(ObjectId object, std::uint32_t attempt, Field& out) const;
  Referred& referred(ObjectId object, const Component& target) const;
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
  mutable std::exception_ptr failure_;
  ObjectId node_ = kNoObject;
  FieldItem node_item_;
  std::vector<Binding> own_fields_;
  Run run_;
};

}  // namespace pipexpr::service
