// Files of parameter values, in the forms that the AWS command line takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/diagnostic.h>

namespace pipexpr::forms {

using ParameterValues = std::vector<std::pair<std::string, std::string>>;

// Adds the values of {"values": {...}}, of that object alone, or of the API's list [{"id", "stringValue"}]. Returns
// what is wrong with the text; empty when it was understood.
std::string read_parameter_values(std::string_view json, ParameterValues& out);

// Where a file of values has the parameter's value, or a file of parameter objects its id. Nothing: it does not name
// it.
std::optional<SourceSpan> place_of_parameter(std::string_view json, std::string_view id);

}  // namespace pipexpr::forms
