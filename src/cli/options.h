// Declares commands and their options to the parser of the command line, CLI11. It is a library of headers that takes
// seconds to compile wherever it is seen, so that only this seam includes it, and those who read what was declared:
// main.cc, the help, and completion.
//
//   CLI::App& command = add_command(app, "check", "Find mistakes in definitions");
//   add_arguments(command, "FILE", request->paths, "Definitions");
//   add_option(command, "-o,--object", request->object, "ID", "Only this object");
//   on_run(command, [&session, request] { session.status = run(*request); });
//
// What an option is read into must live as long as the command.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace cli {

struct Session;

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description);
// What happens when the line has been read and names this command.
void on_run(CLI::App& command, std::function<void()> run);
// Adds --color, and turns the examples into the help's end.
void finish_command(CLI::App& command, Session& session, std::string_view examples);

enum class Presence { optional, required };
void add_argument(CLI::App& command, const std::string& name, std::string& out, const std::string& help,
                  Presence presence = Presence::optional);
// Any number of arguments. Without help, the help of the command does not list them.
void add_arguments(CLI::App& command, const std::string& name, std::vector<std::string>& out, const std::string& help);

// In all that follow, `names` are such as "-o,--object", and `word` stands for the value in the help.
void add_flag(CLI::App& command, const std::string& names, bool& out, const std::string& help);
void add_option(CLI::App& command, const std::string& names, std::string& out, const std::string& word,
                const std::string& help);
void add_option(CLI::App& command, const std::string& names, std::int64_t& out, const std::string& word,
                const std::string& help);
// May be repeated; each takes one value.
void add_repeatable(CLI::App& command, const std::string& names, std::vector<std::string>& out, const std::string& word,
                    const std::string& help);
// Takes values until the next option.
void add_many(CLI::App& command, const std::string& names, std::vector<std::string>& out, const std::string& word,
              const std::string& help);
// Takes one of a few words.
void add_choice(CLI::App& command, Session& session, const std::string& names, std::string& out,
                std::vector<std::string> words, const std::string& help);
// Hands the value over while the line is read, so that an error names the option. `take` returns what is wrong with it,
// or "". The help lists the option in `group`.
using TakeValue = std::function<std::string(const std::string& value)>;
void add_checked(CLI::App& command, const std::string& names, const std::string& word, const std::string& help,
                 TakeValue take, const std::string& group = "");
// The same for an option that may be repeated: called once for each value, in their order.
void add_checked_values(CLI::App& command, const std::string& names, const std::string& word, const std::string& help,
                        TakeValue take);
// Refuses a line that has both options.
void exclude(CLI::App& command, const std::string& one, const std::string& other);

// Whether the line has this option or argument.
bool is_given(const CLI::App& command, const std::string& name);
// "pipexpr eval"
std::string full_name(const CLI::App& command);

}  // namespace cli
