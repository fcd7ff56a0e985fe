// The fields of an object that can tell two definitions apart, without those that are alike on both sides and cannot
// fail.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include <pipexpr/definition.h>

#include "renderer/equal_fields.h"

namespace pipexpr {

// In a chain of parents each object inherits the fields of all before it. The fields of an object are therefore made
// from those of its parent, of which most tell nothing and are gone by then.
class TellingFields {
 public:
  using Fields = std::vector<PipelineDefinition::FieldInfo>;

  // `alike` is nullptr where all fields are wanted.
  TellingFields(const PipelineDefinition& definition, const EqualFields* alike)
      : definition_(definition), alike_(alike) {}

  // Own and inherited ones, in the order of PipelineDefinition::fields().
  std::shared_ptr<const Fields> of(ObjectId object);

 private:
  std::shared_ptr<const Fields> made(ObjectId object, const std::shared_ptr<const Fields>& of_parent) const;
  ObjectId parent_of(ObjectId object) const;

  const PipelineDefinition& definition_;
  const EqualFields* const alike_;
  std::unordered_map<ObjectId, std::shared_ptr<const Fields>> known_;  // nullptr: too many to be kept
};

}  // namespace pipexpr
