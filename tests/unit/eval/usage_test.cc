// What an evaluation has taken, what an evaluator holds, and that it can be given back.
#include <stdexcept>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

class Texts final : public ObjectGraph {
 public:
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    if (name.text == "throws") throw std::out_of_range("no such row");
    if (name.text == "loud") throw std::out_of_range(std::string(3'000'000, 'x'));
    if (name.text == "tells") throw std::out_of_range("no row for " + std::string(secret_.value.text()));
    if (name.text == "*pw") {
      out = {.items = &secret_, .count = 1};
      return true;
    }
    out = {.items = name.text == "long" ? &long_ : &template_, .count = 1};
    return name.text == "long" || name.text == "made";
  }
  std::string_view id(ObjectId) const override { return "Texts"; }

 private:
  std::string text_ = std::string(3'000'000, 'x');
  FieldItem long_ = FieldItem::of_value(ValueView(text_));
  FieldItem template_ = FieldItem::of_text("<#{1 + 2}>");
  FieldItem secret_ = FieldItem::of_value("hunter2");
};

}  // namespace

TEST_CASE("eval: the usage of an evaluation, on both paths") {
  const Texts graph;
  const Context context{.object = ObjectId{0}};
  const auto usage = [&](const char* source, bool interpreter) {
    Evaluator evaluator({.testing_interpreter_only = interpreter});
    TextBuffer out;
    const Expression expression = Expression::compile(source, {.fold_constants = false}).value();
    (void)evaluator.append(expression, graph, context, out).has_value();
    return evaluator.usage();
  };
  for (const bool interpreter : {false, true}) {
    CHECK(usage("plain", interpreter).steps == 0);
    CHECK(usage("#{1 + 2}", interpreter).steps == 3);
    CHECK(usage("#{1 + 2}", interpreter).references == 0);
    CHECK(usage("#{long}", interpreter).references == 1);
    CHECK(usage("#{made} #{made}", interpreter).references == 2);
    CHECK(usage("#{made}", interpreter).steps == 2);  // its text has been compiled to one
    CHECK(usage("#{'a' + 'bc'}", interpreter).bytes == 3);
    CHECK(usage("#{1 + 2}", interpreter).bytes == 1);
    CHECK_FALSE(usage("#{made}", interpreter).has_read_secrets);
    CHECK(usage("#{*pw}", interpreter).has_read_secrets);
    CHECK(usage("#{made}#{nothing}", interpreter).references == 2);  // it has failed
  }
  const Evaluator unused;
  CHECK(unused.usage().steps == 0);
  CHECK(unused.usage().references == 0);
  CHECK(unused.usage().bytes == 0);
}

TEST_CASE("eval: memory is bounded from one evaluation to the next, and can be given back") {
  const Texts graph;
  const Context context{.object = ObjectId{0}};
  const Expression large = Expression::compile("#{long + 'y'}").value(), small = Expression::compile("#{1}").value();
  Evaluator evaluator;
  TextBuffer out;
  const std::size_t at_first = evaluator.memory_bytes();
  REQUIRE(evaluator.append(large, graph, context, out).has_value());
  CHECK(evaluator.memory_bytes() > 3'000'000);
  CHECK(out.capacity() >= 3'000'001);
  out.clear();
  REQUIRE(evaluator.append(small, graph, context, out).has_value());
  CHECK(evaluator.memory_bytes() < 2'000'000);
  out.shrink();
  CHECK(out.capacity() == 1);
  CHECK(out.view() == "1");
  out.clear();
  out.shrink();
  CHECK(out.capacity() == 0);
  REQUIRE(evaluator.append(Expression::compile("#{made}").value(), graph, context, out).has_value());
  evaluator.shrink();
  CHECK(evaluator.memory_bytes() <= at_first);
  out.clear();
  REQUIRE(evaluator.append(large, graph, context, out).has_value());  // and it is as good as new
  CHECK(out.size() == 3'000'001);
}

TEST_CASE("eval: an exception of the host's is kept") {
  const Texts graph;
  FunctionRegistry functions = FunctionRegistry::standard();
  functions.add({.name = "raise", .body = [](Call&) -> bool { throw std::length_error("too long"); }}).value();
  Evaluator evaluator;
  TextBuffer out;
  const auto thrown = [&](const char* source) {
    const Expression expression = Expression::compile(source, {.functions = &functions}).value();
    Result<void> done = evaluator.append(expression, graph, {.object = ObjectId{0}}, out);
    REQUIRE_FALSE(done.has_value());
    REQUIRE(done.error().at(0).exception != nullptr);
    std::rethrow_exception(done.error()[0].exception);
  };
  CHECK_THROWS_AS(thrown("#{raise()}"), std::length_error);
  CHECK_THROWS_AS(thrown("#{throws}"), std::out_of_range);
  const auto other = evaluator.append(Expression::compile("#{nothing}").value(), graph, {.object = ObjectId{0}}, out);
  CHECK(other.error().at(0).exception == nullptr);
}

TEST_CASE("eval: what an exception of the host's says is cut, and no secret is shown") {
  const Texts graph;
  Evaluator evaluator;
  const auto message = [&](const char* source) {
    TextBuffer out;
    const Result<void> done =
        evaluator.append(Expression::compile(source).value(), graph, {.object = ObjectId{0}}, out);
    REQUIRE_FALSE(done.has_value());
    return done.error().at(0).message;
  };
  CHECK(message("#{loud}") == "the host's callback failed: " + std::string(1000, 'x') +
                                  ", when it was asked for the field 'loud' of object 'Texts'");
  CHECK(message("#{*pw}#{tells}") ==
        "the host's callback failed: no row for ********, when it was asked for the field 'tells' of object 'Texts'");
}
