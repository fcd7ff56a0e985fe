// The options that select templates, and the walk over those that are selected.
#include "cli/template_selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/flags.h"
#include "cli/options.h"

namespace cli {

void add_template_selection(CLI::App& command, Flags& flags, TemplateSelection& selection,
                            const std::string& expression_help) {
  add_argument(command, "DEFINITION", flags.definition, "Pipeline definition; '-' reads it from standard input");
  add_option(command, "-o,--object", selection.object, "ID", "Only this object, with what it inherits");
  add_repeatable(command, "--field", selection.fields, "NAME", "Only this field; may be repeated");
  add_option(command, "-e,--expression", selection.expression, "TEXT", expression_help);
}

int check_template_selection(const CLI::App& command, const Flags& flags, const TemplateSelection& selection) {
  const bool has_file = is_given(command, "DEFINITION");
  if (has_file && flags.definition.empty()) {
    return usage_error(command, "DEFINITION: expected a file's name, found an empty string");
  }
  if (!has_file && selection.expression.empty()) {
    return usage_error(command, "expected a definition or --expression TEXT");
  }
  if (!selection.expression.empty() && !selection.fields.empty()) {
    return usage_error(command, "--field and --expression exclude each other");
  }
  if (!selection.fields.empty() && selection.object.empty()) {
    return usage_error(command, "--field needs the --object that it belongs to");
  }
  if (flags.definition == "-" && flags.values == "-") {
    return usage_error(command, "standard input can be read only once");
  }
  return kFine;
}

int visit_templates(const CLI::App& command, const pipexpr::PipelineDefinition& graph, pipexpr::ObjectId object,
                    const TemplateSelection& selection, const std::function<void(const SelectedTemplate&)>& visit) {
  const auto& wanted = selection.fields;
  // Own fields, and the inherited ones of an object that was asked for.
  const auto visit_object = [&](pipexpr::ObjectId owner, bool inherited) {
    std::vector<std::string> names;
    bool found = wanted.empty();
    for (const auto& field : graph.fields(owner, inherited)) {
      names.emplace_back(field.name);
      if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), field.name) == wanted.end()) continue;
      found = true;
      if (field.name.starts_with('*')) continue;
      for (std::uint32_t i = 0; i < field.field.count; ++i) {
        const pipexpr::FieldItem& item = field.field.items[i];
        if (item.form == pipexpr::FieldItem::Form::literal || !item.value.is(pipexpr::Kind::string)) continue;
        visit({owner, fmt::format("{}.{}", graph.id(owner), field.name), i, field.field.count, item.value.text()});
      }
    }
    if (found) return kFine;
    usage_error(command, fmt::format("object '{}' has no field '{}'{}", graph.id(owner), wanted[0],
                                     pipexpr::base::did_you_mean(wanted[0], names)));
    return kUsage;
  };
  if (object != pipexpr::kNoObject) return visit_object(object, true);
  // --field needs --object, so that every object has what is wanted.
  for (std::size_t i = 0; i < graph.object_count(); ++i) (void)visit_object(graph.object(i), false);
  return kFine;
}

}  // namespace cli
