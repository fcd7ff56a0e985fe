// The store in one SQLite file: write-ahead log, every commit on the disk before it is acknowledged.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <unordered_map>

#include <fmt/format.h>
#include <sqlite3.h>

#include "service/store/store_session.h"

namespace pipexpr::service {
namespace {

class SqliteSession final : public Session {
 public:
  explicit SqliteSession(const std::string& file) {
    // It holds parameters and fields that are secret. A new file is its owner's; SQLite gives its log the same mode.
    int created = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (created >= 0) ::close(created);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
      std::string why = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
      sqlite3_close(handle_);
      throw StoreError(fmt::format("cannot open the SQLite file '{}': {}", file, why));
    }
    sqlite3_busy_timeout(handle_, 5000);
    // EXCLUSIVE: one process owns the file, and a second one is told so instead of corrupting its caches.
    script(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;"
        "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; COMMIT;");
  }

  ~SqliteSession() override {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }
  SqliteSession(const SqliteSession&) = delete;
  SqliteSession& operator=(const SqliteSession&) = delete;

  Rows query(std::string_view sql, const std::vector<Argument>& arguments) override {
    sqlite3_stmt* statement = prepare(sql);
    for (std::size_t i = 0; i < arguments.size(); ++i) bind(statement, i + 1, arguments[i]);
    Rows rows;
    int status = SQLITE_OK;
    while ((status = sqlite3_step(statement)) == SQLITE_ROW) rows.push_back(read(statement));
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (status != SQLITE_DONE) fail(status);
    return rows;
  }

  std::int64_t changed() const override { return sqlite3_changes64(handle_); }

  void script(const std::string& sql) override {
    int status = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) fail(status);
  }

  void give_back_space() override { script("PRAGMA incremental_vacuum(4000)"); }
  void begin() override { script("BEGIN IMMEDIATE"); }
  void rollback() noexcept override { sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr); }
  std::string_view for_update() const override { return ""; }
  std::string_view for_update_skip_locked() const override { return ""; }
  bool notify(std::string_view /*payload*/) override { return false; }

 private:
  // Statements are few and fixed, so each is compiled once. $1 is a name to SQLite, found by its text.
  sqlite3_stmt* prepare(std::string_view sql) {
    auto found = statements_.find(std::string(sql));
    if (found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    int status = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                    &statement, nullptr);
    if (status != SQLITE_OK) fail(status);
    statements_.emplace(sql, statement);
    return statement;
  }

  void bind(sqlite3_stmt* statement, std::size_t number, const Argument& argument) {
    int index = sqlite3_bind_parameter_index(statement, fmt::format("${}", number).c_str());
    if (index == 0) return;
    int status = SQLITE_OK;
    if (const auto* integer = std::get_if<std::int64_t>(&argument.value())) {
      status = sqlite3_bind_int64(statement, index, *integer);
    } else if (const auto* text = std::get_if<std::string_view>(&argument.value())) {
      // Borrowed for the call: query() resets the statement before it returns. An empty view may have no
      // address, which SQLite would take for NULL.
      status = sqlite3_bind_text64(statement, index, text->empty() ? "" : text->data(), text->size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
    } else {
      status = sqlite3_bind_null(statement, index);
    }
    if (status != SQLITE_OK) fail(status);
  }

  static Row read(sqlite3_stmt* statement) {
    std::vector<std::optional<std::string>> cells;
    int count = sqlite3_column_count(statement);
    cells.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      if (sqlite3_column_type(statement, i) == SQLITE_NULL) {
        cells.emplace_back();
        continue;
      }
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      cells.emplace_back(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))));
    }
    return Row(std::move(cells));
  }

  [[noreturn]] void fail(int status) {
    int primary = status & 0xFF;
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
      throw StoreError("the SQLite file is in use by another process: use one server for each file, or PostgreSQL");
    }
    throw StoreError(fmt::format("SQLite: {}", sqlite3_errmsg(handle_)));
  }

  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(std::string file) : file_(std::move(file)) {}
  std::unique_ptr<Session> connect() override { return std::make_unique<SqliteSession>(file_); }
  // One writer at a time is what SQLite does; a second connection would only wait for the first.
  std::size_t max_sessions(std::size_t /*wanted*/) const override { return 1; }
  bool is_shared() const override { return false; }
  std::string_view kind() const override { return "sqlite"; }
  void listen(std::function<void(std::string_view)> /*heard*/, std::function<void()> /*lost*/) override {}
  void stop() override {}

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& file) { return std::make_unique<SqliteDatabase>(file); }

}  // namespace pipexpr::service
