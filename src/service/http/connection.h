// One connection, and the loop that it lives on. Internal to the server.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include "service/http/chunked_body.h"
#include "service/http/server.h"

namespace pipexpr::service {

// Without the type-erased executor: every connection lives on one io_context, run by one thread.
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class Connection;

// What all connections share.
struct Shared {
  Service& service;
  Log& log;
  Metrics& metrics;
  const ServerOptions options;
  boost::asio::thread_pool workers;
  std::atomic<std::size_t> buffered_bytes{0};  // of large texts that are received, evaluated or sent
  std::atomic<std::int64_t> open{0};
  std::atomic<bool> stopping{false};
};

// An io_context, its thread's connections, and their deadlines: one timer looks at all of them once a second,
// which costs less than a timer for each.
struct Loop {
  boost::asio::io_context context{1};
  boost::asio::steady_timer sweeper{context};
  std::string date;             // the Date header, for this second
  std::int64_t seconds = 0;     // of the steady clock, as the sweeper saw them last
  std::list<Connection*> idle;  // between requests, the longest first

  void add(const std::shared_ptr<Connection>& connection) { connections_[connection.get()] = connection; }
  void remove(const Connection* connection) { connections_.erase(connection); }
  // All that are left; one may go while the others are looked at.
  std::vector<std::shared_ptr<Connection>> connections();
  // Closes the connection that has waited longest for its next request; false when there is none.
  bool evict();

 private:
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> connections_;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, Loop& loop, Shared& shared);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // All of these on the loop's thread.
  void start();
  void stop();   // closes when idle, and after the present request otherwise
  void sweep();  // closes when a deadline has passed
  bool evict();  // closes unless a request is on its way
  void abort() { close(); }

 private:
  using Parser = boost::beast::http::request_parser<TextBody>;
  using Error = boost::system::error_code;

  void wait();  // for the next request
  void begin();
  void read();
  void on_read(Error error, std::size_t size);
  void parse();  // what has been read
  void read_body();
  void read_chunks();
  void serve();
  void work();      // on a worker
  void answered();  // from any thread
  void write();
  void on_written(Error error);
  void watch();  // for a client that goes away while it waits
  void refuse(ErrorType type, const char* why);
  void linger();
  void drain();
  void close();
  void release();
  void expire_in(std::int64_t seconds);
  bool reserve(std::size_t bytes);

  Socket socket_;
  Loop& loop_;
  Shared& shared_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::shared_ptr<Exchange> exchange_;
  std::string head_;                    // of the reply
  std::int64_t deadline_ = 0;           // steady seconds; 0: none
  std::size_t reserved_ = 0;            // of Shared::buffered_bytes
  std::list<Connection*> place_{this};  // goes to Loop::idle between requests
  const std::list<Connection*>::iterator idle_ = place_.begin();
  bool keep_alive_ = true;
  bool in_request_ = true;
  bool refused_ = false;
  bool waiting_ = false;  // for a task
};

// Seconds of the steady clock.
std::int64_t steady_seconds();

}  // namespace pipexpr::service
