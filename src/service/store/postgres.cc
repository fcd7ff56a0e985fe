// The store in PostgreSQL, shared by any number of server processes.
#include <poll.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "service/store/store_session.h"

namespace pipexpr::service {
namespace {

constexpr const char* kChannel = "pipexpr_ready";

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, Finish>;

// libpq's messages end in a newline and may quote the statement, never its values nor the password.
std::string first_line(const char* message) {
  std::string text = message == nullptr ? "" : message;
  return text.substr(0, text.find('\n'));
}

struct Free {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

// With special characters that are not escaped, a part of the password is taken for the host, the port or the database,
// and libpq's message would quote it.
void check_url(const std::string& url) {
  char* why = nullptr;
  std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(url.c_str(), &why));
  PQfreemem(why);
  bool readable = options != nullptr;
  for (const PQconninfoOption* option = options.get(); readable && option->keyword != nullptr; ++option) {
    std::string_view name = option->keyword;
    std::string_view value = option->val == nullptr ? "" : option->val;
    if (name == "port") readable = value.find_first_not_of("0123456789,") == std::string_view::npos;
    if (name == "host" || name == "dbname") readable = value.find('@') == std::string_view::npos;
  }
  if (!readable) {
    throw StoreError(
        "cannot read the PostgreSQL URL: write special characters of its user, password and host as %XX, and "
        "only what libpq knows after the '?'");
  }
}

// What the URL itself says comes after these, and so it wins. A database host that vanishes is noticed within half a
// minute; without this, statements would wait for it for hours.
Connection open(const std::string& url) {
  const char* names[] = {"connect_timeout",
                         "keepalives_idle",
                         "keepalives_interval",
                         "tcp_user_timeout",
                         "application_name",
                         "dbname",
                         nullptr};
  const char* values[] = {"10", "10", "5", "30000", "pipexpr", url.c_str(), nullptr};
  Connection connection(PQconnectdbParams(names, values, 1));
  if (!connection || PQstatus(connection.get()) != CONNECTION_OK) {
    throw StoreError(fmt::format("cannot connect to PostgreSQL: {}",
                                 connection ? first_line(PQerrorMessage(connection.get())) : "out of memory"),
                     true);
  }
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

class PostgresSession final : public Session {
 public:
  explicit PostgresSession(std::string url) : url_(std::move(url)) { reconnect(); }

  Rows query(std::string_view sql, const std::vector<Argument>& arguments) override {
    if (!in_transaction_ && PQstatus(connection_.get()) != CONNECTION_OK) reconnect();
    const std::string& name = prepare(sql, arguments.size());
    std::vector<std::string> owned(arguments.size());
    std::vector<const char*> values(arguments.size(), nullptr);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (const auto* number = std::get_if<std::int64_t>(&arguments[i].value())) {
        owned[i] = std::to_string(*number);
      } else if (const auto* text = std::get_if<std::string_view>(&arguments[i].value())) {
        owned[i] = std::string(*text);
      } else {
        continue;
      }
      values[i] = owned[i].c_str();
    }
    Answer answer(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()), values.data(),
                                 nullptr, nullptr, 0));
    check(answer);
    const char* count = PQcmdTuples(answer.get());
    changed_ = *count == '\0' ? 0 : std::stoll(count);
    return read(answer.get());
  }

  std::int64_t changed() const override { return changed_; }

  void script(const std::string& sql) override {
    Answer answer(PQexec(connection_.get(), sql.c_str()));
    if (sql == "COMMIT") in_transaction_ = false;
    check(answer);
  }

  void begin() override {
    if (PQstatus(connection_.get()) != CONNECTION_OK) reconnect();
    script("BEGIN");
    in_transaction_ = true;
  }

  void rollback() noexcept override {
    in_transaction_ = false;
    if (PQstatus(connection_.get()) == CONNECTION_OK) Answer(PQexec(connection_.get(), "ROLLBACK"));
  }

  std::string_view for_update() const override { return " FOR UPDATE"; }
  std::string_view for_update_skip_locked() const override { return " FOR UPDATE SKIP LOCKED"; }

