// pipexpr help and pipexpr version: what --help and --version say, for users who type words.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include <pipexpr/datetime.h>
#include <pipexpr/time_zones.h>
#include <pipexpr/version.h>

#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"

namespace cli {

std::string version_text() {
#if defined(PIPEXPR_WITH_SERVICE)
  constexpr std::string_view kFeatures = "serve";
#else
  constexpr std::string_view kFeatures = "none";
#endif
  return fmt::format("pipexpr {} (tzdata {})\ncommit: {}\nzones: {}\nfeatures: {}", pipexpr::version(),
                     pipexpr::time_zone_database_version(), kCommit, pipexpr::time_zone_database_source(), kFeatures);
}

const CLI::App* find_command(const CLI::App& app, const std::string& name) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    if (sub->get_name() == name) return sub;
  }
  return nullptr;
}

std::string unknown_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
  return fmt::format("unknown command '{}'{}", word, pipexpr::base::did_you_mean(word, names));
}

void add_help(CLI::App& app, Session& session) {
  const auto topic = std::make_shared<std::string>();
  CLI::App& command = *app.add_subcommand("help", "Show the help of a command");
  command.add_option("COMMAND", *topic, "One of the commands; without it, all are listed")->option_text(" ");
  finish_command(command, session, "Examples:\n  pipexpr help\n  pipexpr help diff");
  command.callback([&app, &command, &session, topic] {
    const CLI::App* shown = topic->empty() ? &app : find_command(app, *topic);
    if (shown == nullptr) {
      session.status = usage_error(command, unknown_command(app, *topic));
      return;
    }
    // The formatter is asked by itself: the parser shows the help of the command that was typed, which is this one.
    session.out.write(shown->get_formatter()->make_help(shown, full_name(*shown), CLI::AppFormatMode::Normal));
  });
}

void add_version(CLI::App& app, Session& session) {
  CLI::App& command = *app.add_subcommand("version", "Show the version, the time zones, and what was built");
  finish_command(command, session, "Examples:\n  pipexpr version");
  command.callback([&session] { session.out.write(version_text() + "\n"); });
}

}  // namespace cli
