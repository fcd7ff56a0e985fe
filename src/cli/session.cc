#include "cli/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace cli {

bool Session::color_errors() const {
  if (color != "auto") return color == "always";
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  return ::isatty(STDERR_FILENO) == 1 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

void finish_command(CLI::App& command, Session& session, std::string_view examples) {
  command.add_option("--color", session.color, "Colours in messages: auto, always or never")
      ->option_text("WHEN")
      ->check(
          CLI::IsMember({"auto", "always", "never"}, [](std::string text) { return text; }).description(""));
  command.footer(std::string(examples));
}

std::string full_name(const CLI::App& command) {
  const CLI::App* const parent = command.get_parent();
  return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

int usage_error(const CLI::App& command, std::string_view message) {
  const std::string name = full_name(command);
  complain(fmt::format("{0}: {1}\ntry '{0} --help'\n", name, message));
  return kUsage;
}

int unreadable(const CLI::App& command, std::string_view message) {
  complain(fmt::format("{}: {}\n", full_name(command), message));
  return kUnreadable;
}

}  // namespace cli
