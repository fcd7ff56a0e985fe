// Admin and health endpoints beside the API: health, metrics, the virtual clock, alarms and task runners.
#include <chrono>

#include <fmt/format.h>

#include "service/operations/operations.h"

namespace pipexpr::service {
namespace {

constexpr std::size_t kProbeBytes = 128 * 1024;

rapidjson::Document parse_body(const Exchange& exchange) {
  rapidjson::Document body;
  body.Parse<rapidjson::kParseIterativeFlag>(exchange.request.body.data(), exchange.request.body.size());
  if (body.HasParseError() || !body.IsObject()) body.SetObject();
  return body;
}

std::string write_alarms(Store& store, const Request& request) {
  std::string pipeline;
  for (auto& [name, value] : parse_query(request.query())) {
    if (name == "pipelineId") pipeline = value;
  }
  Rows rows = store.read([&](Session& session) {
    return session.query(
        "SELECT pipeline, alarm, node, event, raised, topic, subject, message FROM (SELECT * FROM alarms "
        "WHERE ($1 = '' OR pipeline = $1) ORDER BY raised DESC, id DESC LIMIT 1000) AS latest ORDER BY raised, id",
        {pipeline});
  });
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  out.Key("alarms");
  out.StartArray();
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
  return std::string(view_of(buffer));
}

std::string write_runners(Store& store) {
  Rows rows = store.read([](Session& session) {
    return session.query(
        "SELECT id, worker_group, hostname, seen, terminate FROM runners ORDER BY seen DESC, id LIMIT 1000");
  });
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  out.Key("runners");
  out.StartArray();
  for (const Row& row : rows) {
    out.StartObject();
    write_text(out, "id", row.text(0));
    write_text(out, "workerGroup", row.text(1));
    write_text(out, "hostname", row.text(2));
    write_text(out, "seen", time_text(row.number(3)));
    write_flag(out, "terminate", row.number(4) != 0);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return std::string(view_of(buffer));
}

void set_terminate(Store& store, const Exchange& exchange) {
  rapidjson::Document body = parse_body(exchange);
  const Json* flag = member_of(body, "terminate");
  std::string_view id = text_of(body, "id");
  if (id.empty() || flag == nullptr || !flag->IsBool()) {
    throw ServiceError{ErrorType::bad_request, R"(expected {"id": "RUNNER", "terminate": true})"};
  }
  bool terminate = flag->GetBool();
  bool known = store.transact([&](Session& session) {
    session.query("UPDATE runners SET terminate = $2 WHERE id = $1", {id, terminate});
    return session.changed() != 0;
  });
  if (!known) throw ServiceError{ErrorType::not_found, fmt::format("there is no task runner '{}'", id)};
}

}  // namespace

// {"to": "2024-05-01T00:00:00"} or {"by": "1 day"}: goes there event by event, so that nothing is skipped.
void Service::advance(Exchange& exchange) {
  if (!clock_.is_virtual())
    throw ServiceError{ErrorType::bad_request, "the clock is the wall's: start with --clock virtual"};
  rapidjson::Document body = parse_body(exchange);
  std::optional<Millis> target;
  if (auto time = parse_datetime(text_of(body, "to"))) target = time->epoch_millis;
  if (auto period = parse_period(text_of(body, "by"))) {
    if (auto time = add(DateTime{clock_.now()}, *period)) target = time->epoch_millis;
  }
  if (!target)
    throw ServiceError{ErrorType::bad_request, "expected {\"to\": \"YYYY-MM-DDTHH:MM:SS\"} or {\"by\": \"1 day\"}"};
  // What stays due although it was done waits for runners and not for time; a few looks settle that.
  for (int still = 0; still < 100 && !draining_;) {
    run_due();
    std::optional<Millis> next = next_event();
    if (!next || *next > *target) break;
    still = *next <= clock_.now() ? still + 1 : 0;
    clock_.set(*next);
  }
  if (draining_)
    throw ServiceError{ErrorType::unavailable, "the server is stopping; the clock stands where it came to"};
  clock_.set(*target);
  run_due();
}

void Service::answer_local(Exchange& exchange) {
  const Request& request = exchange.request;
  std::string_view path = request.path();
  Reply& reply = exchange.reply;
  // Whoever may call the API may call these.
  if (path.starts_with("/admin/")) {
    if (std::optional<ServiceError> error = refuse(exchange)) throw ServiceError(*error);
  }
  if (path == "/healthz") {
    reply.content_type = "text/plain";
    reply.body = "ok\n";
  } else if (path == "/readyz") {
    reply.content_type = "text/plain";
    bool works = store_works();
    reply.status = draining_ || !works ? 503 : 200;
    reply.body = draining_ ? "stopping\n" : works ? "ready\n" : "the store failed\n";
  } else if (path == "/metrics") {
    reply.content_type = "text/plain; version=0.0.4";
    reply.body = metrics_.text();
  } else if (path == "/admin/clock") {
    if (request.method == "POST") advance(exchange);
    reply.body = fmt::format("{{\"now\":\"{}\",\"virtual\":{}}}", time_text(clock_.now()), clock_.is_virtual());
  } else if (path == "/admin/alarms") {
    reply.body = write_alarms(store_, request);
  } else if (path == "/admin/runners") {
    if (request.method == "POST") set_terminate(store_, exchange);
    reply.body = write_runners(store_);
  } else {
    throw ServiceError{ErrorType::not_found,
                       "expected /, /healthz, /readyz, /metrics, /admin/clock, /admin/alarms or /admin/runners"};
  }
}

bool Service::store_works() {
  try {
    // A write, since a store on a full disk can still be read; and after a failure one that needs space, since a disk
    // that is full may still take a page.
    if (store_.write_failed()) {
      std::string filler(kProbeBytes, 'x');
      store_.transact([&](Session& session) {
        session.query("INSERT INTO probe (id, body) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                      {filler});
      });
      store_.transact([](Session& session) { session.query("DELETE FROM probe"); });
    } else {
      store_.transact([](Session& session) { session.query("UPDATE pipexpr_schema SET version = version"); });
    }
    return true;
  } catch (const StoreError& error) {
    log_.write(LogLevel::error, "store_failed", {{"why", error.what()}});
    return false;
  }
}

void Service::run_local(Exchange& exchange) {
  exchange.reply.content_type = "application/json";
  guarded(exchange, [&] { answer_local(exchange); });
}

}  // namespace pipexpr::service
