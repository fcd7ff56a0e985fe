// pipexpr convert: a definition of any form, written in one of the service's two JSON forms.
#include <fmt/format.h>

#include <memory>

#include "base/shown.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/flags.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options.h"
#include "forms/convert.h"
#include "forms/load.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr convert stack.yaml --to cli
  pipexpr convert main.tf.json --to api --output definition.json
  pipexpr convert stack.yaml --to cli --parameter Bucket=example-raw

'cli' is the form that 'aws datapipeline put-pipeline-definition' takes, 'api' that of the service's requests. The file may
be either of them, or what pipexpr loads besides: CloudFormation, cdk synth, Terraform's JSON, YAML, JSON with comments.
Values of a template's parameters come from --parameter and the template's defaults; what nothing tells stays as ${Name},
and a note says so. Expressions are not evaluated, and secrets stay as they are in the file.)";

struct ConvertRequest {
  Flags flags;
  std::string to, output;
};

int run(const CLI::App& command, Session& session, ConvertRequest& request) {
  if (request.to.empty()) return usage_error(command, "--to is required: cli or api");
  if (const int status = check_output(command, request.output, request.flags); status != kFine) return status;
  if (const int status = finish_parameters(command, request.flags); status != kFine) return status;
  const std::string& path = request.flags.definition;
  const std::string_view name = shown_name(path);
  const File file = read_file(path, request.flags.limits.max_definition_bytes);
  if (!file.problem.empty()) return unreadable(command, fmt::format("cannot read '{}': {}", name, file.problem));
  const pipexpr::LoadOptions options{.source_name = std::string(name),
                                     .limits = request.flags.limits,
                                     .parameter_values = request.flags.parameter_values};
  const auto loaded =
      pipexpr::forms::load_one(file.view(), options, {.file_name = path, .pointer = request.flags.pointer});
  if (!loaded) {
    session.print_diagnostics(loaded.error(), name, file.view());
    return kUnreadable;
  }
  const std::string_view json = loaded->json.empty() ? file.view() : std::string_view(loaded->json);
  const std::string made = pipexpr::forms::convert(
      json, request.to == "api" ? pipexpr::forms::DefinitionFormat::api : pipexpr::forms::DefinitionFormat::cli);
  if (request.output.empty()) {
    session.out.write(made);
    session.out.flush();  // before the note, when both go to one terminal
  } else if (const std::string problem = write_file(request.output, made); !problem.empty()) {
    return unreadable(command, fmt::format("cannot write '{}': {}", request.output, problem));
  }
  if (const std::size_t open = loaded->open_texts; open != 0) {
    print_error(pipexpr::base::show("{}: note: {} ${{...}}, for which there is no value here\n", name,
                                    open == 1 ? "1 text has" : fmt::format("{} texts have", open)));
  }
  return kFine;
}

}  // namespace

void add_convert(CLI::App& app, Session& session) {
  const auto request = std::make_shared<ConvertRequest>();
  CLI::App& command = add_command(app, "convert", "Write a definition in one of the service's JSON forms");
  add_argument(command, "FILE", request->flags.definition, "The definition, in any form; '-' is standard input",
               Presence::required);
  add_choice(command, session, "--to", request->to, {"cli", "api"}, "The form to write");
  add_repeatable(command, "--parameter", request->flags.parameters, "NAME=VALUE",
                 "Value of a parameter of a template; may be repeated");
  add_option(command, "--at-pointer", request->flags.pointer, "POINTER", "JSON pointer of the definition in its file");
  add_option(command, "--output", request->output, "FILE", "Write to a file, in one step");
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
