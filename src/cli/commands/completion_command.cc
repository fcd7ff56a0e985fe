// pipexpr completion: what a shell needs to complete command lines, made from the commands themselves.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include <pipexpr/function_registry.h>

#include "cli/command_context.h"
#include "cli/commands/commands.h"

namespace cli {
namespace {

std::string option_names(const CLI::App& command) {
  std::string names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_snames()) names += "-" + name + " ";
    for (const std::string& name : option->get_lnames()) names += "--" + name + " ";
  }
  if (!names.empty()) names.pop_back();
  return names;
}

// Words for options that take a few; options and commands by their names; file names for everything else.
std::string bash(const CLI::App& app, const Session& session) {
  std::string options, values, commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands += (commands.empty() ? "" : " ") + command->get_name();
    fmt::format_to(std::back_inserter(options), "    {}) options='{}' ;;\n", command->get_name(),
                   option_names(*command));
  }
  for (const Session::Choice& choice : session.choices) {
    const std::string name = choice.command == &app ? "*" : choice.command->get_name();
    fmt::format_to(std::back_inserter(values), "    {},{}) words='{}' ;;\n", name, choice.option,
                   fmt::join(choice.words, " "));
  }
  std::string functions;
  for (const auto& function : pipexpr::FunctionRegistry::standard().all()) functions += " " + function->name;
  return fmt::format(R"(# Completion of pipexpr for bash. Load it with: source <(pipexpr completion bash)
_pipexpr() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command=${{COMP_WORDS[1]}}
  local options='{}' words=
  case $command in
{}  esac
  case $command,$previous in
{}    *)
      if [[ $current == -* ]]; then
        words=$options
      elif ((COMP_CWORD == 1)); then
        words='{}'
      elif [[ $command == functions ]]; then
        words='{}'
      elif [[ $command == completion ]]; then
        words=bash
      fi
      ;;
  esac
  COMPREPLY=()
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}}
complete -o default -F _pipexpr pipexpr
)",
                     option_names(app), options, values, commands, functions.substr(1));
}

}  // namespace

void add_completion(CLI::App& app, Session& session) {
  const auto shell = std::make_shared<std::string>();
  CLI::App& command = *app.add_subcommand("completion", "Print a script that completes command lines in a shell");
  command.add_option("SHELL", *shell, "bash")->option_text(" ")->required();
  finish_command(command, session, "Examples:\n  source <(pipexpr completion bash)");
  command.callback([&app, &command, &session, shell] {
    if (*shell != "bash") {
      session.status = usage_error(command, fmt::format("expected bash, found '{}'", *shell));
    } else {
      session.out.write(bash(app, session));
    }
  });
}

}  // namespace cli
