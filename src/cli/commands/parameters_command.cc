// pipexpr parameters: what a definition can be given, where each value comes from, and what reads it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <pipexpr/field.h>
#include <pipexpr/references.h>
#include <pipexpr/secret_mask.h>

#include "base/display_width.h"
#include "base/json_writer.h"
#include "base/shown.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr parameters pipeline.json
  pipexpr parameters pipeline.json --values values.json
  pipexpr parameters pipeline.json --format values > values.json

Every parameter with its type, its value and where that is from, and the fields that read it: given on the command line or
by --values, in the file under "values", or the default. Parameters that are read and declared nowhere are listed, too.
Secrets, whose names begin with '*', show as ********. --format values writes a file for --values and for AWS's own
command, to be filled in: values that there are, and "" for each that is missing; secrets are left empty.)";

struct ParametersRequest {
  Flags flags;
  std::string format = "text";
};

struct Row {
  std::string id, type, from;
  std::vector<std::string> values, uses;
  bool declared = false, optional = false, is_array = false;

  bool is_secret() const { return id.starts_with('*'); }
  bool is_missing() const { return values.empty() || (values.size() == 1 && values[0].empty()); }
};

std::string_view source_name(pipexpr::PipelineDefinition::ParameterInfo::Source source) {
  using Source = pipexpr::PipelineDefinition::ParameterInfo::Source;
  switch (source) {
    case Source::default_value: return "default";
    case Source::file: return "file";
    case Source::override_value: return "given";
    case Source::none: break;
  }
  return "none";
}

std::vector<Row> rows_of(const pipexpr::PipelineDefinition& graph) {
  using Target = pipexpr::ReferenceTarget;
  std::map<std::string, std::vector<std::string>> uses;
  std::set<std::string> undeclared;
  for (const pipexpr::DefinitionReference& use : pipexpr::references_of(graph)) {
    if (use.kind != pipexpr::DefinitionReference::Kind::name) continue;
    const auto leads_to = [&](Target::Kind kind) {
      return std::any_of(use.targets.begin(), use.targets.end(),
                         [&](const Target& target) { return target.kind == kind; });
    };
    const bool is_missing =
        leads_to(Target::Kind::nothing) && (use.name.starts_with("my") || use.name.starts_with("*my"));
    if (!leads_to(Target::Kind::parameter) && !is_missing) continue;
    if (is_missing) undeclared.insert(use.name);
    std::string place =
        use.object == pipexpr::kNoObject ? use.field : fmt::format("{}.{}", graph.id(use.object), use.field);
    std::vector<std::string>& places = uses[use.name];
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(std::move(place));
  }
  std::vector<Row> rows;
  for (const auto& info : graph.parameters()) {
    Row& row = rows.emplace_back();
    row.id = info.id;
    row.type = info.type_text;
    row.from = source_name(info.source);
    row.declared = info.declared;
    row.optional = info.optional;
    row.is_array = info.is_array;
    for (std::uint32_t k = 0; k < info.value.count; ++k)
      row.values.push_back(pipexpr::written_item(graph, info.value, k).to_text());
    row.uses = uses[row.id];
    undeclared.erase(row.id);
  }
  for (const std::string& id : undeclared) {
    Row& row = rows.emplace_back();
    row.id = id;
    row.from = "none";
    row.uses = uses[id];
  }
  return rows;
}

std::string shown_value(const Row& row) {
  if (row.values.empty()) return row.optional ? "(optional)" : "(no value)";
  if (row.is_secret()) return std::string(pipexpr::SecretMask::kShown);
  if (row.values.size() > 1 || row.is_array) return fmt::format("[{}]", fmt::join(row.values, ", "));
  return row.values[0].empty() ? "\"\"" : row.values[0];
}

std::string shown_uses(const Row& row) {
  constexpr std::size_t kMaxUses = 3;
  if (row.uses.empty()) return "not used";
  std::vector<std::string> named(row.uses.begin(),
                                 row.uses.begin() + static_cast<std::ptrdiff_t>(std::min(kMaxUses, row.uses.size())));
  const std::size_t more = row.uses.size() - named.size();
  return fmt::format("{}{}", fmt::join(named, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

// A line each, in columns.
std::string as_table(const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> cells = {{"PARAMETER", "TYPE", "FROM", "VALUE", "USED BY"}};
  for (const Row& row : rows) {
    cells.push_back({row.id, row.type.empty() ? (row.declared ? "String" : "undeclared") : row.type, row.from,
                     shown_value(row), shown_uses(row)});
  }
  std::vector<std::size_t> widths(cells[0].size());
  for (std::vector<std::string>& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      line[i] = pipexpr::base::shown(line[i]);
      widths[i] = std::max(widths[i], pipexpr::base::display_width(line[i]));
    }
  }
  std::string out;
  for (const std::vector<std::string>& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      out += line[i];
      if (i + 1 < line.size()) out.append(widths[i] - pipexpr::base::display_width(line[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string as_json(const std::vector<Row>& rows) {
  pipexpr::base::JsonWriter json;
  json.StartObject();
  json.key("parameters");
  json.StartArray();
  for (const Row& row : rows) {
    json.StartObject();
    json.member("id", row.id);
    if (!row.type.empty()) json.member("type", row.type);
    json.key("declared");
    json.Bool(row.declared);
    json.key("optional");
    json.Bool(row.optional);
    json.member("from", row.from);
    json.member("values", row.is_secret() && !row.values.empty()
                              ? std::vector<std::string>{std::string(pipexpr::SecretMask::kShown)}
                              : row.values);
    json.member("uses", row.uses);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return std::string(json.view()) + "\n";
}

// A name of a JSON object, or a text, as JSON.
std::string json_text(std::string_view text) {
  pipexpr::base::JsonWriter json;
  json.text(text);
  return std::string(json.view());
}

std::string as_values(const std::vector<Row>& rows) {
  std::string out = "{\n  \"values\": {";
  bool first = true;
  for (const Row& row : rows) {
    if (row.values.empty() && row.optional) continue;
    std::vector<std::string> values;
    for (const std::string& one : row.values) values.push_back(json_text(one));
    const bool is_list = row.values.size() > 1 || (row.is_array && !row.values.empty());
    const std::string value = row.is_secret() || row.is_missing() ? "\"\""
                              : is_list                           ? fmt::format("[{}]", fmt::join(values, ", "))
                                                                  : values[0];
    out += fmt::format("{}\n    {}: {}", first ? "" : ",", json_text(row.id), value);
    first = false;
  }
  return out + (first ? "}\n}\n" : "\n  }\n}\n");
}

int run(const CLI::App& command, Session& session, ParametersRequest& request) {
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  Definitions definitions(request.flags);
  const Loaded& loaded = definitions.get(request.flags.definition, request.flags.parameter_values);
  if (!loaded.graph) return say_unloaded(command, session, loaded);
  const std::vector<Row> rows = rows_of(*loaded.graph);
  session.out.write(request.format == "json"     ? as_json(rows)
                    : request.format == "values" ? as_values(rows)
                    : rows.empty()               ? "the definition has no parameters\n"
                                                 : as_table(rows));
  return kFine;
}

}  // namespace

void add_parameters(CLI::App& app, Session& session) {
  const auto request = std::make_shared<ParametersRequest>();
  CLI::App& command = add_command(app, "parameters", "List the parameters of a definition, or write a values file");
  add_argument(command, "DEFINITION", request->flags.definition,
               "Pipeline definition; '-' reads it from standard input", Presence::required);
  add_parameter_flags(command, request->flags);
  add_choice(command, session, "--format", request->format, {"text", "json", "values"}, "Form of the output");
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
