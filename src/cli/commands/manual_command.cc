// pipexpr manual: the manual pages, made from the same tables as --help.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include <pipexpr/version.h>

#include "base/char_class.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"

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

void add_manual(CLI::App& app, Session& session) {
  const auto name = std::make_shared<std::string>();
  CLI::App& command = *app.add_subcommand("manual", "Print the manual page of pipexpr or of one of its commands");
  command.add_option("COMMAND", *name, "The command; pipexpr itself unless named")->option_text(" ");
  finish_command(command, session, "Examples:\n  pipexpr manual check | man -l -");
  command.callback([&app, &command, &session, name] {
    const CLI::App* const chosen = name->empty() ? &app : find_command(app, *name);
    if (chosen == nullptr) {
      session.status = usage_error(command, unknown_command(app, *name));
    } else {
      session.out.write(page(*chosen));
    }
  });
}

}  // namespace cli
