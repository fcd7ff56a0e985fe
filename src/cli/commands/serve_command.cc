// `pipexpr serve`: the AWS Data Pipeline API on this machine.
#include "service/serve.h"

#include <memory>

#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/flags.h"
#include "cli/options.h"

namespace cli {

void add_serve(CLI::App& app, Session& session) {
  const auto options = std::make_shared<pipexpr::service::ServeOptions>();
  CLI::App& command = add_command(app, "serve", "Serve the AWS Data Pipeline API on this machine");
  add_option(command, "--listen", options->listen, "ADDRESS:PORT [" + options->listen + "]",
             "Address and port; port 0 lets the system choose");
  add_option(command, "--store", options->store, "URL [" + options->store + "]",
             "Where pipelines are kept: sqlite:FILE or postgresql://...");
  add_many(command, "--load", options->load, "FILE ...",
           "Load a definition file as a pipeline of its own, and activate it");
  add_option(command, "--credentials", options->credentials, "FILE", "Ask for signatures by the keys of this file");
  const auto no_auth = std::make_shared<bool>(false);
  add_flag(command, "--no-auth", *no_auth, "Ask no client for a signature; this is so without --credentials");
  exclude(command, "--no-auth", "--credentials");
  add_option(command, "--clock", options->clock, "CLOCK [wall]", "wall, virtual or virtual:TIME");
  add_option(command, "--log-level", options->log_level, "LEVEL [info]", "debug, info, warning, error or off");
  add_option(command, "--threads", options->threads, "N [1]", "Threads for connections");
  add_option(command, "--workers", options->workers, "N [4]", "Threads for the store and for what is long");
  add_option(command, "--long-poll", options->long_poll_seconds, "SECONDS [90]", "How long PollForTask waits");
  add_option(command, "--keep-finished", options->keep_finished, "DURATION",
             "How long what has ended is kept; without, for ever");
  add_unset_runtime_flag(command, session, options->unset_runtime);
  add_option(command, "--header-timeout", options->header_seconds, "SECONDS [30]", "For the headers of a request");
  add_option(command, "--transfer-timeout", options->transfer_seconds, "SECONDS [60]",
             "For a body, and again for the answer");
  add_option(command, "--idle-timeout", options->idle_seconds, "SECONDS [120]", "Between two requests of a connection");
  add_option(command, "--max-connections", options->max_connections, "N [20000]", "More take the place of idle ones");
  add_option(command, "--max-body-bytes", options->max_body_bytes, "N [50331648]", "Of one request");
  add_option(command, "--max-buffered-bytes", options->max_buffered_bytes, "N [536870912]",
             "Of all large requests and answers together");
  add_option(command, "--max-objects", options->max_objects, "N [100]", "Of one definition");
  finish_command(command, session,
                 "Examples:\n  pipexpr serve --store sqlite:pipelines.db\n"
                 "  aws datapipeline list-pipelines --endpoint-url http://127.0.0.1:8321");
  on_run(command, [&session, options, no_auth] { session.status = pipexpr::service::serve(*options); });
}

}  // namespace cli
