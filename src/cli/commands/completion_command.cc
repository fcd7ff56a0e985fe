// pipexpr completion: scripts that complete command lines in a shell, and the words they ask the command for.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include <pipexpr/function_registry.h>

#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/flags.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"

namespace cli {
namespace {

using Words = std::vector<std::string>;

// Each script asks `pipexpr completion words` with the words so far, the last of them unfinished, and offers file names
// when there is no answer.
constexpr std::string_view kBash =
    R"sh(# Completion of pipexpr for bash. Load it with: source <(pipexpr completion bash)
_pipexpr() {
  local words=("${COMP_WORDS[@]:0:COMP_CWORD + 1}")
  local i
  mapfile -t COMPREPLY < <("${words[0]}" completion words -- "${words[@]}" 2>/dev/null)
  for i in "${!COMPREPLY[@]}"; do printf -v "COMPREPLY[i]" %q "${COMPREPLY[i]}"; done
}
complete -o default -F _pipexpr pipexpr
)sh";

constexpr std::string_view kZsh = R"sh(#compdef pipexpr
# Completion of pipexpr for zsh. Load it with: source <(pipexpr completion zsh)
_pipexpr() {
  local -a answers
  answers=("${(@f)$("${words[1]}" completion words -- "${(@)words[1,CURRENT]}" 2>/dev/null)}")
  answers=("${(@)answers:#}")
  if (( ${#answers} )); then
    compadd -a answers
  else
    _files
  fi
}
# As a file of its own it is the function's body; loaded by source it tells zsh of the function.
if [[ ${funcstack[1]} == _pipexpr ]]; then
  _pipexpr "$@"
else
  compdef _pipexpr pipexpr
fi
)sh";

constexpr std::string_view kFish = R"sh(# Completion of pipexpr for fish. Load it with: pipexpr completion fish | source
function __pipexpr_answers
    set -l words (commandline -opc) (commandline -ct)
    $words[1] completion words -- $words 2>/dev/null
end
complete -c pipexpr -f -a '(__pipexpr_answers)'
complete -c pipexpr -n 'test -z "$(__pipexpr_answers)"' -F
)sh";

Words option_names(const CLI::App& command) {
  Words names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

bool takes_value(const CLI::App& command, const std::string& word) {
  const CLI::Option* const option = command.get_option_no_throw(word);
  return option != nullptr && option->get_items_expected_max() > 0;
}

// The words of a command line, options apart from their values: `--at=x` is two words, and so are the three that bash
// makes of it. What stood before the unfinished word's value is given back with each answer.
Words separate_words(const Words& words, std::string& before_value) {
  Words separated;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool is_last = i + 1 == words.size();
    const std::size_t equals = word.find('=');
    if (word == "=") {
      if (is_last) separated.emplace_back();
    } else if (word.starts_with("--") && equals != std::string::npos) {
      separated.push_back(word.substr(0, equals));
      separated.push_back(word.substr(equals + 1));
      if (is_last) before_value = word.substr(0, equals + 1);
    } else {
      separated.push_back(word);
    }
  }
  return separated;
}

// The value of an option that is on the command line already.
std::string value_of(const Words& words, std::string_view option) {
  for (std::size_t i = 2; i + 2 < words.size(); ++i) {
    if (words[i] == option) return words[i + 1];
  }
  return {};
}

// Ids of objects, or names of fields, of the first definition that the command line names.
Words from_definition(const CLI::App& command, const Words& words, bool fields) {
  Words paths = {value_of(words, "--definition")};
  for (std::size_t i = 2; i + 1 < words.size(); ++i) {
    if (words[i].starts_with("-")) {
      if (takes_value(command, words[i])) ++i;
    } else {
      paths.push_back(words[i]);
    }
  }
  const Flags flags;
  Definitions definitions(flags);
  for (const std::string& path : paths) {
    std::error_code error;  // a pipe or a terminal would be read for ever
    if (!std::filesystem::is_regular_file(path, error)) continue;
    const Loaded& loaded = definitions.get(path, {});
    if (loaded.graph == nullptr) continue;
    if (!fields) return loaded.ids();
    const std::string object = value_of(words, "--object");
    return loaded.field_names(object.empty() ? Words() : Words{object});
  }
  return {};
}

Words command_names(const CLI::App& app) {
  Words names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

// What the last word can become; nothing where a file name is wanted. The word before it decides.
Words candidates(const CLI::App& app, const Session& session, const Words& words) {
  const std::string& last = words.back();
  if (words.size() == 2) return last.starts_with("-") ? option_names(app) : command_names(app);
  const CLI::App* const command = find_command(app, words[1]);
  if (command == nullptr) return {};
  const std::string& before = words[words.size() - 2];
  for (const Session::Choice& choice : session.choices) {
    if (choice.option == before && choice.command == command) return choice.words;
  }
  if (before == "--object" || before == "-o" || before == "--node") return from_definition(*command, words, false);
  if (before == "--field" && words[1] != "rename") return from_definition(*command, words, true);
  if (takes_value(*command, before)) return {};
  if (last.starts_with("-")) return option_names(*command);
  if (words[1] == "functions") {
    Words names;
    for (const auto& function : pipexpr::FunctionRegistry::standard().all()) names.push_back(function->name);
    return names;
  }
  if (words[1] == "completion") return {"bash", "zsh", "fish"};
  if (words[1] == "manual" || words[1] == "help") return command_names(app);
  return {};
}

// One answer a line.
std::string answers(const CLI::App& app, const Session& session, const Words& given) {
  std::string lines, before_value;
  const Words words = separate_words(given, before_value);
  if (words.size() < 2) return lines;
  for (const std::string& word : candidates(app, session, words)) {
    if (word.starts_with(words.back())) lines += before_value + word + "\n";
  }
  return lines;
}

}  // namespace

void add_completion(CLI::App& app, Session& session) {
  struct Request {
    std::string shell;
    Words words;
  };
  const auto request = std::make_shared<Request>();
  CLI::App& command = add_command(app, "completion", "Print a script that completes command lines in a shell");
  add_argument(command, "SHELL", request->shell, "bash, zsh or fish", Presence::required);
  // What the scripts call: the words of a command line, the last of them to be completed.
  add_arguments(command, "WORDS", request->words, "");
  finish_command(command, session,
                 "Examples:\n  source <(pipexpr completion bash)\n  source <(pipexpr completion zsh)\n"
                 "  pipexpr completion fish | source");
  on_run(command, [&app, &command, &session, request] {
    if (request->shell == "words") {
      session.out.write(answers(app, session, request->words));
    } else if (request->shell == "bash" || request->shell == "zsh" || request->shell == "fish") {
      session.out.write(request->shell == "bash" ? kBash : request->shell == "zsh" ? kZsh : kFish);
    } else {
      session.status = usage_error(command, fmt::format("expected bash, zsh or fish, found '{}'", request->shell));
    }
  });
}

}  // namespace cli
