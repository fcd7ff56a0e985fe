// Structured logs: one JSON object a line. What is logged is named field by field; bodies and headers never
// are.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

namespace pipexpr::service {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

class Log {
 public:
  using Item = std::pair<std::string_view, std::variant<std::string_view, std::int64_t>>;

  // Lines go to the file descriptor, each in one write.
  Log(int descriptor, LogLevel least) : descriptor_(descriptor), least_(least) {}

  bool enabled(LogLevel level) const { return level >= least_; }
  void write(LogLevel level, std::string_view event, std::initializer_list<Item> items = {});

 private:
  int descriptor_;
  LogLevel least_;
};

}  // namespace pipexpr::service
