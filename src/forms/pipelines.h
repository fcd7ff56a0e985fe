// The pipelines of a text in whatever form people keep it, as the JSON that the library loads.
//
//   auto read = forms::read(text, {.file_name = "stack.yaml"});
//   for (const auto& one : read->pipelines)
//     PipelineDefinition::load(one.json, {.source_name = "stack.yaml", .origin = one.origin});
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/result.h>
#include <pipexpr/source_map.h>

#include "forms/intrinsics.h"

namespace pipexpr::forms {

struct Request {
  std::string_view file_name;     // whose ending tells YAML from JSON where the text does not
  std::string_view pointer = {};  // JSON pointer of the definition, template or resource inside
  Values given = {};              // of parameters; those of a template take theirs
};

struct Pipeline {
  std::string pointer;                      // where it stands
  std::string json;                         // as the library loads it
  std::shared_ptr<const SourceMap> origin;  // what places of that JSON are in the text
  // How many of its texts have a ${...} for a value that the template does not tell. What is no template's text has
  // none, whatever it looks like: ${HOME} is a shell's.
  std::size_t open_texts = 0;
};

struct Reading {
  std::vector<Pipeline> pipelines;           // at least one
  std::set<std::string> taken;               // the given names that parameters of the template took
  std::vector<std::string> parameters = {};  // the names that the template's parameters have
};

// Diagnostics have their places in `text`. There are none in an error about JSON that is of no form known here: the
// library's own words about it are better.
Result<Reading> read(std::string_view text, const Request& request);

// Whether a text mentions what pipelines are made of, so that it is worth reading; cheap.
bool may_hold_pipeline(std::string_view text);

// Whether it is a template of another tool that has a pipeline, by the words in it.
bool may_hold_template(std::string_view text);

// Terraform's own language, which nothing here reads: what to do instead.
bool is_terraform_language(std::string_view file_name, std::string_view text);

}  // namespace pipexpr::forms
