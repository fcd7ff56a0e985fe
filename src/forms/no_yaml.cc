// Stands in for read_yaml.cc where libyaml is left out.
#include "forms/document.h"

namespace pipexpr::forms {

Result<Document> read_yaml(std::string_view) {
  return error(DiagnosticCode::invalid_json, {},
               "this is YAML, and this pipexpr was built without libyaml: convert the file to JSON");
}

}  // namespace pipexpr::forms
