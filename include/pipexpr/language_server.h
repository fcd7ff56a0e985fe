// LanguageServer: what an editor asks about a definition, in the language server protocol 3.17, without input or
// output.
//
//   pipexpr::LanguageServer server;
//   for (std::string message; read(message);)                       // the JSON after each Content-Length header
//     for (const std::string& answer : server.receive(message)) write(answer);
//   return server.exit_status();                                    // after `exit`
//
// A host moves messages: `pipexpr lsp` does it over standard input and output, a page over a worker's messages. What
// editors get is in docs/editors.md: findings with their fixes, values of expressions in a run, completion, names and
// what they mean, renaming. Secrets are masked in everything that is sent. While a document is no JSON, as it is while
// a user types, answers are about the last version that was.
//
// No message makes it crash or throw anything but std::bad_alloc: what is no JSON-RPC, unknown or wrong is answered
// with an error, as the protocol asks. A value is evaluated within the limits of ServerOptions. A server belongs to one
// thread at a time; several of them share nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/datetime.h>
#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/options.h>

namespace pipexpr {

struct ServerOptions {
  // The time that "next run" means; without it, runs are counted from the schedule's first.
  std::function<DateTime()> clock = {};
  LoadOptions load = {};                // functions, delimiters and limits of the definitions; no constants are folded
  EvaluationLimits evaluate = {};       // of each value
  std::uint64_t max_steps = 4'000'000;  // of all values of one answer; those beyond are left out
  std::size_t max_items = 2'000;        // values, completions and symbols of one answer
};

namespace lsp {
class Server;  // the library's own
}

class PIPEXPR_API LanguageServer {
 public:
  explicit LanguageServer(ServerOptions options = {});
  LanguageServer(LanguageServer&&) noexcept;
  LanguageServer& operator=(LanguageServer&&) noexcept;
  ~LanguageServer();

  // One JSON-RPC message, and what is to be sent then, in order: answers, notifications and requests, as JSON in UTF-8.
  std::vector<std::string> receive(std::string_view message);

  // Whether `exit` was received: nothing is answered any more.
  bool is_over() const;
  // 0 when `shutdown` came before `exit`, as the protocol asks, else 1.
  int exit_status() const;

 private:
  std::unique_ptr<lsp::Server> server_;
};

}  // namespace pipexpr
