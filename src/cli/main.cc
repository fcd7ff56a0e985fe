// pipexpr: evaluates AWS Data Pipeline expressions and renders pipeline definitions, offline.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <exception>
#include <new>

#include "base/shown.h"
#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "process/interrupt.h"

namespace cli {
namespace {

constexpr auto kCommands = {add_eval,       add_render, add_check,     add_test,   add_explain,   add_diff,
#ifdef PIPEXPR_WITH_SERVICE
                            add_serve,
#endif
                            add_parameters, add_graph,  add_convert,   add_reduce, add_translate, add_rename,
                            add_evidence,   add_lsp,    add_functions, add_limits, add_codes,     add_completion,
                            add_manual,     add_help,   add_version};

constexpr std::string_view kExamples = R"(Examples:
  pipexpr eval '#{1 + 2}'
  pipexpr eval 's3://b/#{format(@scheduledStartTime, "YYYY-MM-dd")}' --at 2024-05-24T17:00:00
  pipexpr render pipeline.json --at 2024-05-24T17:00:00
  pipexpr check pipeline.json
  pipexpr explain pipeline.json --object Copy --field command --at 2024-05-24T17:00:00
  pipexpr diff old.json new.json --runs 31

Exit status: 0 fine, 1 an expression has no value, a check fails or definitions differ, 2 wrong usage, 3 a file cannot be read or written.)";

constexpr std::string_view kShort = R"(pipexpr evaluates AWS Data Pipeline expressions offline

  pipexpr eval '#{1 + 2}'          evaluate a template
  pipexpr render pipeline.json     evaluate every field of a definition
  pipexpr check pipeline.json      find its mistakes without running it
  pipexpr --help                   all commands
)";

// The command whose line was being read when parsing failed.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

// What was typed that nothing takes, and what it could have been.
std::string unexpected(const CLI::App& command, const std::string& word) {
  std::vector<std::string> candidates;
  if (word.size() > 1 && word.front() == '-') {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) candidates.push_back("--" + name);
    }
    const std::string name = word.substr(0, word.find('='));
    const std::string hint = pipexpr::base::did_you_mean(name, candidates);
    const bool is_text = hint.empty() && name.find_first_of("#{ ") != std::string::npos;
    return fmt::format("unknown option '{}'{}", name,
                       is_text ? "; write -- before a string that begins with '-'" : hint);
  }
  if (!command.get_subcommands({}).empty()) return unknown_command(command, word);
  return fmt::format("unexpected argument '{}'; a string with blanks needs quotes", word);
}

// The word that stands for a command on a line that asks for help, and is none; empty when there is no such word.
std::string misspelt_command(const CLI::App& app, int count, char** words) {
  if (!app.get_subcommands().empty()) return "";
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--color") ++i;
    if (!word.starts_with("-")) return std::string(word);
  }
  return "";
}

int parse_failure(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = innermost(app);
  const auto rest = app.remaining(true);
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (!rest.empty() && (required || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)) {
    return usage_error(command, unexpected(command, rest.front()));
  }
  // Some of the parser's own messages could say more plainly what to do.
  const std::string message = error.what();
  const std::string option = message.substr(0, message.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && option.starts_with("-")) {
    const bool repeated = message.find("At Most") != std::string::npos;
    return usage_error(command, option + (repeated ? ": can be given only once" : ": requires a value"));
  }
  if (&command == &app && required) return usage_error(command, "expected a command");
  return usage_error(command, message);
}

int run(int count, char** words) {
  Session session;
  CLI::App app("Evaluates AWS Data Pipeline expressions offline.", "pipexpr");
  app.set_help_flag("-h,--help", "Show this help and exit");
  app.set_version_flag("--version", version_text, "Show the version, the time zones, and what was built, and exit");
  app.require_subcommand(1, 1);
  finish_command(app, session, kExamples);
  for (const auto add : kCommands) add(app, session);

  if (count == 1) {
    print_error(kShort);
    return kUsage;
  }
  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp&) {
    const std::string word = misspelt_command(app, count, words);
    if (!word.empty()) return usage_error(app, unknown_command(app, word));
    session.out.write(app.help());
  } catch (const CLI::CallForVersion& version) {
    session.out.write(std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    return parse_failure(app, error);
  }
  if (!session.out.flush() && !pipexpr::process::interrupted()) {
    if (session.out.error() == EPIPE) return kClosedPipe;
    print_error(pipexpr::base::show("pipexpr: cannot write standard output: {}\n", std::strerror(session.out.error())));
    return kUnreadable;
  }
  return session.status;
}

}  // namespace
}  // namespace cli

int main(int count, char** words) {
  pipexpr::process::watch_interrupts();
  try {
    const int status = cli::run(count, words);
    if (pipexpr::process::interrupted()) pipexpr::process::die_of_interrupt();
    return status;
  } catch (const std::bad_alloc&) {
    cli::print_error("pipexpr: out of memory\n");
  } catch (const std::exception& error) {
    cli::print_error(pipexpr::base::show("pipexpr: internal error: {}; please report it\n", error.what()));
  }
  return cli::kUnreadable;
}
