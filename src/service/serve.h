// `pipexpr serve`: the AWS Data Pipeline API on this machine.
//
//   pipexpr::service::ServeOptions options;
//   options.listen = "127.0.0.1:8321";
//   options.store = "sqlite:pipelines.db";
//   return pipexpr::service::serve(options);      // until SIGTERM
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pipexpr::service {

struct ServeOptions {
  std::string listen = "127.0.0.1:8321";  // address:port; port 0 lets the system choose
  std::string store = "sqlite:pipexpr.db";
  std::vector<std::string> load = {};  // definition files, each a pipeline of its own
  std::string credentials = {};        // file in the form of ~/.aws/credentials; empty: no request needs a signature
  std::string clock = "wall";          // or virtual, or virtual:2024-05-01T00:00:00
  std::string log_level = "info";      // debug, info, warning, error, off
  // Signed, so that a number below 0 is seen as one; serve() refuses what is out of range.
  std::int64_t threads = 1;  // that read and write sockets, and evaluate what is short
  std::int64_t workers = 4;  // that use the store, and evaluate what is long
  std::int64_t max_connections = 20000;
  std::int64_t max_body_bytes = 48 * 1024 * 1024;
  std::int64_t max_buffered_bytes = 512 * 1024 * 1024;
  std::int64_t max_objects = 100;
  std::int64_t long_poll_seconds = 90;
  std::string keep_finished = {};      // how long what has ended is kept, such as "30 days"; empty: for ever
  std::string unset_runtime = "null";  // what a runtime field without a value is in a run: error, null, empty, keep
  std::int64_t header_seconds = 30;    // from the first byte of a request to its last header
  std::int64_t transfer_seconds = 60;  // for its body, and again for the answer
  std::int64_t idle_seconds = 120;     // between requests
};

// Serves until SIGTERM or SIGINT; prints "listening on ADDRESS:PORT" to standard output once it does, and
// logs to standard error. Returns the exit status: 0, 1 when the store or the address cannot be used, 2 for
// wrong options.
int serve(const ServeOptions& options);

}  // namespace pipexpr::service
