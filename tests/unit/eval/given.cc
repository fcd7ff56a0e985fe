// Values that only a graph of a host's own can give.
#include <stdexcept>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

// One object with one field, `x`, of that value.
class One final : public ObjectGraph {
 public:
  explicit One(ValueView value) : item_(FieldItem::of_value(value)) {}
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    out = {.items = &item_, .count = 1};
    return name.text == "x";
  }
  std::string_view id(ObjectId) const override { return "One"; }

 private:
  FieldItem item_;
};

// The text of a template; the first code when it fails.
std::string outcome(const char* source, const ObjectGraph& graph) {
  const auto result = Expression::compile(source).value().evaluate_text(graph, {.object = ObjectId{0}});
  return result ? *result : std::string(code_id(result.error().at(0).code));
}

}  // namespace

TEST_CASE("eval: a host's periods") {
  const One graph(ValueView(Period{.count = 3, .unit = TimeUnit::hours}));
  CHECK(outcome("#{x}", graph) == "3 hours");
  CHECK(outcome("a#{x}b", graph) == "a3 hoursb");
  CHECK(outcome("#{'every ' + x}", graph) == "every 3 hours");
  CHECK(outcome("#{x + '!'}", graph) == "3 hours!");
  CHECK(outcome("#{x - 1}", graph) == "E302");
  CHECK(outcome("#{1 + x}", graph) == "E302");
  CHECK(outcome("#{-x}", graph) == "E302");
  CHECK(outcome("#{minusPeriod(makeDate(2012, 12, 12), x)}", graph) == "2012-12-11T21:00:00");
  CHECK(outcome("#{x.id}", graph) == "E307");
}

TEST_CASE("eval: a host's numbers") {
  const One seven(ValueView(std::int64_t{7}));
  const One half(ValueView(0.5));
  CHECK(outcome("#{x * 2 - 1}", seven) == "13");
  CHECK(outcome("#{x}/#{x / 2}", seven) == "7/3");
  CHECK(outcome("#{x ^ 2}", seven) == "49.0");
  CHECK(outcome("#{x + x * 3}", half) == "2.0");
  CHECK(outcome("a#{x}", half) == "a0.5");
  CHECK(outcome("#{x / (x - 0.5)}", half) == "E402");
}

TEST_CASE("eval: a host's reference to no object is unset") {
  class Nowhere final : public ObjectGraph {
   public:
    bool field(ObjectId, const FieldName& name, Field& out) const override {
      out = {.items = name.text == "one" ? items_ : items_ + 1, .count = name.text == "one" ? 1u : 2u};
      return name.text == "one" || name.text == "two";
    }
    std::string_view id(ObjectId object) const override {
      return object == ObjectId{0} ? "N" : throw std::out_of_range("there is no such object");
    }

   private:
    FieldItem items_[3] = {FieldItem::of_value(ValueView(kNoObject, Sphere::component)),
                           FieldItem::of_value(ValueView(kNoObject, Sphere::component)),
                           FieldItem::of_value(ValueView(ObjectId{0}, Sphere::component))};
  };
  const Nowhere graph;
  const Context context{.object = ObjectId{0}};
  const auto text = [&](const char* source) {
    return Expression::compile(source).value().evaluate_text(graph, context);
  };
  CHECK(text("<#{one}>").value() == "<>");
  CHECK(text("<#{two}>").value() == "<N>");
  CHECK(text("#{one.id}").error().at(0).code == DiagnosticCode::not_a_reference);
}
