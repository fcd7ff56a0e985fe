// Which templates reduce and translate are about: the texts with expressions of a definition's fields, or one template.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>

namespace CLI {
class App;
}

namespace cli {

struct Flags;

struct TemplateSelection {
  std::string object;               // with what it inherits; empty: all objects, with their own fields
  std::string expression;           // a template instead of fields
  std::vector<std::string> fields;  // of the object; empty: all of them
};

// DEFINITION, --object, --field and --expression.
void add_template_selection(CLI::App& command, Flags& flags, TemplateSelection& selection,
                            const std::string& expression_help);

// Whether those options fit together. Prints what is wrong; kFine, or the status to end with.
int check_template_selection(const CLI::App& command, const Flags& flags, const TemplateSelection& selection);

struct SelectedTemplate {
  pipexpr::ObjectId object = pipexpr::kNoObject;
  std::string name;         // Copy.command
  std::uint32_t item = 0;   // of the field's values
  std::uint32_t count = 1;  // how many values the field has
  std::string_view text;
};

// Calls `visit` for each selected text of `object`, or of all objects for kNoObject. Secret fields are left out. Prints
// when the object has none of the fields; kFine, or the status to end with.
int visit_templates(const CLI::App& command, const pipexpr::PipelineDefinition& graph, pipexpr::ObjectId object,
                    const TemplateSelection& selection, const std::function<void(const SelectedTemplate&)>& visit);

}  // namespace cli
