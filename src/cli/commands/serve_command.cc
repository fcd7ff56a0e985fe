// `pipexpr serve`: the AWS Data Pipeline API on this machine.
#include "service/serve.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/flags.h"

namespace cli {

void add_serve(CLI::App& app, Session& session) {
  const auto options = std::make_shared<pipexpr::service::ServeOptions>();
  CLI::App& command = *app.add_subcommand("serve", "Serve the AWS Data Pipeline API on this machine");
  command.add_option("--listen", options->listen, "Address and port; port 0 lets the system choose")
      ->option_text("ADDRESS:PORT [" + options->listen + "]");
  command.add_option("--store", options->store, "Where pipelines are kept: sqlite:FILE or postgresql://...")
      ->option_text("URL [" + options->store + "]");
  command.add_option("--load", options->load, "Load a definition file as a pipeline of its own, and activate it")
      ->option_text("FILE ...");
  CLI::Option* credentials =
      command.add_option("--credentials", options->credentials, "Ask for signatures by the keys of this file")
          ->option_text("FILE");
  const auto no_auth = std::make_shared<bool>(false);
  command.add_flag("--no-auth", *no_auth, "Ask no client for a signature; this is so without --credentials")
      ->excludes(credentials);
  command.add_option("--clock", options->clock, "wall, virtual or virtual:TIME")->option_text("CLOCK [wall]");
  command.add_option("--log-level", options->log_level, "debug, info, warning, error or off")
      ->option_text("LEVEL [info]");
  command.add_option("--threads", options->threads, "Threads for connections")->option_text("N [1]");
  command.add_option("--workers", options->workers, "Threads for the store and for what is long")->option_text("N [4]");
  command.add_option("--long-poll", options->long_poll_seconds, "How long PollForTask waits")
      ->option_text("SECONDS [90]");
  command.add_option("--keep-finished", options->keep_finished, "How long what has ended is kept; without, for ever")
      ->option_text("DURATION");
  add_unset_runtime_flag(command, session, options->unset_runtime);
  command.add_option("--header-timeout", options->header_seconds, "For the headers of a request")
      ->option_text("SECONDS [30]");
  command.add_option("--transfer-timeout", options->transfer_seconds, "For a body, and again for the answer")
      ->option_text("SECONDS [60]");
  command.add_option("--idle-timeout", options->idle_seconds, "Between two requests of a connection")
      ->option_text("SECONDS [120]");
  command.add_option("--max-connections", options->max_connections, "More take the place of idle ones")
      ->option_text("N [20000]");
  command.add_option("--max-body-bytes", options->max_body_bytes, "Of one request")->option_text("N [50331648]");
  command.add_option("--max-buffered-bytes", options->max_buffered_bytes, "Of all large requests and answers together")
      ->option_text("N [536870912]");
  command.add_option("--max-objects", options->max_objects, "Of one definition")->option_text("N [100]");
  finish_command(command, session,
                 "Examples:\n  pipexpr serve --store sqlite:pipelines.db\n"
                 "  aws datapipeline list-pipelines --endpoint-url http://127.0.0.1:8321");
  command.callback([&session, options, no_auth] { session.status = pipexpr::service::serve(*options); });
}

}  // namespace cli
