// What the documentation says of object types: the type of each field's slot, which have instances, which have a node.
#pragma once

#include <functional>
#include <string_view>

#include <pipexpr/value.h>

namespace pipexpr::definition {

// False for an object type that the documentation does not know.
bool is_documented(std::string_view object_type);

// Whether objects of the type have an instance in every run. Unknown types are taken to have.
bool has_instances(std::string_view object_type);

// Whether the documentation lists `@status` for the type, as for all that the service keeps a state of in a run.
bool has_status(std::string_view object_type);

// What an object type's documentation says of a field.
enum class SlotUse : std::uint8_t {
  none,  // nothing
  optional,
  required,
  one_of,   // one of a group is required
  runtime,  // set by the service
};
// "required", "one of a group is required", "set by the service"; "optional" for all else.
std::string_view slot_use_name(SlotUse use);
SlotUse slot_use(std::string_view object_type, std::string_view field);
// Whether only the service sets the field of such an object: a name with `@`, or another runtime field, unless the type
// needs a field of that name, as an HttpProxy needs a `hostname`.
bool is_set_by_service(std::string_view object_type, std::string_view field);
// The documented fields of a type, in order.
void each_slot(std::string_view object_type,
               const std::function<void(std::string_view field, SlotType type, SlotUse use)>& visit);
// Every documented type, in order.
void each_type(const std::function<void(std::string_view type)>& visit);

// How other objects refer to an object that has a node.
enum class NodeRole : std::uint8_t { none, action, precondition };
NodeRole node_role(std::string_view object_type);
// The role that a field refers to: onFail and the like, precondition.
NodeRole role_of_field(std::string_view field);

}  // namespace pipexpr::definition
