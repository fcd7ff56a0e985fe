// OtherRuns: what fields are in the runs of another schedule that belong to a run, since an object has no instance of
// its reader's scheduled start there.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/scheduler/referred_instances.h"

namespace pipexpr::service {

class InstanceContext;

// A field's values for the engine, with what they refer to.
struct HeldField {
  std::deque<Value> values = {};
  std::vector<FieldItem> items = {};
  Diagnostics why = {};  // of what has no value
  Field field = {};
  bool keeps = true;  // whether it is the same when it is asked for again

  HeldField() = default;
  HeldField(const HeldField&) = delete;  // its members refer to each other
  HeldField& operator=(const HeldField&) = delete;

  void add(Value value, SlotType type, bool is_secret);
  void fail(Diagnostics reasons, const std::string& text = {});  // the text that they are about
};

// Belongs to one evaluation, all of whose contexts share it. An expression of another run is evaluated by itself, by
// the same options: each field once in each run.
class OtherRuns {
 public:
  // All must outlive it.
  OtherRuns(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, InstanceSource& source,
            const EvaluateOptions& options);
  ~OtherRuns();
  OtherRuns(const OtherRuns&) = delete;
  OtherRuns& operator=(const OtherRuns&) = delete;

  // The values that the object's field has in each of the runs, one after the other; a run that has the same as one
  // before it adds nothing. Nothing at all as long as one of the runs has no value: the others would not say whose it
  // is that is missing. False: the object has no such field.
  bool read(ObjectId object, const std::vector<ReferredRun>& runs, std::string_view name, HeldField& out);

 private:
  struct Known;
  struct Evaluated;

  const Evaluated& evaluate(ObjectId object, const ReferredRun& run, std::string_view name);
  const InstanceContext& context(ObjectId object, const ReferredRun& run);

  const ScheduledDefinition& scheduled_;
  const PipelineRow& pipeline_;
  InstanceSource& source_;
  EvaluateOptions options_;
  std::map<std::string, std::unique_ptr<Known>> runs_;  // by the instance's id
  std::size_t depth_ = 0;                               // of evaluations within evaluations
  std::size_t evaluations_ = 0;
};

// The diagnostic of a field that has no value because no run, or not one alone, of its object is meant.
Diagnostics no_run(std::string_view name, std::string_view object, const std::string& why);

}  // namespace pipexpr::service
