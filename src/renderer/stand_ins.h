// What stands for runtime fields that have no value before the run, where two definitions are compared.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/field_override.h>

namespace pipexpr {

// A value of its kind for each runtime field that a run does not set by itself: for texts the expression that reads the
// field, for times a minute or some after the start of the run, for numbers a small one. Each field has another, so
// that to confuse two of them shows. Fields that `given` names or that an object of the definitions has written have
// none.
class StandIns {
 public:
  StandIns(const PipelineDefinition& a, const PipelineDefinition& b, std::span<const FieldOverride> given);

  // Those that were given, and the rest.
  std::span<const FieldOverride> all() const { return all_; }
  // Those of them that invent no value, to be shown: a time or a number stays the expression that reads it.
  std::span<const FieldOverride> names() const { return names_; }

 private:
  std::deque<std::string> texts_;  // what all_ refers to
  std::vector<FieldOverride> all_, names_;
};

}  // namespace pipexpr
