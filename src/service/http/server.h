// The HTTP server: connections in, requests to the service, replies out. Asio and Beast are seen by server.cc
// and session.cc only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "service/service.h"

namespace pipexpr::service {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8321;
  std::size_t io_threads = 1;
  std::size_t workers = 4;  // threads that may block on the store
  std::size_t max_connections = 20000;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 48 * 1024 * 1024;       // 20 MiB of text leave room for what JSON escapes of it
  std::size_t max_buffered_bytes = 512 * 1024 * 1024;  // of all large texts that are received, evaluated or sent
  std::int64_t header_seconds = 30;                    // from the first byte of a request to its last header
  std::int64_t transfer_seconds = 60;                  // for its body, and again for the answer
  std::int64_t idle_seconds = 120;                     // between requests
  std::int64_t stop_seconds = 25;                      // what requests have to finish after SIGTERM
  std::int64_t cut_seconds = 4;                        // and then the workers, before the process ends without them
};

class Server {
 public:
  Server(Service& service, Log& log, Metrics& metrics, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens; nothing or why it cannot. The port is what the system chose when 0 was asked for.
  std::string listen();
  std::uint16_t port() const;
  // Serves until SIGTERM or SIGINT, then answers what is under way and returns.
  void run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pipexpr::service
