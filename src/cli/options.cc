// Declares commands and their options to CLI11.
#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command_context.h"

namespace cli {
namespace {

// What CLI11 shows after the name of an argument, which is its own word already.
constexpr const char* kNoWord = " ";

template <class Value>
CLI::Option& add_value(CLI::App& command, const std::string& names, Value& out, const std::string& word,
                       const std::string& help) {
  return *command.add_option(names, out, help)->option_text(word);
}

// "--object" of "-o,--object", as errors name the option.
std::string long_name(const std::string& names) { return names.substr(names.rfind(',') + 1); }

}  // namespace

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description) {
  return *app.add_subcommand(name, description);
}

void on_run(CLI::App& command, std::function<void()> run) { command.callback(std::move(run)); }

void finish_command(CLI::App& command, Session& session, std::string_view examples) {
  add_choice(command, session, "--color", session.color, {"auto", "always", "never"}, "Colors in messages");
  command.footer(std::string(examples));
}

void add_argument(CLI::App& command, const std::string& name, std::string& out, const std::string& help,
                  Presence presence) {
  add_value(command, name, out, kNoWord, help).required(presence == Presence::required);
}

void add_arguments(CLI::App& command, const std::string& name, std::vector<std::string>& out, const std::string& help) {
  CLI::Option& option = add_value(command, name, out, "...", help);
  if (help.empty()) option.group("");
}

void add_flag(CLI::App& command, const std::string& names, bool& out, const std::string& help) {
  command.add_flag(names, out, help);
}

void add_option(CLI::App& command, const std::string& names, std::string& out, const std::string& word,
                const std::string& help) {
  add_value(command, names, out, word, help);
}

void add_option(CLI::App& command, const std::string& names, std::int64_t& out, const std::string& word,
                const std::string& help) {
  add_value(command, names, out, word, help);
}

void add_repeatable(CLI::App& command, const std::string& names, std::vector<std::string>& out, const std::string& word,
                    const std::string& help) {
  add_value(command, names, out, word, help).allow_extra_args(false);
}

void add_many(CLI::App& command, const std::string& names, std::vector<std::string>& out, const std::string& word,
              const std::string& help) {
  add_value(command, names, out, word, help);
}

void add_choice(CLI::App& command, Session& session, const std::string& names, std::string& out,
                std::vector<std::string> words, const std::string& help) {
  const auto take = [words, &out](const std::string& text) -> std::string {
    if (std::find(words.begin(), words.end(), text) == words.end()) {
      return fmt::format("expected one of {}, found '{}'", fmt::join(words, ", "), text);
    }
    out = text;
    return "";
  };
  add_checked(command, names, "WORD", fmt::format("{}: {}", help, fmt::join(words, ", ")), take);
  session.choices.push_back({&command, names, std::move(words)});
}

void add_checked(CLI::App& command, const std::string& names, const std::string& word, const std::string& help,
                 TakeValue take, const std::string& group) {
  const auto read = [names, take = std::move(take)](const std::string& text) {
    const std::string error = take(text);
    if (!error.empty()) throw CLI::ValidationError(long_name(names), error);
  };
  CLI::Option* const option = command.add_option_function<std::string>(names, read, help)->option_text(word);
  if (!group.empty()) option->group(group);
}

void add_checked_values(CLI::App& command, const std::string& names, const std::string& word, const std::string& help,
                        TakeValue take) {
  const auto read = [names, take = std::move(take)](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const std::string error = take(text);
      if (!error.empty()) throw CLI::ValidationError(long_name(names), error);
    }
  };
  command.add_option_function<std::vector<std::string>>(names, read, help)->option_text(word)->allow_extra_args(false);
}

void exclude(CLI::App& command, const std::string& one, const std::string& other) {
  command.get_option(one)->excludes(command.get_option(other));
}

bool is_given(const CLI::App& command, const std::string& name) { return command.get_option(name)->count() > 0; }

std::string full_name(const CLI::App& command) {
  const CLI::App* const parent = command.get_parent();
  return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

}  // namespace cli
