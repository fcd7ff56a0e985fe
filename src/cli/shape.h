// A rendered definition as text: JSON in the spelling that the definition came in, or a table for reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/renderer.h"

namespace cli {

struct RenderedObject {
  std::string_view id, name;
  std::vector<Rendered> fields;
};

// Whether the file is in the API's spelling ("pipelineObjects") and not in the command line's ("objects").
bool is_api_form(std::string_view json);

std::string to_json(const std::vector<RenderedObject>& objects, bool api_form);
std::string to_table(const std::vector<RenderedObject>& objects);

}  // namespace cli
