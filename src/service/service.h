// Service: the API behind the HTTP server. It knows requests and replies, and neither sockets nor threads of
// its own except the one that keeps time.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "adapter/wire.h"
#include "service/http/sigv4.h"
#include "service/log.h"
#include "service/metrics.h"
#include "service/protocol.h"
#include "service/scheduler/clock.h"
#include "service/scheduler/definition_cache.h"
#include "service/scheduler/lifecycle.h"
#include "service/scheduler/long_polls.h"
#include "service/store/store.h"

namespace pipexpr::service {

struct ValidationIssues;

struct ServiceOptions {
  std::size_t max_objects = 100;  // the real service's limit
  Millis long_poll = 90 * 1000;
  Millis evaluation_deadline = 5000;
  UnsetRuntime unset_runtime = UnsetRuntime::null;  // of instances and attempts; the service was seen to write null
  std::optional<Millis> keep_finished;              // how long what has ended is kept; for ever without
  std::size_t inline_bytes = 65536;                 // larger requests are read and evaluated off the I/O thread
};

class Service {
 public:
  Service(Store& store, Clock& clock, Log& log, Metrics& metrics, const Verifier* verifier, ServiceOptions options);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Which client sent it, and what it asks for: sets operation and input. False when the reply says why not.
  bool prepare(Exchange& exchange);
  // Answers what needs no store, at once; false when run() must do it.
  bool try_inline(Exchange& exchange);
  // Answers a prepared request; may block on the store. False for a PollForTask that found nothing: it waits,
  // and its `done` is called when it is answered.
  bool run(const std::shared_ptr<Exchange>& exchange, const std::function<void()>& done);
  // The client of a waiting poll went away; true when it was still waiting.
  bool forget(const std::shared_ptr<Exchange>& exchange) { return long_polls_.remove(exchange.get()); }
  // Admin and health requests, by their paths: /healthz, /readyz, /metrics, /admin/...
  void run_local(Exchange& exchange);
  // They must be answered when the store hangs and all workers wait for it.
  static bool is_quick(std::string_view path) { return path == "/healthz" || path == "/metrics"; }
  void finish(Exchange& exchange);  // metrics and log

  // Polls that wait are tried again on this executor.
  void set_executor(std::function<void(std::function<void()>)> post) { post_ = std::move(post); }
  void start();  // the clock's thread
  void drain();  // answers all waiting polls with nothing, and every later one at once
  void stop();
  void cancel_evaluations() { hurry_ = true; }

  // A definition file as a pipeline of its own, activated when it has no errors.
  struct Loaded {
    std::string pipeline;      // its id
    std::string why_inactive;  // empty when it was activated
  };
  Loaded load_definition(const std::string& name, const std::string& json);

  std::size_t inline_bytes() const { return options_.inline_bytes; }
  std::string next_request_id();

 private:
  friend struct Operations;

  // Whatever goes wrong while a request is answered becomes its answer: one request must not end the others. False
  // when it failed.
  template <class Work>
  bool guarded(Exchange& exchange, Work work) {
    try {
      work();
      return true;
    } catch (...) {
      answer_failure(exchange);
      return false;
    }
  }
  void answer_failure(Exchange& exchange);  // with the exception that is being handled
  void dispatch(const Exchange& exchange, Writer& out);
  void evaluate(Exchange& exchange);
  bool poll(const std::shared_ptr<Exchange>& exchange, const std::function<void()>& done);
  bool claim(std::string_view group, std::string_view hostname, Writer& out);
  struct ClaimedTask;
  std::optional<ClaimedTask> reserve_task(std::string_view group, std::string_view hostname);
  std::optional<Failure> write_task(const ClaimedTask& task, Writer& writer);
  void fail_task(const ClaimedTask& task, const Failure& failure);
  bool try_claim(const PendingPoll& poll);
  void retry(PendingPoll poll);
  void run_scheduler();
  template <class Work>
  void log_and_continue(std::string_view pipeline, Work work);
  void run_due();
  void keep_house();
  std::int64_t remove_instances(Session& session, Millis before);
  void run_due_pipeline(const std::string& id, Millis now);
  std::optional<Millis> next_event();
  void advance(Exchange& exchange);
  // For an evaluation that a client asked for: a deadline, the budget of the library, and an end when the server
  // stops. Never inside a transaction, which others would wait for.
  EvaluateOptions evaluation() const;
  ValidationIssues issues_of(std::string_view id, const std::string& body, const ScheduledDefinition& scheduled);
  std::optional<ServiceError> refuse(Exchange& exchange) const;
  void answer_local(Exchange& exchange);
  bool store_works();

  // A transaction on one pipeline. `body(session, pipeline, runs)`; then consequences are followed, the row
  // is written and, after the commit, pollers are woken.
  using Change = std::function<void(Session&, PipelineRow&, InstanceLifecycle&)>;
  void change(std::string_view id, const Change& body);
  void after(PostCommit post_commit);
  void wake(const std::string& group, int count);
  void wake_scheduler();
  InstanceLifecycle::DefinitionsByVersion definitions_of(Session& session, const PipelineRow& pipeline);
  std::shared_ptr<const ScheduledDefinition> scheduled_definition(Session& session, const std::string& pipeline,
                                                                  std::int64_t version);
  void forget_definition(const std::string& pipeline);

  Store& store_;
  Clock& clock_;
  Log& log_;
  Metrics& metrics_;
  const Verifier* verifier_;
  ServiceOptions options_;
  LongPollRegistry long_polls_;
  DefinitionCache definitions_;
  std::function<void(std::function<void()>)> post_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> hurry_{false};  // stops evaluations
  std::atomic<std::uint64_t> request_number_{0};
  std::string request_suffix_;

  std::mutex time_mutex_;
  std::condition_variable time_changed_;
  bool stopping_ = false;
  bool woken_ = false;
  std::chrono::steady_clock::time_point last_house_keeping_;  // of the scheduler's thread
  std::thread scheduler_;
};

}  // namespace pipexpr::service
