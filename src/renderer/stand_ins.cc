// Makes the values that stand for runtime fields.
#include "renderer/stand_ins.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "base/runtime_fields.h"

namespace pipexpr {
namespace {

// What every run has a value for.
constexpr std::string_view kSetByItself[] = {"@id", "@componentParent", "@instanceParent", "@scheduledStartTime",
                                             "@scheduledEndTime"};

std::string stand_in_of(const base::RuntimeField& field, std::size_t number) {
  switch (field.type) {
    case SlotType::datetime: return "#{plusMinutes(@scheduledStartTime, " + std::to_string(number) + ")}";
    case SlotType::integer: return std::to_string(number + 1);
    case SlotType::reference: return "#{" + std::string(field.name) + "}";  // an id, and read as one
    default: return "#{'#{" + std::string(field.name) + "}'}";
  }
}

}  // namespace

StandIns::StandIns(const PipelineDefinition& a, const PipelineDefinition& b, std::span<const FieldOverride> given)
    : all_(given.begin(), given.end()), names_(all_) {
  std::unordered_set<std::string_view> known(std::begin(kSetByItself), std::end(kSetByItself));
  for (const FieldOverride& one : given) known.insert(one.name);
  for (const PipelineDefinition* definition : {&a, &b}) {
    for (std::size_t i = 0; i < definition->object_count(); ++i) {
      for (const auto& info : definition->fields(definition->object(i))) known.insert(info.name);
    }
  }
  std::size_t number = 0;
  for (const base::RuntimeField& field : base::runtime_fields()) {
    ++number;
    if (known.contains(field.name)) continue;
    all_.push_back({field.name, texts_.emplace_back(stand_in_of(field, number))});
    if (field.type != SlotType::datetime && field.type != SlotType::integer) names_.push_back(all_.back());
  }
}

}  // namespace pipexpr
