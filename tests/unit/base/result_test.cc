// Result: what becomes of values and errors, of temporaries too.
#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

static_assert(sizeof(Result<void>) == sizeof(void*));

TEST_CASE("base: the errors of a temporary result outlive it") {
  std::string all;
  for (const Diagnostic& why : Expression::compile("#{1 +} #{}").error()) all += std::string(code_id(why.code)) + " ";
  CHECK(all == "E103 E102 ");
  CHECK(Expression::compile("#{1}").error().empty());
}

TEST_CASE("base: an error can be taken out") {
  auto failed = Expression::compile("#{}");
  const Diagnostics why = failed.take_error();
  CHECK(why.size() == 1);
  CHECK_FALSE(failed);
  CHECK(failed.error().empty());
  auto good = Expression::compile("x");
  CHECK(good.take_error().empty());
  CHECK(good->text() == "x");
}

TEST_CASE("base: a result without a value is success or the reasons") {
  const Result<void> good;
  CHECK(good);
  CHECK(good.error().empty());
  good.value();
  Diagnostic why;
  why.message = "why";
  Result<void> bad = why;
  CHECK_FALSE(bad);
  CHECK(bad.error().at(0).message == "why");
  CHECK_THROWS_AS(bad.value(), BadResult);
  CHECK_THROWS_WITH(bad.value(), "why");
  const Result<void> moved = std::move(bad);
  CHECK(moved.error().size() == 1);
  CHECK(Result<void>(Diagnostics(2)).error().size() == 2);  // of a temporary
}

TEST_CASE("base: value throws what is wrong, and the result of a shared pointer leads to what it points to") {
  CHECK_THROWS_AS(Expression::compile("#{}").value(), BadResult);
  const auto definition = PipelineDefinition::load(R"({"objects": [{"id": "A"}]})");
  CHECK(definition->object_count() == 1);
  CHECK(definition.value()->id(ObjectId{0}) == "A");
  CHECK((*definition).get() == definition.operator->());
}

TEST_CASE("base: an expression is empty by default, and stays itself when it is moved from") {
  Expression expression;
  CHECK(expression.text().empty());
  CHECK(expression.is_literal());
  const auto graph = PipelineDefinition::load(R"({"objects": []})").value();
  CHECK(expression.evaluate_text(*graph).value().empty());
  CHECK(expression.bind(*graph).canonical().empty());
  expression = Expression::compile("#{1 + 1}").value();
  const Expression moved = std::move(expression);
  CHECK(moved.evaluate_text(*graph).value() == "2");
  CHECK(expression.evaluate_text(*graph).value() == "2");  // NOLINT: that is the test
}
