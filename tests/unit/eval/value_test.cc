// Value, ValueView and TextBuffer.
#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

TEST_CASE("api: values as text") {
  CHECK(Value().to_text().empty());
  CHECK_FALSE(Value().is_set());
  CHECK(Value("x").to_text() == "x");
  CHECK(Value(std::int64_t{-7}).to_text() == "-7");
  CHECK(Value(0.5).to_text() == "0.5");
  CHECK(Value(DateTime{}).to_text() == "1970-01-01T00:00:00");
  CHECK(Value(Period{.count = 3, .unit = TimeUnit::days}).to_text() == "3 days");
  CHECK(Value(Period{.count = 1, .unit = TimeUnit::hours}).to_text() == "1 hour");
  CHECK(Value(Reference{.object = ObjectId{0}, .id = "A"}).to_text() == "A");
  CHECK(Value(Value::List{}).to_text() == "[]");
  CHECK(Value(Value::List{"x"}).to_text() == "x");  // a single item stands for itself
  CHECK(Value(Value::List{"a\"\\\n\x01", std::int64_t{2}, 1.5}).to_text() == R"(["a\"\\\n\u0001", 2, 1.5])");
}

TEST_CASE("api: a view is what it was made from") {
  CHECK(ValueView(std::string_view("ab\0c", 4)).text() == std::string_view("ab\0c", 4));
  CHECK(ValueView("x", SlotType::period).slot() == SlotType::period);
  CHECK(ValueView(std::int64_t{INT64_MIN}).integer() == INT64_MIN);
  CHECK(ValueView(-0.0).kind() == Kind::number);
  const TimeZone zone = parse_time_zone("+05:30").value();
  CHECK(ValueView(DateTime{-1, zone}).datetime() == DateTime{-1, zone});
  CHECK(ValueView(Period{5, TimeUnit::months}).period() == Period{5, TimeUnit::months});
  CHECK(ValueView(kNoObject, Sphere::instance).object() == kNoObject);
  CHECK(ValueView(ObjectId{7}, Sphere::instance).sphere() == Sphere::instance);
  const ValueView items[] = {ValueView("a"), ValueView("b")};
  CHECK(ValueView(items, 2).end() - ValueView(items, 2).begin() == 2);
  CHECK(ValueView().is(Kind::unset));
}

TEST_CASE("api: a string buffer keeps its memory") {
  TextBuffer buffer;
  CHECK(buffer.view().empty());
  for (int i = 0; i < 1000; ++i) {
    *buffer.prepare(1) = static_cast<char>('a' + i % 26);
    buffer.commit(1);
  }
  CHECK(buffer.size() == 1000);
  CHECK(buffer.view().substr(0, 3) == "abc");
  const std::size_t capacity = buffer.capacity();
  buffer.clear();
  CHECK(buffer.capacity() == capacity);
  *buffer.prepare(1) = 'x';
  buffer.commit(1);
  TextBuffer moved = std::move(buffer);
  CHECK(moved.view() == "x");
  buffer = std::move(moved);
  CHECK(buffer.view() == "x");
}

TEST_CASE("api: a result has a value or diagnostics") {
  Result<int> good = 7;
  CHECK(good.value() == 7);
  CHECK(good.error().empty());
  Diagnostic why;
  why.message = "because";
  Result<int> bad = why;
  CHECK_FALSE(bad);
  CHECK(bad.error().size() == 1);
  CHECK_THROWS_AS(bad.value(), BadResult);
  CHECK_THROWS_WITH(bad.value(), "because");
  CHECK_THROWS_WITH(Result<int>(Diagnostics{}).value(), "pipexpr: no value");
}

TEST_CASE("api: values outlive the expression and the graph") {
  Value value;
  {
    const auto graph =
        PipelineDefinition::load(R"({"objects": [{"id": "A", "x": ["a", "b"], "r": {"ref": "A"}}]})").value();
    const Context context{.object = *graph->find("A")};
    value = Expression::compile("#{x + 'y'}").value().evaluate(*graph, context).value();
    CHECK(Expression::compile("#{r}").value().evaluate(*graph, context).value().reference().id == "A");
  }
  CHECK(value.to_text() == R"(["ay", "by"])");
}

TEST_CASE("api: an expression bound to one graph works on another") {
  const auto one = PipelineDefinition::load(R"({"objects": [{"id": "A", "x": "1", "y": "2"}]})").value();
  const auto other = PipelineDefinition::load(R"({"objects": [{"id": "A", "y": "20", "x": "10"}]})").value();
  const Expression bound = Expression::compile("#{x}-#{y}").value().bind(*one);
  const Context context{.object = ObjectId{0}};
  CHECK(bound.evaluate_text(*one, context).value() == "1-2");
  CHECK(bound.evaluate_text(*other, context).value() == "10-20");
  CHECK(bound.bind(*other).evaluate_text(*other, context).value() == "10-20");
  CHECK(bound.bind(*other).evaluate_text(*one, context).value() == "1-2");
}

TEST_CASE("api: graphs are never taken for one another") {
  class Empty final : public ObjectGraph {
   public:
    bool field(ObjectId, const FieldName&, Field&) const override { return false; }
    std::string_view id(ObjectId) const override { return ""; }
  };
  Empty one;
  Empty copy = one;
  CHECK(one.identity() != copy.identity());
  const std::uint64_t before = copy.identity();
  copy = one;
  CHECK(copy.identity() != before);
  CHECK(copy.identity() != one.identity());
}
