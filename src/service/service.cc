// Answers requests: routes them, authenticates, calls the operation and writes its reply.
#include "service/service.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "adapter/evaluate_expression.h"
#include "service/http/browser_guard.h"
#include "service/operations/operations.h"
#include "service/protocol.h"

namespace pipexpr::service {
namespace {

constexpr std::size_t kLoggedPath = 200;

std::int64_t steady_nanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Service::Service(Store& store, Clock& clock, Log& log, Metrics& metrics, const Verifier* verifier,
                 ServiceOptions options)
    : store_(store), clock_(clock), log_(log), metrics_(metrics), verifier_(verifier), options_(options) {
  // A version and a variant that say "a UUID of another kind", and 60 random bits.
  static constexpr std::string_view kHex = "0123456789abcdef";
  request_suffix_ = "8";
  for (char c : random_token(15)) request_suffix_ += kHex[static_cast<unsigned char>(c) % kHex.size()];
  request_suffix_.insert(4, "-");
}

Service::~Service() { stop(); }

// A UUID by its form, as the service's are. Unique among all processes, and cheap: a random part for the process and a
// number for the request.
std::string Service::next_request_id() {
  std::uint64_t number = ++request_number_;
  return fmt::format("{:08x}-{:04x}-11e0-{}", number & 0xFFFFFFFFU, number >> 32U & 0xFFFFU, request_suffix_);
}

void Service::answer_failure(Exchange& exchange) {
  auto internal = [&](std::string_view event, std::string_view why, const char* what) {
    log_.write(LogLevel::error, event, {{"request", exchange.id}, {"why", why}});
    set_error(exchange.reply,
              {ErrorType::internal, fmt::format("{} failed; the log has the reason under this request's id", what)});
  };
  try {
    throw;
  } catch (const ServiceError& error) {
    set_error(exchange.reply, error);
  } catch (const StoreError& error) {
    ++metrics_.store_errors;
    internal("store_failed", error.what(), "the store");
  } catch (const std::exception& error) {
    internal("request_failed", error.what(), "the request");
  }
}

std::optional<ServiceError> Service::refuse(Exchange& exchange) const {
  if (verifier_ == nullptr) return refuse_browsers(exchange.request);
  return verifier_->verify(exchange.request, wall_millis(), exchange.access_key);
}

EvaluateOptions Service::evaluation() const {
  EvaluateOptions options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.evaluation_deadline);
  options.cancel = &hurry_;
  return options;
}

bool Service::prepare(Exchange& exchange) {
  exchange.started = steady_nanos();
  return guarded(exchange, [&] {
    std::optional<ServiceError> error = refuse(exchange);
    if (!error) error = read_request(exchange);
    if (error) throw ServiceError(*error);
  });
}

void Service::dispatch(const Exchange& exchange, Writer& out) {
  Operations::Function function = Operations::find(exchange.operation->name);
  if (function == nullptr) throw ServiceError{ErrorType::unknown_operation, "the operation is not implemented"};
  function(*this, exchange, out);
}

bool Service::run(const std::shared_ptr<Exchange>& exchange, const std::function<void()>& done) {
  bool answered = true;
  guarded(*exchange, [&] {
    if (exchange->operation->name == "PollForTask") {
      answered = poll(exchange, done);
    } else if (exchange->operation->name == "EvaluateExpression") {
      evaluate(*exchange);
    } else {
      rapidjson::StringBuffer buffer;
      Writer out(buffer);
      out.StartObject();
      dispatch(*exchange, out);
      out.EndObject();
      // Operations without an output shape have an empty body, all others an object.
      if (exchange->operation->has_output) exchange->reply.body.assign(buffer.GetString(), buffer.GetSize());
    }
  });
  return answered;
}

void Service::finish(Exchange& exchange) {
  // Admin and health requests are counted and logged when they change something or are refused: a probe comes every few
  // seconds for years.
  bool is_local = exchange.request.path() != "/";
  bool failed = !exchange.reply.error_type.empty();
  if (is_local && !failed && (exchange.request.method != "POST" || !exchange.request.path().starts_with("/admin/")))
    return;
  std::string_view operation = exchange.operation != nullptr                    ? exchange.operation->name
                               : exchange.request.path().starts_with("/admin/") ? std::string_view("admin")
                                                                                : std::string_view("none");
  std::string_view result = failed ? std::string_view(exchange.reply.error_type) : "OK";
  std::int64_t nanos = exchange.started == 0 ? 0 : steady_nanos() - exchange.started;
  metrics_.request(operation, result, static_cast<double>(nanos) / 1e9);
  // Reads are logged at debug only: there may be tens of thousands a second.
  bool is_read = operation == "EvaluateExpression" || operation.starts_with("Describe") ||
                 operation.starts_with("Get") || operation.starts_with("List") || operation.starts_with("Query") ||
                 operation == "PollForTask" || operation.starts_with("Report");
  LogLevel level = exchange.reply.status >= 500 ? LogLevel::error
                   : result != "OK"             ? LogLevel::warning
                   : is_read                    ? LogLevel::debug
                                                : LogLevel::info;
  if (!log_.enabled(level)) return;
  log_.write(level, "request",
             {{"request", exchange.id},
              {"operation", operation},
              {"result", result},
              {"path", exchange.request.path().substr(0, kLoggedPath)},
              {"status", static_cast<std::int64_t>(exchange.reply.status)},
              {"access_key", exchange.access_key},
              {"bytes", static_cast<std::int64_t>(exchange.request.body.size())},
              {"micros", nanos / 1000}});
}

// --- long polls
// ------------------------------------------------------------------------------------------------------

bool Service::poll(const std::shared_ptr<Exchange>& exchange, const std::function<void()>& done) {
  PendingPoll poll{exchange, std::string(polled_group(text_of(exchange->input, "workerGroup"))),
                   steady_nanos() / 1'000'000 + options_.long_poll, done};
  return try_claim(poll);
}

// Looks for a task until there is one, or the poll waits: only then is it not answered.
bool Service::try_claim(const PendingPoll& poll) {
  Exchange& exchange = *poll.exchange;
  for (;;) {
    std::uint64_t generation = long_polls_.generation(poll.group);
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.StartObject();
    bool found = claim(poll.group, text_of(exchange.input, "hostname"), out);
    out.EndObject();
    if (found || draining_ || steady_nanos() / 1'000'000 >= poll.until) {
      exchange.reply.body.assign(buffer.GetString(), buffer.GetSize());
      return true;
    }
    if (long_polls_.wait(poll, generation)) break;
  }
  // drain() may have emptied the registry between the check above and the wait.
  if (!draining_ || !long_polls_.remove(&exchange)) return false;
  exchange.reply.body = "{}";
  return true;
}

void Service::retry(PendingPoll poll) {
  post_([this, poll = std::move(poll)] {
    bool answered = true;
    guarded(*poll.exchange, [&] { answered = try_claim(poll); });
    if (answered) poll.done();
  });
}

void Service::wake(const std::string& group, int count) {
  for (PendingPoll& poll : long_polls_.wake(group, static_cast<std::size_t>(std::max(count, 1))))
    retry(std::move(poll));
}

void Service::drain() {
  draining_ = true;
  for (PendingPoll& poll : long_polls_.all()) {
    poll.exchange->reply.body = "{}";
    poll.done();
  }
}

// --- changes
// ---------------------------------------------------------------------------------------------------------

std::shared_ptr<const ScheduledDefinition> Service::scheduled_definition(Session& session, const std::string& pipeline,
                                                                         std::int64_t version) {
  if (auto found = definitions_.find(pipeline, version)) return found;
  Rows rows = session.query("SELECT body FROM definitions WHERE pipeline = $1 AND version = $2", {pipeline, version});
  if (rows.empty()) throw StoreError(fmt::format("version {} of the definition of {} is missing", version, pipeline));
  auto loaded = ScheduledDefinition::load(rows.front().text(0), pipeline, options_.unset_runtime);
  // It was loaded before it was stored; only a newer engine with stricter rules could refuse it now.
  if (!loaded) throw ServiceError{ErrorType::invalid_request, describe(loaded.error())};
  definitions_.add(pipeline, version, *loaded);
  return *loaded;
}

void Service::forget_definition(const std::string& pipeline) { definitions_.set_latest(pipeline, nullptr); }

InstanceLifecycle::DefinitionsByVersion Service::definitions_of(Session& session, const PipelineRow& pipeline) {
  return
      [this, &session, id = pipeline.id](std::int64_t version) { return scheduled_definition(session, id, version); };
}

void Service::change(std::string_view id, const Change& body) {
  Millis now = clock_.now();
  PostCommit post_commit = store_.transact([&](Session& session) {
    PipelineRow row = require_pipeline(session, id, true);
    InstanceLifecycle runs(session, row, definitions_of(session, row), now);
    body(session, row, runs);
    runs.settle();
    PostCommit result = runs.take();
    for (const auto& [group, count] : result.ready) session.notify(fmt::format("{} {}", count, group));
    return result;
  });
  after(std::move(post_commit));
  wake_scheduler();
}

void Service::after(PostCommit post_commit) {
  // Each once, with the ids that lead to it.
  for (const LogRecord& record : post_commit.log) {
    bool is_note = record.event == "canceled";
    log_.write(is_note ? LogLevel::info : LogLevel::warning, record.event,
               {{"pipeline", post_commit.pipeline},
                {"object", record.object},
                {"error", record.error_id},
                {"why", record.why}});
    metrics_.scheduler(record.event);
  }
  for (const auto& [status, count] : post_commit.ended) metrics_.task(status, static_cast<std::uint64_t>(count));
  for (const AlarmRecord& alarm : post_commit.alarms) {
    metrics_.alarm();
    log_.write(LogLevel::info, "alarm",
               {{"pipeline", alarm.pipeline},
                {"alarm", alarm.alarm},
                {"node", alarm.node},
                {"on", alarm.event},
                {"topic", alarm.topic},
                {"subject", alarm.subject},
                {"message", alarm.message}});
  }
  // On a shared store the wake-up comes back as a notification, to this process as to all others.
  if (store_.database().is_shared()) return;
  for (const auto& [group, count] : post_commit.ready) wake(group, count);
}

}  // namespace pipexpr::service
