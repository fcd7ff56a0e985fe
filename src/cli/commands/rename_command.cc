// pipexpr rename: another name for an object, a field or a parameter, everywhere in a definition.
#include <fmt/format.h>

#include <memory>

#include <pipexpr/pipexpr.h>

#include "base/shown.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/io/input.h"
#include "cli/io/output.h"
#include "cli/options.h"
#include "forms/load.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr rename pipeline.json --object Copy=CopyOrders
  pipexpr rename pipeline.json --field Copy.myPath=myFolder --write
  pipexpr rename pipeline.json --parameter myBucket=myRawBucket

The renamed definition goes to standard output, or with --write into the file; all other bytes stay as they are. What would
collide, or change what a name stands for, is refused and nothing is written.)";

struct RenameRequest {
  std::string path, object, field, parameter;
  bool write = false;
};

// OLD=NEW; the old name may be any text without '='.
bool split(const std::string& word, std::string& from, std::string& to) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == word.size()) return false;
  from = word.substr(0, equals);
  to = word.substr(equals + 1);
  return true;
}

int run(const CLI::App& command, Session& session, const RenameRequest& request) {
  const int chosen = !request.object.empty() + !request.field.empty() + !request.parameter.empty();
  if (chosen != 1) return usage_error(command, "expected one of --object, --field and --parameter");
  if (request.write && request.path == "-") return usage_error(command, "--write: standard input cannot be changed");
  std::string from, to, owner;
  if (!request.object.empty() && !split(request.object, from, to)) {
    return usage_error(command, fmt::format("--object: expected OLD=NEW, found '{}'", request.object));
  }
  if (!request.parameter.empty() && !split(request.parameter, from, to)) {
    return usage_error(command, fmt::format("--parameter: expected OLD=NEW, found '{}'", request.parameter));
  }
  if (!request.field.empty()) {
    const bool good = split(request.field, from, to);
    const std::size_t dot = from.rfind('.');
    if (!good || dot == 0 || dot == std::string::npos || dot + 1 == from.size()) {
      return usage_error(command, fmt::format("--field: expected OBJECT.OLD=NEW, found '{}'", request.field));
    }
    owner = from.substr(0, dot);
    from.erase(0, dot + 1);
  }
  const File file = read_file(request.path, pipexpr::Limits().max_definition_bytes);
  const std::string_view name = shown_name(request.path);
  if (!file.problem.empty()) return unreadable(command, fmt::format("cannot read '{}': {}", name, file.problem));
  const auto print_errors = [&](const pipexpr::Diagnostics& why) { session.print_diagnostics(why, name, file.view()); };
  const auto definition = pipexpr::PipelineDefinition::load(file.view(), {.source_name = std::string(name)});
  if (!definition && !pipexpr::forms::load(file.view(), {}, {.file_name = request.path}).pipelines.empty()) {
    return unreadable(command, fmt::format("'{}' is of another form, and names are changed in the service's own JSON: "
                                           "write that with 'pipexpr convert'",
                                           name));
  }
  if (!definition) {
    print_errors(definition.error());
    return kUnreadable;
  }
  const auto edits = !request.object.empty()  ? pipexpr::rename_object(**definition, from, to)
                     : !request.field.empty() ? pipexpr::rename_field(**definition, owner, from, to)
                                              : pipexpr::rename_parameter(**definition, from, to);
  if (!edits) {
    print_errors(edits.error());
    return kFailed;
  }
  const std::string renamed = pipexpr::apply_edits(file.view(), *edits);
  if (!request.write) {
    session.out.write(renamed);
    return kFine;
  }
  const std::string problem = rewrite_file(request.path, renamed);
  if (!problem.empty()) return unreadable(command, fmt::format("cannot write '{}': {}", name, problem));
  session.out.write(
      pipexpr::base::show("{}: {} {} changed\n", name, edits->size(), edits->size() == 1 ? "place" : "places"));
  return kFine;
}

}  // namespace

void add_rename(CLI::App& app, Session& session) {
  const auto request = std::make_shared<RenameRequest>();
  CLI::App& command = add_command(app, "rename", "Rename an object, field or parameter everywhere in a definition");
  add_argument(command, "FILE", request->path, "The definition; '-' is standard input", Presence::required);
  add_option(command, "-o,--object", request->object, "OLD=NEW", "The object's id and the new one");
  add_option(command, "--field", request->field, "OBJECT.OLD=NEW",
             "A field that is written in that object, and its new name");
  add_option(command, "--parameter", request->parameter, "OLD=NEW", "The parameter's id and the new one");
  add_flag(command, "--write", request->write, "Change the file");
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
