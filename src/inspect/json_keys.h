// What a definition does not keep of its JSON text: all keys of a field, and defaults that have no effect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>

namespace pipexpr::inspect {

// Spans of the keys of an object's field, with their quotes, in the order of the file: one as a rule, several when the
// key is repeated, and one for each value in the API's form.
std::vector<SourceSpan> key_spans(const PipelineDefinition& definition, ObjectId object, std::string_view field);

// Spans of the names under which a parameter is declared and given values, with their quotes, in the order of the file.
std::vector<SourceSpan> parameter_spans(const PipelineDefinition& definition, std::string_view id);

struct JsonString {
  SourceSpan span;
  std::string value;
};
// Defaults of parameters that have a value as well.
std::vector<JsonString> replaced_defaults(const PipelineDefinition& definition);

}  // namespace pipexpr::inspect
