// Loads the definitions of a text in whatever form people keep it.
//
//   for (const auto& one : forms::load(text, {.source_name = "stack.yaml"}, {.file_name = "stack.yaml"}).pipelines)
//     if (one.definition) use(*one.definition);
//
// What the library loads by itself it gets as it is; everything else becomes JSON first, and all places stay those of
// the text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>

#include "forms/pipelines.h"

namespace pipexpr::forms {

struct LoadedPipeline {
  std::string pointer;                                   // where it stands in the text; empty for the whole
  std::string json;                                      // what the library loaded; empty when that is the text itself
  LoadOptions options;                                   // with which it did
  std::shared_ptr<const PipelineDefinition> definition;  // null when it does not load
  Diagnostics why = {};                                  // then; places are in the text
  std::size_t open_texts = 0;                            // with a ${...} for a value that the template does not tell
};

struct Loading {
  std::vector<LoadedPipeline> pipelines;
  Diagnostics why = {};                      // when there are none
  std::vector<std::string> parameters = {};  // that a template takes besides those of its pipelines
};

// The values in `options` go to the template's parameters first, and what is left to those of the pipelines.
Loading load(std::string_view text, const LoadOptions& options, const Request& request);

// The only one; when there are several, a diagnostic that names them.
Result<LoadedPipeline> load_one(std::string_view text, const LoadOptions& options, const Request& request,
                                std::vector<std::string>* parameters = nullptr);

// The text with its secrets covered byte by byte, as pipexpr::cover_secrets does it for the service's JSON.
std::string cover_secrets(std::string_view text, std::string_view file_name);

}  // namespace pipexpr::forms
