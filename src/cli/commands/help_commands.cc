// pipexpr help, version and manual: what --help and --version say, for users who type words, and the manual pages, made
// from the same tables.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include <pipexpr/datetime.h>
#include <pipexpr/time_zones.h>
#include <pipexpr/version.h>

#include "base/char_class.h"
#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/options.h"

namespace cli {
namespace {

// Text for roff: nothing in it is a request or an escape, and a hyphen stays the one that is typed.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '"') {
      out += "\\(dq";
    } else {
      out += c;
    }
    line_begins = c == '\n';
  }
  return out;
}

// "pipexpr-eval" of `pipexpr eval`.
std::string page_name(const CLI::App& command) {
  std::string name = full_name(command);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

// "-o, --object", and of an argument "FILE".
std::string shown_names(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name(true, false);
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) names += (names.empty() ? "--" : ", --") + name;
  return names;
}

void write_options(std::string& out, const CLI::App& command, bool positional) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty() || option->get_positional() != positional) continue;
    out += ".TP\n.B " + roff(shown_names(*option));
    const std::string value = option->get_option_text();
    if (!positional && option->get_items_expected_max() > 0) {
      out += " \\fI" + roff(value.empty() || value == " " ? "VALUE" : value) + "\\fR";
    }
    out += "\n" + roff(option->get_description()) + "\n";
  }
}

// What the help of a command ends with: examples, then the exit status, which is that of pipexpr where none is written.
struct HelpEnd {
  std::string_view examples, exit_status;
};

HelpEnd help_end(const CLI::App& command, const std::string& footer, const std::string& usual) {
  constexpr std::string_view kExamples = "Examples:\n", kStatus = "Exit status: ";
  HelpEnd end{footer, {}};
  if (const std::size_t at = end.examples.find(kStatus); at != std::string_view::npos) {
    end.exit_status = end.examples.substr(at + kStatus.size());
    end.examples = end.examples.substr(0, at);
  } else if (command.get_parent() != nullptr) {
    end.exit_status = help_end(*command.get_parent(), usual, usual).exit_status;
  }
  if (end.examples.starts_with(kExamples)) end.examples.remove_prefix(kExamples.size());
  while (end.examples.ends_with('\n')) end.examples.remove_suffix(1);
  return end;
}

std::string page(const CLI::App& command) {
  const std::string title = page_name(command);
  const CLI::App* const parent = command.get_parent();
  const std::string upper = pipexpr::base::uppercase(title);
  std::string about = command.get_description();
  if (!about.empty() && about.back() == '.') about.pop_back();
  std::string out =
      fmt::format(".TH {} 1 \"\" \"pipexpr {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.B {}\n",
                  roff(upper), PIPEXPR_VERSION_STRING, roff(title), roff(about), roff(full_name(command)));
  out += "[\\fIOPTION\\fR]...";
  if (parent == nullptr) out += " \\fICOMMAND\\fR";
  std::string arguments, options;
  write_options(arguments, command, true);
  write_options(options, command, false);
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional() || option->get_group().empty()) continue;
    const std::string name = "\\fI" + roff(shown_names(*option)) + "\\fR";
    out += option->get_required() ? " " + name : " [" + name + "]";
    if (option->get_items_expected_max() > 1) out += "...";
  }
  out += "\n";
  if (parent == nullptr) {
    out += ".SH COMMANDS\n";
    for (const CLI::App* each : command.get_subcommands({})) {
      out += ".TP\n.B " + roff(each->get_name()) + "\n" + roff(each->get_description()) + "\n";
    }
  }
  if (!arguments.empty()) out += ".SH ARGUMENTS\n" + arguments;
  out += ".SH OPTIONS\n" + options;
  const std::string footer = command.get_footer(), usual = parent == nullptr ? footer : parent->get_footer();
  const HelpEnd end = help_end(command, footer, usual);
  out += ".SH EXIT STATUS\n" + roff(end.exit_status) + "\n";
  out += ".SH EXAMPLES\n.nf\n" + roff(end.examples) + "\n.fi\n.SH SEE ALSO\n";
  if (parent != nullptr) {
    out += ".BR " + roff(page_name(*parent)) + " (1)\n";
  } else {
    const auto all = command.get_subcommands({});
    for (const CLI::App* each : all) {
      out += ".BR " + roff(page_name(*each)) + (each == all.back() ? " (1)\n" : " (1),\n");
    }
  }
  return out;
}

}  // namespace

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
  CLI::App& command = add_command(app, "help", "Show the help of a command");
  add_argument(command, "COMMAND", *topic, "One of the commands; without it, all are listed");
  finish_command(command, session, "Examples:\n  pipexpr help\n  pipexpr help diff");
  on_run(command, [&app, &command, &session, topic] {
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
  CLI::App& command = add_command(app, "version", "Show the version, the time zones, and what was built");
  finish_command(command, session, "Examples:\n  pipexpr version");
  on_run(command, [&session] { session.out.write(version_text() + "\n"); });
}

void add_manual(CLI::App& app, Session& session) {
  const auto name = std::make_shared<std::string>();
  CLI::App& command = add_command(app, "manual", "Print the manual page of pipexpr or of one of its commands");
  add_argument(command, "COMMAND", *name, "The command; pipexpr itself unless named");
  finish_command(command, session, "Examples:\n  pipexpr manual check | man -l -");
  on_run(command, [&app, &command, &session, name] {
    const CLI::App* const chosen = name->empty() ? &app : find_command(app, *name);
    if (chosen == nullptr) {
      session.status = usage_error(command, unknown_command(app, *name));
    } else {
      session.out.write(page(*chosen));
    }
  });
}

}  // namespace cli
