// pipexpr functions, limits and codes: the library's tables.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <pipexpr/pipexpr.h>

#include "base/json_writer.h"
#include "base/shown.h"
#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/options.h"

namespace cli {
namespace {

struct Choice {
  std::string name;
  std::string format = "text";
};

void add_format(CLI::App& command, Session& session, Choice& choice) {
  add_choice(command, session, "--format", choice.format, {"text", "json"}, "Form of the output");
}

using Rows = std::vector<std::pair<std::string, std::string>>;

// Two columns, the first as wide as its widest entry.
std::string columns(const Rows& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  std::string out;
  for (const auto& row : rows) fmt::format_to(std::back_inserter(out), "{:<{}}  {}\n", row.first, width, row.second);
  return out;
}

std::string word(pipexpr::Kind kind) {
  const std::string_view name = pipexpr::kind_name(kind);
  return std::string(name.substr(name.find(' ') + 1));
}

void write_function(pipexpr::base::JsonWriter& json, const pipexpr::FunctionSpec& function) {
  json.StartObject();
  json.member("name", function.name);
  json.member("signature", signature(function));
  json.key("parameters");
  json.StartArray();
  for (const pipexpr::Parameter& parameter : function.parameters) {
    json.StartObject();
    json.member("name", parameter.name);
    json.member("kind", word(parameter.kind));
    json.EndObject();
  }
  json.EndArray();
  json.member("result", word(function.result));
  json.member("description", function.description);
  json.EndObject();
}

int list_functions(const CLI::App& command, Session& session, const Choice& choice) {
  const auto all = pipexpr::FunctionRegistry::standard().all();
  std::vector<std::shared_ptr<const pipexpr::FunctionSpec>> chosen(all.begin(), all.end());
  if (!choice.name.empty()) {
    const auto one = pipexpr::FunctionRegistry::standard().find(choice.name);
    if (!one) {
      std::vector<std::string> names;
      for (const auto& function : all) names.push_back(function->name);
      return usage_error(command, fmt::format("there is no function '{}'{}", choice.name,
                                              pipexpr::base::did_you_mean(choice.name, names)));
    }
    chosen = {one};
  }
  if (choice.format == "json") {
    pipexpr::base::JsonWriter json;
    json.StartArray();
    for (const auto& function : chosen) write_function(json, *function);
    json.EndArray();
    session.out.write(json.view());
    session.out.write("\n");
    return kFine;
  }
  Rows rows;
  for (const auto& function : chosen) rows.emplace_back(signature(*function), function->description);
  session.out.write(columns(rows));
  return kFine;
}

int list_limits(Session& session, const Choice& choice) {
  if (choice.format == "json") {
    pipexpr::base::JsonWriter json;
    json.StartArray();
    for (const pipexpr::LimitInfo& row : pipexpr::limits()) {
      json.StartObject();
      json.member("name", row.name);
      json.member("default", row.default_value);
      json.member("ceiling", row.ceiling);
      json.member("unit", row.unit);
      json.member("reason", row.description);
      json.EndObject();
    }
    json.EndArray();
    session.out.write(json.view());
    session.out.write("\n");
    return kFine;
  }
  std::string out = fmt::format("{:<21}{:>11}{:>12}  {}\n", "limit", "default", "ceiling", "unit: reason");
  for (const pipexpr::LimitInfo& row : pipexpr::limits()) {
    fmt::format_to(std::back_inserter(out), "{:<21}{:>11}{:>12}  {}: {}\n", row.name, row.default_value, row.ceiling,
                   row.unit, row.description);
  }
  session.out.write(out);
  return kFine;
}

// A message's gaps as '...', and its doubled braces as single ones.
std::string readable(std::string_view message) {
  std::string out;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    const bool brace = c == '{' || c == '}';
    if (brace && i + 1 < message.size() && message[i + 1] == c) {
      out += c;
      ++i;
    } else if (c == '{') {
      out += "...";
      i = message.find('}', i);
    } else {
      out += c;
    }
  }
  return out;
}

int list_codes(Session& session, const Choice& choice) {
  const auto codes = pipexpr::codes();
  if (choice.format == "json") {
    pipexpr::base::JsonWriter json;
    json.StartArray();
    for (const pipexpr::DiagnosticCode code : codes) {
      json.StartObject();
      json.member("code", code_id(code));
      json.member("name", code_name(code));
      json.member("message", code_description(code));
      json.EndObject();
    }
    json.EndArray();
    session.out.write(json.view());
    session.out.write("\n");
    return kFine;
  }
  for (const pipexpr::DiagnosticCode code : codes) {
    session.out.write(
        pipexpr::base::show("{}  {:<28}  {}\n", code_id(code), code_name(code), readable(code_description(code))));
  }
  return kFine;
}

}  // namespace

void add_functions(CLI::App& app, Session& session) {
  const auto choice = std::make_shared<Choice>();
  CLI::App& command = add_command(app, "functions", "List the functions that expressions can call");
  add_argument(command, "NAME", choice->name, "Only this function");
  add_format(command, session, *choice);
  finish_command(command, session, "Examples:\n  pipexpr functions\n  pipexpr functions format");
  on_run(command, [&command, &session, choice] { session.status = list_functions(command, session, *choice); });
}

void add_limits(CLI::App& app, Session& session) {
  const auto choice = std::make_shared<Choice>();
  CLI::App& command = add_command(app, "limits", "List the limits of the engine");
  add_format(command, session, *choice);
  finish_command(command, session,
                 "Each can be set with its flag: max_steps with 'pipexpr eval --max-steps N'.\n"
                 "Examples:\n  pipexpr limits");
  on_run(command, [&session, choice] { session.status = list_limits(session, *choice); });
}

void add_codes(CLI::App& app, Session& session) {
  const auto choice = std::make_shared<Choice>();
  CLI::App& command = add_command(app, "codes", "List the codes of error messages");
  add_format(command, session, *choice);
  finish_command(command, session, "Examples:\n  pipexpr codes\n  pipexpr codes --format json");
  on_run(command, [&session, choice] { session.status = list_codes(session, *choice); });
}

}  // namespace cli
