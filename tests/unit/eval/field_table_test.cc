// FieldTable: what is found in it, what a graph is asked for, growth and seeds.
#include <pipexpr/pipexpr.h>

#include <map>

#include "catch.h"

using namespace pipexpr;

namespace {

// A host with a table for some of its fields.
class Host final : public ObjectGraph {
 public:
  Host() {
    table_.reserve(2);
    table_.insert({static_cast<ObjectId>(1), static_cast<FieldKey>(0), 1, &a_, SlotType::string});
    table_.insert({static_cast<ObjectId>(2), static_cast<FieldKey>(0), 1, &b_, SlotType::string});
    set_table(&table_);
  }
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    ++asked[std::string(name.text)];
    if (name.text != "other") return false;
    out = {&c_, 1};
    return true;
  }
  std::string_view id(ObjectId) const override { return "O"; }
  FieldKey key(std::string_view name) const override { return name == "f" ? static_cast<FieldKey>(0) : kNoKey; }

  mutable std::map<std::string, int> asked;

 private:
  FieldItem a_ = FieldItem::of_value("a"), b_ = FieldItem::of_value("b"), c_ = FieldItem::of_value("c");
  FieldTable table_;
};

std::string text(const Expression& expression, const ObjectGraph& graph, unsigned object) {
  return expression.evaluate_text(graph, {.object = static_cast<ObjectId>(object)}).value();
}

}  // namespace

TEST_CASE("api: fields of a graph's table are found without asking, others are asked for") {
  const Host host;
  const Expression bound = Expression::compile("#{f}-#{other}").value().bind(host);
  CHECK(text(bound, host, 1) == "a-c");
  CHECK(text(bound, host, 2) == "b-c");
  CHECK(host.asked == std::map<std::string, int>{{"other", 2}});
  CHECK_FALSE(bound.evaluate_text(host, {.object = static_cast<ObjectId>(3)}).has_value());
}

TEST_CASE("api: a table knows what a field of one value has") {
  using Single = SingleValue;
  const Expression compiled = Expression::compile("#{a}").value();
  const FieldItem items[] = {
      FieldItem::of_text("a"),
      FieldItem::of_value("a"),
      FieldItem::of_value(ValueView(std::int64_t{1})),
      FieldItem::of_value(ValueView(static_cast<ObjectId>(1), Sphere::instance)),
      FieldItem::of_value(ValueView(static_cast<ObjectId>(1), Sphere::component)),
      FieldItem::of_value(ValueView(kNoObject, Sphere::instance)),
      {ValueView("#{a}"), FieldItem::Form::compiled, {&compiled}},
  };
  const Single want[] = {Single::none, Single::text, Single::value,   Single::instance,
                         Single::none, Single::none, Single::compiled};
  for (std::size_t i = 0; i < std::size(items); ++i) CHECK(single_value(items + i, 1) == want[i]);
  CHECK(single_value(items + 1, 2) == Single::none);
  CHECK(single_value(nullptr, 0) == Single::none);
  FieldTable table;
  table.reserve(1);
  table.insert({.object = kNoObject, .key = static_cast<FieldKey>(0), .count = 1, .items = items + 1});
  CHECK(table.find(kNoObject, static_cast<FieldKey>(0))->single == Single::text);
}

TEST_CASE("api: a table grows past what was reserved, and an entry of the same object and key is replaced") {
  const FieldItem a = FieldItem::of_value("a"), b = FieldItem::of_value("b");
  FieldTable table;
  table.reserve(1);
  for (std::uint32_t i = 0; i < 100; ++i) {
    table.insert({.object = ObjectId{i}, .key = FieldKey{0}, .count = 1, .items = &a, .user_data = i});
    CHECK(table.find(ObjectId{i + 1}, FieldKey{0}) == nullptr);  // what is missing is missing, and found out
  }
  table.insert({.object = ObjectId{7}, .key = FieldKey{0}, .count = 1, .items = &b});
  table.insert({.object = ObjectId{7}, .key = kNoKey, .count = 1, .items = &b});
  CHECK(table.size() == 100);
  CHECK(table.find(ObjectId{7}, FieldKey{0})->items == &b);
  CHECK(table.find(ObjectId{99}, FieldKey{0})->user_data == 99);
  table.reserve(3);
  CHECK(table.size() == 0);
  CHECK(table.find(ObjectId{7}, FieldKey{0}) == nullptr);
}

TEST_CASE("api: what a table is told of values that are not there or not compiled is taken as no single value") {
  const FieldItem broken{ValueView("#{a}"), FieldItem::Form::compiled, {nullptr}};
  CHECK(single_value(&broken, 1) == SingleValue::none);
  CHECK(single_value(nullptr, 1) == SingleValue::none);
}

TEST_CASE("api: a table of many fields finds each, and nothing else") {
  FieldTable table(12345);
  CHECK(table.find(kNoObject, kNoKey) == nullptr);
  const FieldItem item = FieldItem::of_value("x");
  table.reserve(5'000);
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    table.insert({.object = static_cast<ObjectId>(i / 10),
                  .key = static_cast<FieldKey>(i % 10),
                  .count = 1,
                  .items = &item,
                  .user_data = i});
  }
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    const FieldTable::Entry* const slot = table.find(static_cast<ObjectId>(i / 10), static_cast<FieldKey>(i % 10));
    REQUIRE(slot != nullptr);
    REQUIRE(slot->user_data == i);
  }
  CHECK(table.find(static_cast<ObjectId>(500), static_cast<FieldKey>(0)) == nullptr);
  CHECK(table.find(static_cast<ObjectId>(1), static_cast<FieldKey>(10)) == nullptr);
  CHECK(table.find(kNoObject, static_cast<FieldKey>(1)) == nullptr);
  CHECK(table.find(static_cast<ObjectId>(1), kNoKey) == nullptr);
}
