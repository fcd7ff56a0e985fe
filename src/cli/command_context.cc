// Sets up what every verb of the command shares: output, errors, exit status and interrupts.
#include "cli/command_context.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "base/shown.h"
#include "cli/options.h"
#include "process/interrupt.h"

namespace cli {

bool Session::color_errors() const {
  if (color != "auto") return color == "always";
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  return ::isatty(STDERR_FILENO) == 1 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

std::size_t terminal_width(int descriptor) {
  winsize size{};
  constexpr std::size_t kUsual = 80;  // of a terminal that does not say
  if (::isatty(descriptor) != 1) return 0;
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : kUsual;
}

pipexpr::DateTime current_time() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return {duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

std::string render_all(const pipexpr::Diagnostics& why, const pipexpr::RenderOptions& options) {
  std::string out;
  for (const pipexpr::Diagnostic& diagnostic : why) out += pipexpr::render(diagnostic, options);
  return out;
}

void Session::print_diagnostics(const pipexpr::Diagnostics& why, std::string_view name, std::string_view text) const {
  print_error(render_all(why, {.source_name = name, .source = text, .color = color_errors()}));
}

int usage_error(const CLI::App& command, std::string_view message) {
  const std::string name = full_name(command);
  print_error(pipexpr::base::show("{0}: {1}\ntry '{0} --help'\n", name, message));
  return kUsage;
}

int unreadable(const CLI::App& command, std::string_view message) {
  if (pipexpr::process::interrupted()) return kUnreadable;  // a user who stops a read needs no message about it
  print_error(pipexpr::base::show("{}: {}\n", full_name(command), message));
  return kUnreadable;
}

}  // namespace cli
