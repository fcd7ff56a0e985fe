// Values of fields as messages show them: ******** in place of one in which a secret takes part.
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/definition.h>
#include <pipexpr/options.h>

namespace pipexpr::definition {

// Whether a secret, a field or parameter whose name begins with `*`, is read for the field's value.
bool takes_secret(const PipelineDefinition& graph, ObjectId object, const Field& field, const EvaluateOptions& options);

// What was found in the field, for a message that refuses it.
std::string shown_value(const PipelineDefinition& graph, ObjectId object, const Field& field, std::string_view found,
                        const EvaluateOptions& options);

}  // namespace pipexpr::definition
