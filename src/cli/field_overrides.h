// Fields of the current object that were given by name: --set, and "fields" of a request.
#pragma once

#include <string_view>

#include <pipexpr/field_override.h>

namespace cli {

// One value of a field, as given. Views belong to whoever gave them.
using Given = pipexpr::FieldOverride;
// The values as the engine takes them.
using Bindings = pipexpr::FieldOverrides;

// NAME=VALUE of a flag; VALUE may be {"ref": "ID"}. False: there is no '=' or no name before it.
bool split_assignment(std::string_view word, Given& out);

}  // namespace cli
