// Server: the protocol's life cycle, the open documents, and which function answers what.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/language_server.h>

#include "lsp/question.h"

namespace pipexpr::lsp {

class Server {
 public:
  explicit Server(ServerOptions options);
  std::vector<std::string> receive(std::string_view message);
  bool is_over() const { return state_ == State::over; }
  int exit_status() const { return was_shut_down_ ? 0 : 1; }

 private:
  enum class State : std::uint8_t { created, running, shut_down, over };
  struct Open {
    Open(std::string text, const LoadOptions& load) : document(std::move(text), load) {}
    Document document;
    std::unique_ptr<RunValues> values = nullptr;
    const PipelineDefinition* of = nullptr;  // whose values they are
  };

  void dispatch(View message);
  void request(std::string_view method, const std::string& id, View params);
  void notified(std::string_view method, View params);
  void initialize(const std::string& id, View params);
  void ask(std::string_view method, const std::string& id, View params);
  void execute(const std::string& id, View params);
  bool choose_run(View at);
  void opened(View params);
  void changed(View params);
  void publish(const std::string& uri, Open& open);
  Question question(std::string_view uri, Open& open, View params);

  ServerOptions options_;
  Client client_;
  State state_ = State::created;
  bool was_shut_down_ = false;
  std::optional<DateTime> at_;  // the start of the chosen run
  std::uint64_t next_request_ = 1;
  std::map<std::string, Open, std::less<>> documents_;
  std::vector<std::string> out_;
};

}  // namespace pipexpr::lsp
