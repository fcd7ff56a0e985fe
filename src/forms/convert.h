// Writes a definition in one of the service's two JSON forms.
//
//   auto loaded = forms::load_one(text, {}, {.file_name = "stack.yaml"});
//   std::string api = forms::convert(loaded->json.empty() ? text : loaded->json, forms::DefinitionFormat::api);
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::forms {

enum class DefinitionFormat {
  cli,  // {"objects": [{"id": "A", "command": "ls"}], "parameters": [...], "values": {...}}
  api,  // {"pipelineObjects": [{"id": "A", "fields": [{"key": "command", "stringValue": "ls"}]}], ...}
};

// `json` is a text that the library loads. Everything in it is kept, in its order; numbers and booleans become strings,
// as the service keeps them, and in the API's form a list of one cannot be told from a single value.
std::string convert(std::string_view json, DefinitionFormat format);

}  // namespace pipexpr::forms
