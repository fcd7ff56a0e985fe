// The names of a definition's lists in the two JSON forms: that of the AWS command and that of the service's API. The
// one place that knows which name is which list.
#pragma once

#include <cstdint>
#include <string_view>

namespace pipexpr::base {

enum class DefinitionList : std::uint8_t { none, objects, parameters, values };

struct DefinitionListNames {
  DefinitionList list;
  std::string_view command, api;
};
inline constexpr DefinitionListNames kObjectList{DefinitionList::objects, "objects", "pipelineObjects"};
inline constexpr DefinitionListNames kParameterList{DefinitionList::parameters, "parameters", "parameterObjects"};
inline constexpr DefinitionListNames kValueList{DefinitionList::values, "values", "parameterValues"};

constexpr DefinitionList definition_list(std::string_view key) {
  for (const DefinitionListNames& names : {kObjectList, kParameterList, kValueList}) {
    if (key == names.command || key == names.api) return names.list;
  }
  return DefinitionList::none;
}

}  // namespace pipexpr::base
