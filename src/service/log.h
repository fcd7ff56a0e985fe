// Structured logs: one JSON object a line. What is logged is named field by field; bodies and headers never
// are.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace pipexpr::service {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

// A log that is not read must not stop the server. A file is written at once; a pipe, a socket or a terminal can
// make its writer wait without end, so a thread of its own writes there, and lines that its queue has no space for
// are dropped and counted.
class Log {
 public:
  using Item = std::pair<std::string_view, std::variant<std::string_view, std::int64_t>>;

  // Lines go to the file descriptor, each in one write.
  Log(int descriptor, LogLevel least);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool enabled(LogLevel level) const { return level >= least_; }
  void write(LogLevel level, std::string_view event, std::initializer_list<Item> items = {});

 private:
  struct Queue;
  static void write_queued(const std::shared_ptr<Queue>& queue, int descriptor);
  void enqueue(std::string line);

  int descriptor_;
  LogLevel least_;
  std::shared_ptr<Queue> queue_;  // empty for a file; shared with the thread, which may outlive the log
};

}  // namespace pipexpr::service
