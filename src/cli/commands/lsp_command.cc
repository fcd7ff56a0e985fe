// `pipexpr lsp`: the language server on standard input and output, for editors.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <pipexpr/language_server.h>

#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/options.h"

namespace cli {
namespace {

constexpr std::size_t kMaxMessage = 64 * 1024 * 1024;  // far above any definition

// The bytes that follow one header; false: the input has ended, or is no message.
bool read_message(std::string& out) {
  std::size_t size = 0;
  bool has_size = false;
  for (std::string line;; line.clear()) {
    int c = 0;
    while ((c = std::getchar()) != EOF && c != '\n') {
      if (line.size() < 1024) line += static_cast<char>(c);
    }
    if (c == EOF) return false;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() && has_size) break;
    constexpr std::string_view kLength = "Content-Length:";
    if (line.size() > kLength.size() && line.starts_with(kLength)) {
      size = std::strtoull(line.c_str() + kLength.size(), nullptr, 10);
      has_size = true;
    }
  }
  if (size > kMaxMessage) return false;
  out.resize(size);
  return std::fread(out.data(), 1, size, stdin) == size;
}

int run(Session& session) {
  pipexpr::ServerOptions options;
  options.clock = current_time;
  pipexpr::LanguageServer server(options);
  for (std::string message; !server.is_over() && read_message(message);) {
    for (const std::string& answer : server.receive(message)) {
      session.out.write("Content-Length: " + std::to_string(answer.size()) + "\r\n\r\n" + answer);
    }
    if (!session.out.flush()) break;
  }
  return server.exit_status();
}

}  // namespace

void add_lsp(CLI::App& app, Session& session) {
  CLI::App& command =
      add_command(app, "lsp", "Serve editors: the language server protocol on standard input and output");
  finish_command(
      command, session,
      "An editor starts it; docs/editors.md says how. The exit status is 0 after 'shutdown' and 'exit', else 1.\n"
      "Examples:\n  pipexpr lsp");
  on_run(command, [&session] { session.status = run(session); });
}

}  // namespace cli
