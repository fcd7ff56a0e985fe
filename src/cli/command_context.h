// Session: what every command of `pipexpr` shares. A command is one file with one function,
//
//   void add_check(CLI::App& app, Session& session);
//
// that adds its subcommand and whose callback sets Session::status; commands.h lists them all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/datetime.h>
#include <pipexpr/diagnostic.h>

#include "cli/io/output.h"

namespace CLI {
class App;
}

namespace cli {

enum Status : int {
  kFine = 0,
  kFailed = 1,      // an expression has no value
  kUsage = 2,       // the command line is wrong
  kUnreadable = 3,  // a file cannot be read, written, or understood
  kClosedPipe = 141,
};

struct Session {
  Output out{1};
  std::string color = "auto";
  int status = kFine;

  // Options that take one of a few words, for the shell's completion.
  struct Choice {
    const CLI::App* command;
    std::string option;
    std::vector<std::string> words;
  };
  std::vector<Choice> choices;

  bool color_errors() const;  // whether diagnostics get colors
  // Shows diagnostics of a text on standard error.
  void print_diagnostics(const pipexpr::Diagnostics& why, std::string_view name, std::string_view text) const;
};

// Columns of the terminal that a descriptor is; 0: it is none.
std::size_t terminal_width(int descriptor);

// All diagnostics of one text, one after the other, as the terminal shows them.
std::string render_all(const pipexpr::Diagnostics& why, const pipexpr::RenderOptions& options);

// Each prints one line to standard error and returns the status to end with.
int usage_error(const CLI::App& command, std::string_view message);
int unreadable(const CLI::App& command, std::string_view message);

// What the system's clock says.
pipexpr::DateTime current_time();

}  // namespace cli
