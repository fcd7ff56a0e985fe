// The thread that keeps time: what is due happens here, be the clock the wall's or virtual.
#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

#include "operations.h"

namespace pipexpr::service {
namespace {

// Waiting polls are checked, and pipelines of other processes seen, at least so often.
constexpr std::chrono::milliseconds kLongestSleep{500};
constexpr int kPipelinesAtOnce = 100;

}  // namespace

void Service::start() {
  store_.database().listen(
      [this](std::string_view payload) {
        int count = 1;
        std::size_t blank = payload.find(' ');
        if (blank == std::string_view::npos) return;
        std::from_chars(payload.data(), payload.data() + blank, count);
        wake(std::string(payload.substr(blank + 1)), count);
      },
      [this] {
        // Notifications may have been missed: every waiting poll looks for itself.
        for (const std::string& group : hub_.groups()) wake(group, 1 << 20);
      });
  time_keeper_ = std::thread([this] { keep_time(); });
}

void Service::stop() {
  store_.database().stop();
  {
    std::lock_guard lock(time_mutex_);
    stopping_ = true;
  }
  time_changed_.notify_all();
  if (time_keeper_.joinable()) time_keeper_.join();
}

void Service::poke() {
  {
    std::lock_guard lock(time_mutex_);
    poked_ = true;
  }
  time_changed_.notify_all();
}

void Service::keep_time() {
  for (;;) {
    {
      std::unique_lock lock(time_mutex_);
      time_changed_.wait_for(lock, kLongestSleep, [this] { return stopping_ || poked_; });
      if (stopping_) return;
      poked_ = false;
    }
    try {
      tick();
    } catch (const StoreError& error) {
      log_.write(LogLevel::error, "store_failed", {{"why", error.what()}});
    } catch (const Fault& fault) {
      log_.write(LogLevel::error, "tick_failed", {{"why", fault.message}});
    }
    auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
    for (Waiter& waiter : hub_.expired(now.count())) {
      waiter.exchange->reply.body = "{}";
      waiter.done();
    }
    metrics_.long_polls = static_cast<std::int64_t>(hub_.size());
  }
}

// Everything that is due by now, pipeline by pipeline, each in a transaction of its own.
void Service::tick() {
  Millis now = clock_.now();
  Rows rows = store_.read([&](Session& session) {
    return session.query(
        "SELECT id FROM pipelines WHERE next_event <= $1 UNION SELECT DISTINCT pipeline FROM attempts "
        "WHERE status = 'RUNNING' AND deadline <= $1 LIMIT $2",
        {now, kPipelinesAtOnce});
  });
  for (const Row& row : rows) tick_pipeline(row.text(0), now);
  if (rows.size() == kPipelinesAtOnce) poke();
}

void Service::tick_pipeline(const std::string& id, Millis now) {
  Aftermath aftermath = store_.transact([&](Session& session) -> Aftermath {
    // Another process that is at it already will do it.
    Rows locked = session.query(fmt::format("SELECT id FROM pipelines WHERE id = $1 AND deleted = 0{}",
                                            session.for_update_skip_locked()),
                                {id});
    if (locked.empty()) return {};
    PipelineRow row = require_pipeline(session, id);
    Runs runs(session, row, plans_of(session, row), now);
    runs.expire();
    runs.raise_late();
    runs.settle();
    Aftermath result = runs.take();
    // Retries whose delay is over.
    for (const Row& ready : session.query("SELECT worker_group, count(*) FROM attempts WHERE pipeline = $1 "
                                          "AND status = 'WAITING_FOR_RUNNER' AND "
                                          "ready_at <= $2 GROUP BY worker_group",
                                          {id, now})) {
      int& count = result.ready[ready.text(0)];
      count = std::max(count, static_cast<int>(ready.number(1)));
    }
    for (const auto& [group, count] : result.ready) session.notify(fmt::format("{} {}", count, group));
    return result;
  });
  after(std::move(aftermath));
}

std::optional<Millis> Service::next_event() {
  return store_.read([&](Session& session) {
    std::optional<Millis> next = session.query("SELECT min(next_event) FROM pipelines").front().optional(0);
    std::optional<Millis> lease =
        session.query("SELECT min(deadline) FROM attempts WHERE status = 'RUNNING'").front().optional(0);
    return next && lease ? std::optional(std::min(*next, *lease)) : next ? next : lease;
  });
}

// --- requests of our own
// ---------------------------------------------------------------------------------------------

// {"to": "2024-05-01T00:00:00"} or {"by": "1 day"}: goes there event by event, so that nothing is skipped.
void Service::advance(Exchange& exchange) {
  if (!clock_.is_virtual())
    throw Fault{FaultType::bad_request, "the clock is the wall's: start with --clock virtual"};
  rapidjson::Document body;
  body.Parse<rapidjson::kParseIterativeFlag>(exchange.request.body.data(), exchange.request.body.size());
  std::optional<Millis> target;
  if (!body.HasParseError() && body.IsObject()) {
    if (auto time = parse_datetime(text_of(body, "to"))) target = time->epoch_millis;
    if (auto period = parse_period(text_of(body, "by"))) {
      if (auto time = add(DateTime{clock_.now()}, *period)) target = time->epoch_millis;
    }
  }
  if (!target)
    throw Fault{FaultType::bad_request, "expected {\"to\": \"YYYY-MM-DDTHH:MM:SS\"} or {\"by\": \"1 day\"}"};
  // What stays due although it was done waits for runners and not for time; a few looks settle that.
  for (int still = 0; still < 100;) {
    tick();
    std::optional<Millis> next = next_event();
    if (!next || *next > *target) break;
    still = *next <= clock_.now() ? still + 1 : 0;
    clock_.set(*next);
  }
  clock_.set(*target);
  tick();
}

bool Service::run_local(Exchange& exchange) {
  std::string_view path = exchange.request.path();
  if (path == "/") return false;
  exchange.started = std::chrono::duration_cast<std::chrono::nanoseconds>(
                         std::chrono::steady_clock::now().time_since_epoch())
                         .count();
  Reply& reply = exchange.reply;
  reply.content_type = "application/json";
  try {
    bool is_admin = path.starts_with("/admin/");
    if (is_admin) {
      std::optional<Fault> fault;
      if (verifier_ != nullptr)
        fault = verifier_->verify(exchange.request, wall_millis(), exchange.access_key);
      if (verifier_ == nullptr && !exchange.request.header("origin").empty())
        fault = Fault{FaultType::access_denied, "requests of web pages are refused"};
      if (fault) throw Fault(*fault);
    }
    if (path == "/healthz") {
      reply.content_type = "text/plain";
      reply.body = "ok\n";
    } else if (path == "/readyz") {
      reply.content_type = "text/plain";
      store_.read([](Session& session) { return session.query("SELECT 1"); });
      reply.status = draining_ ? 503 : 200;
      reply.body = draining_ ? "stopping\n" : "ready\n";
    } else if (path == "/metrics") {
      reply.content_type = "text/plain; version=0.0.4";
      reply.body = metrics_.text();
    } else if (path == "/admin/clock") {
      if (exchange.request.method == "POST") advance(exchange);
      reply.body =
          fmt::format("{{\"now\":\"{}\",\"virtual\":{}}}", time_text(clock_.now()), clock_.is_virtual());
    } else if (path == "/admin/alarms") {
      rapidjson::StringBuffer buffer;
      Writer out(buffer);
      out.StartObject();
      out.Key("alarms");
      out.StartArray();
      std::string pipeline;
      for (auto& [name, value] : parse_query(exchange.request.query(), true)) {
        if (name == "pipelineId") pipeline = value;
      }
      Rows rows = store_.read([&](Session& session) {
        return session.query(
            "SELECT pipeline, alarm, node, event, raised, topic, subject, message FROM alarms "
            "WHERE ($1 = '' OR pipeline = $1) ORDER BY raised, id LIMIT 1000",
            {pipeline});
      });
      for (const Row& row : rows) {
        out.StartObject();
        write_text(out, "pipelineId", row.text(0));
        write_text(out, "alarm", row.text(1));
        write_text(out, "node", row.text(2));
        write_text(out, "event", row.text(3));
        write_text(out, "time", time_text(row.number(4)));
        write_text(out, "topicArn", row.text(5));
        write_text(out, "subject", row.text(6));
        write_text(out, "message", row.text(7));
        out.EndObject();
      }
      out.EndArray();
      out.EndObject();
      reply.body = view_of(buffer);
    } else {
      throw Fault{FaultType::not_found,
                  "expected /, /healthz, /readyz, /metrics, /admin/clock or /admin/alarms"};
    }
  } catch (const Fault& fault) {
    set_fault(reply, fault);
  } catch (const StoreError& error) {
    log_.write(LogLevel::error, "store_failed", {{"request", exchange.id}, {"why", error.what()}});
    set_fault(reply, {FaultType::unavailable, "the store failed"});
  }
  return true;
}

}  // namespace pipexpr::service
