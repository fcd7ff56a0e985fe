// Accepts connections and hands their requests to the service.
#include "service/http/server.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <future>
#include <thread>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include "service/http/connection.h"

namespace pipexpr::service {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

struct Server::Impl {
  Impl(Service& service, Log& log, Metrics& metrics, ServerOptions options)
      : shared{service, log, metrics, options, asio::thread_pool(options.workers)},
        acceptor(main),
        signals(main),
        watchdog(main) {
    for (std::size_t i = 0; i < std::max<std::size_t>(options.io_threads, 1); ++i)
      loops.push_back(std::make_unique<Loop>());
  }

  void accept() {
    Loop& loop = *loops[next_loop++ % loops.size()];
    acceptor.async_accept(loop.context, [this, &loop](boost::system::error_code error, Socket socket) {
      if (!acceptor.is_open()) return;
      if (error) {
        // Out of descriptors, most likely: the sweepers will free some.
        watchdog.expires_after(std::chrono::milliseconds(100));
        watchdog.async_wait([this](boost::system::error_code) { accept(); });
        return;
      }
      ++shared.open;
      auto connection = std::make_shared<Connection>(std::move(socket), loop, shared);
      asio::post(loop.context, [this, connection, &loop] {
        bool is_full = shared.open > static_cast<std::int64_t>(shared.options.max_connections);
        if (!is_full || loop.evict()) return connection->start();
        ++shared.metrics.refused_connections;
      });
      accept();
    });
  }

  void sweep(Loop& loop) {
    loop.seconds = steady_seconds();
    loop.date = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr)));
    loop.sweeper.expires_after(std::chrono::seconds(1));
    loop.sweeper.async_wait([this, &loop](boost::system::error_code error) {
      if (error) return;
      sweep(loop);
      for (const auto& connection : loop.connections()) connection->sweep();
    });
  }

  // A handler that throws, for want of memory, loses its connection and no other.
  void run(Loop& loop) {
    for (;;) {
      try {
        loop.context.run();
        return;
      } catch (const std::exception& error) {
        shared.log.write(LogLevel::error, "connection_failed", {{"why", error.what()}});
      }
    }
  }

  void stop() {
    if (shared.stopping.exchange(true)) return;
    shared.log.write(LogLevel::info, "stopping", {{"connections", shared.open.load()}});
    boost::system::error_code ignored;
    acceptor.close(ignored);
    shared.service.drain();
    for (auto& loop : loops) {
      asio::post(loop->context, [&loop = *loop] {
        for (const auto& connection : loop.connections()) connection->stop();
      });
    }
    stop_at = steady_seconds() + shared.options.stop_seconds;
    wait_for_end();
  }

  void wait_for_end() {
    if (shared.open == 0 || steady_seconds() >= stop_at) {
      if (shared.open != 0)
        shared.log.write(LogLevel::warning, "connections_cut", {{"connections", shared.open.load()}});
      shared.service.cancel_evaluations();
      for (auto& loop : loops) {
        asio::post(loop->context, [&loop = *loop] {
          for (const auto& connection : loop.connections()) connection->abort();
          loop.sweeper.cancel();
          loop.context.stop();
        });
      }
      main.stop();
      return;
    }
    watchdog.expires_after(std::chrono::milliseconds(20));
    watchdog.async_wait([this](boost::system::error_code) { wait_for_end(); });
  }

  // In this order, since what is gone last comes first: connections that are cut still count in `shared`, and an accept
  // that waits in `main` has a socket of one of the loops.
  Shared shared;
  std::vector<std::unique_ptr<Loop>> loops;
  asio::io_context main{1};
  Tcp::acceptor acceptor;
  asio::signal_set signals;
  asio::steady_timer watchdog;
  std::size_t next_loop = 0;
  std::int64_t stop_at = 0;
};

Server::Server(Service& service, Log& log, Metrics& metrics, ServerOptions options)
    : impl_(std::make_unique<Impl>(service, log, metrics, std::move(options))) {}

Server::~Server() = default;

std::string Server::listen() {
  boost::system::error_code error;
  // From now on, so that a signal that comes before run() is not lost.
  impl_->signals.add(SIGTERM, error);
  impl_->signals.add(SIGINT, error);
  asio::ip::address address = asio::ip::make_address(impl_->shared.options.address, error);
  if (error)
    return fmt::format("expected an address like 127.0.0.1 or [::1], found '{}'", impl_->shared.options.address);
  Tcp::endpoint endpoint(address, impl_->shared.options.port);
  impl_->acceptor.open(endpoint.protocol(), error);
  if (!error) impl_->acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) impl_->acceptor.bind(endpoint, error);
  if (!error) impl_->acceptor.listen(4096, error);
  return error ? fmt::format("cannot listen on {} port {}: {}", impl_->shared.options.address,
                             impl_->shared.options.port, error.message())
               : std::string{};
}

std::uint16_t Server::port() const { return impl_->acceptor.local_endpoint().port(); }

void Server::run() {
  impl_->signals.async_wait([this](boost::system::error_code error, int) {
    if (!error) impl_->stop();
  });
  impl_->shared.service.set_executor(
      [this](std::function<void()> task) { asio::post(impl_->shared.workers, std::move(task)); });
  impl_->shared.service.start();
  impl_->accept();
  std::vector<std::thread> threads;
  for (auto& loop : impl_->loops) {
    impl_->sweep(*loop);
    threads.emplace_back([this, &loop = *loop] { impl_->run(loop); });
  }
  impl_->main.run();
  for (std::thread& thread : threads) thread.join();
  // A store that hangs keeps its worker for ever. What it was at was not acknowledged, and a transaction that is cut
  // is as if it had never begun, so the process can end without it.
  std::promise<void> finished;
  std::future<void> end = finished.get_future();
  std::thread last([this, &finished] {
    impl_->shared.workers.stop();
    impl_->shared.workers.join();
    impl_->shared.service.stop();
    finished.set_value();
  });
  if (end.wait_for(std::chrono::seconds(impl_->shared.options.cut_seconds)) != std::future_status::ready) {
    impl_->shared.log.write(LogLevel::warning, "workers_cut");
    std::_Exit(0);
  }
  last.join();
}

}  // namespace pipexpr::service