  bool notify(std::string_view payload) override {
    query("SELECT pg_notify($1, $2)", {kChannel, payload});
    return true;
  }

 private:
  void reconnect() {
    connection_ = open(url_);
    prepared_.clear();
  }

  const std::string& prepare(std::string_view sql, std::size_t count) {
    auto found = prepared_.find(std::string(sql));
    if (found != prepared_.end()) return found->second;
    std::string name = fmt::format("s{}", prepared_.size());
    Answer answer(
        PQprepare(connection_.get(), name.c_str(), std::string(sql).c_str(), static_cast<int>(count), nullptr));
    check(answer);
    return prepared_.emplace(sql, std::move(name)).first->second;
  }

  void check(const Answer& answer) {
    ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
    const char* state = answer ? PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE) : nullptr;
    std::string code = state == nullptr ? "" : state;
    // 40: serialization failures and deadlocks; 08, 57P: the connection or the server went away.
    bool again = code.empty() || code.starts_with("40") || code.starts_with("08") || code.starts_with("57P");
    throw StoreError(fmt::format("PostgreSQL: {}", first_line(PQerrorMessage(connection_.get()))), again);
  }

  static Rows read(const PGresult* answer) {
    Rows rows;
    int height = PQntuples(answer);
    int width = PQnfields(answer);
    rows.reserve(static_cast<std::size_t>(height));
    for (int i = 0; i < height; ++i) {
      std::vector<std::optional<std::string>> cells(static_cast<std::size_t>(width));
      for (int k = 0; k < width; ++k) {
        if (PQgetisnull(answer, i, k) != 0) continue;
        cells[static_cast<std::size_t>(k)] =
            std::string(PQgetvalue(answer, i, k), static_cast<std::size_t>(PQgetlength(answer, i, k)));
      }
      rows.emplace_back(std::move(cells));
    }
    return rows;
  }

  std::string url_;
  Connection connection_;
  std::unordered_map<std::string, std::string> prepared_;
  std::int64_t changed_ = 0;
  bool in_transaction_ = false;
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(std::string url) : url_(std::move(url)) {}
  ~PostgresDatabase() override { PostgresDatabase::stop(); }

  std::unique_ptr<Session> connect() override { return std::make_unique<PostgresSession>(url_); }
  std::size_t max_sessions(std::size_t wanted) const override { return wanted; }
  bool is_shared() const override { return true; }
  std::string_view kind() const override { return "postgresql"; }

  void listen(std::function<void(std::string_view)> heard, std::function<void()> lost) override {
    listener_ = std::thread([this, heard = std::move(heard), lost = std::move(lost)] {
      while (!stopping_) {
        try {
          listen_once(heard, lost);
        } catch (const StoreError&) {
          // The server is away; every connection of the service meets the same and reports it.
          for (int i = 0; i < 10 && !stopping_; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
      }
    });
  }

  void stop() override {
    stopping_ = true;
    if (listener_.joinable()) listener_.join();
  }

 private:
  void listen_once(const std::function<void(std::string_view)>& heard, const std::function<void()>& lost) {
    Connection connection = open(url_);
    Answer answer(PQexec(connection.get(), fmt::format("LISTEN {}", kChannel).c_str()));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) throw StoreError("PostgreSQL: LISTEN failed", true);
    lost();
    while (!stopping_) {
      pollfd wait{PQsocket(connection.get()), POLLIN, 0};
      if (::poll(&wait, 1, 200) < 0) continue;
      if (wait.revents != 0 && PQconsumeInput(connection.get()) == 0)
        throw StoreError("PostgreSQL: connection lost", true);
      while (PGnotify* notification = PQnotifies(connection.get())) {
        heard(notification->extra);
        PQfreemem(notification);
      }
    }
  }

  std::string url_;
  std::atomic<bool> stopping_{false};
  std::thread listener_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url) {
  check_url(url);
  return std::make_unique<PostgresDatabase>(url);
}

}  // namespace pipexpr::service
