// The small interface behind which SQLite and PostgreSQL stand. Statements are written once, in the SQL that
// both understand, with $1, $2, ... for their values.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pipexpr::service {

// The store failed. `again` says that the same transaction may succeed when it is tried again.
struct StoreError : std::runtime_error {
  explicit StoreError(const std::string& why, bool may_retry = false) : std::runtime_error(why), again(may_retry) {}
  bool again;
};

// A value of a statement; texts are borrowed for the call.
class Argument {
 public:
  Argument() = default;
  Argument(std::nullptr_t) {}                                            // NOLINT: implicit by design
  Argument(std::int64_t number) : value_(number) {}                      // NOLINT
  Argument(int number) : value_(std::int64_t{number}) {}                 // NOLINT
  Argument(bool flag) : value_(std::int64_t{flag ? 1 : 0}) {}            // NOLINT
  Argument(std::string_view text) : value_(text) {}                      // NOLINT
  Argument(const std::string& text) : value_(std::string_view(text)) {}  // NOLINT
  Argument(const char* text) : value_(std::string_view(text)) {}         // NOLINT
  Argument(std::optional<std::int64_t> number) {                         // NOLINT
    if (number) value_ = *number;
  }

  const std::variant<std::monostate, std::int64_t, std::string_view>& value() const { return value_; }

 private:
  std::variant<std::monostate, std::int64_t, std::string_view> value_;
};

class Row {
 public:
  explicit Row(std::vector<std::optional<std::string>> cells) : cells_(std::move(cells)) {}
  bool is_null(std::size_t column) const { return !cells_[column]; }
  const std::string& text(std::size_t column) const;  // empty for NULL
  std::int64_t number(std::size_t column) const;      // 0 for NULL
  std::optional<std::int64_t> optional(std::size_t column) const;

 private:
  std::vector<std::optional<std::string>> cells_;
};

using Rows = std::vector<Row>;

// One connection; used by one thread at a time.
class Session {
 public:
  virtual ~Session() = default;
  virtual Rows query(std::string_view sql, const std::vector<Argument>& arguments = {}) = 0;
  virtual std::int64_t changed() const = 0;         // rows that the last statement changed
  virtual void script(const std::string& sql) = 0;  // several statements without values

  virtual void begin() = 0;
  void commit() { script("COMMIT"); }
  virtual void rollback() noexcept = 0;

  virtual void give_back_space() {}  // of rows that are gone, where the store does not see to it by itself

  // Row locks, for stores that several processes share; empty where a transaction has the store to itself.
  virtual std::string_view for_update() const = 0;
  virtual std::string_view for_update_skip_locked() const = 0;
  // Tells all processes on the store, this one included, after the commit. False when there are no others.
  virtual bool notify(std::string_view payload) = 0;
};

class Database {
 public:
  virtual ~Database() = default;
  virtual std::unique_ptr<Session> connect() = 0;
  virtual std::size_t max_sessions(std::size_t wanted) const = 0;
  virtual bool is_shared() const = 0;  // other processes may change it
  virtual std::string_view kind() const = 0;
  // Calls back with each payload that any process notified, on a thread of its own, until stopped. `lost` is
  // called when notifications may have been missed.
  virtual void listen(std::function<void(std::string_view)> heard, std::function<void()> lost) = 0;
  virtual void stop() = 0;
};

// "sqlite:FILE" or "postgresql://...": throws StoreError when it cannot be opened.
std::unique_ptr<Database> open_database(const std::string& url);
std::unique_ptr<Database> open_sqlite(const std::string& file);
std::unique_ptr<Database> open_postgres(const std::string& url);

// Brings an empty or older store to the present version; refuses a newer one.
void migrate(Session& session);

}  // namespace pipexpr::service
