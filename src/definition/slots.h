// What the documentation says of object types: the type of each field's slot, which have instances, who has a node.
#pragma once

#include <string_view>

#include <pipexpr/value.h>

namespace pipexpr::definition {

// False for an object type that the documentation does not know.
bool is_documented(std::string_view object_type);

// Whether objects of the type have an instance in every run. Unknown types are taken to have.
bool has_instances(std::string_view object_type);

// How other objects refer to an object that has a node.
enum class NodeRole : std::uint8_t { none, action, precondition };
NodeRole node_role(std::string_view object_type);
// The role that a field refers to: onFail and the like, precondition.
NodeRole role_of_field(std::string_view field);

}  // namespace pipexpr::definition
