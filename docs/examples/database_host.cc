// A host whose objects are rows of a database: an object is read when it is first asked for, and kept as long as the
// graph, which lives for one request.
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include <pipexpr/pipexpr.h>
#include <sqlite3.h>

using namespace pipexpr;

// A statement that is finalized when its holder ends.
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Statement prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database, sql, -1, &made, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(database));
  return {made, &sqlite3_finalize};
}

class RowGraph final : public ObjectGraph {
 public:
  explicit RowGraph(sqlite3* database)
      : fields_(prepare(database, "SELECT name, value, target FROM fields WHERE object = ?")) {}

  ObjectId object(std::string_view id) const {
    const auto [found, is_new] = numbers_.try_emplace(std::string(id), static_cast<ObjectId>(objects_.size()));
    if (is_new) objects_.emplace_back().id = found->first;
    return found->second;
  }

  // Throws when the database fails: the evaluation then ends with diagnostic E901, which has the message.
  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    Object& asked = objects_[static_cast<std::size_t>(object)];
    if (!asked.is_read) read(asked);
    const auto found = asked.fields.find(name.text);
    if (found == asked.fields.end()) return false;
    out.items = &found->second.item;
    out.count = 1;
    return true;
  }
  std::string_view id(ObjectId object) const override { return objects_[static_cast<std::size_t>(object)].id; }

 private:
  struct Column {
    std::string text;  // here, so that it lives as long as the item that refers to it
    FieldItem item;
  };
  struct Object {
    std::string id;
    bool is_read = false;
    std::map<std::string, Column, std::less<>> fields;
  };

  void read(Object& object) const {
    sqlite3_reset(fields_.get());
    sqlite3_bind_text(fields_.get(), 1, object.id.data(), static_cast<int>(object.id.size()), SQLITE_STATIC);
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(fields_.get())) == SQLITE_ROW) {
      Column& column = object.fields[text(0)];
      column.text = text(1);
      const bool is_reference = sqlite3_column_type(fields_.get(), 2) != SQLITE_NULL;
      column.item =
          is_reference ? FieldItem::of_value(ValueView(this->object(text(2)))) : FieldItem::of_text(column.text);
    }
    if (step != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(sqlite3_db_handle(fields_.get())));
    object.is_read = true;
  }
  std::string text(int column) const {
    const unsigned char* bytes = sqlite3_column_text(fields_.get(), column);
    if (bytes == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(fields_.get(), column))};
  }

  Statement fields_;
  // Filled while they are asked for, so a graph is used by one thread at a time.
  mutable std::deque<Object> objects_;
  mutable std::map<std::string, ObjectId, std::less<>> numbers_;
};

int main() {
  sqlite3* opened = nullptr;
  if (sqlite3_open(":memory:", &opened) != SQLITE_OK) return 1;
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, &sqlite3_close);
  sqlite3_exec(opened,
               "CREATE TABLE fields (object TEXT, name TEXT, value TEXT, target TEXT);"
               "INSERT INTO fields VALUES ('Copy', 'input', NULL, 'Raw'), ('Copy', 'queue', 'etl', NULL),"
               "  ('Raw', 'path', 's3://in/#{format(@scheduledStartTime, ''YYYY-MM-dd'')}', NULL);",
               nullptr, nullptr, nullptr);

  const Expression command = Expression::compile("#{queue}: cp #{input.path} .").value();
  const Run run{.scheduled_start = parse_datetime("2024-05-24T00:00:00").value()};
  const RowGraph request(opened);  // one graph for each request: what it has read stays the same until its end
  std::cout << command.evaluate_text(request, {.object = request.object("Copy"), .run = run}).value() << '\n';

  sqlite3_exec(opened, "DROP TABLE fields", nullptr, nullptr, nullptr);
  const auto failed = command.evaluate_text(request, {.object = request.object("Other"), .run = run});
  std::cout << code_id(failed.error().front().code) << ": " << failed.error().front().message << '\n';
}
