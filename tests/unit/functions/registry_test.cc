// Tests of the functions that a registry takes and refuses.
#include <memory>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

bool nothing(Call& call) { return call.give("x"); }

std::string refusal(FunctionSpec spec) {
  FunctionRegistry functions = FunctionRegistry::standard();
  const auto added = functions.add(std::move(spec));
  return added ? "" : added.error().front().message;
}

}  // namespace

TEST_CASE("functions: what cannot be registered, and why") {
  CHECK(refusal({.name = "f", .body = nothing}).empty());
  CHECK(refusal({.name = "_f9", .body = nothing}).empty());
  CHECK(refusal({.name = "", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "9f", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "f-g", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "f\xC3\xA9", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "format", .body = nothing}).find("there is one of that name") != std::string::npos);
  CHECK(refusal({.name = "f"}).find("it has no body") != std::string::npos);
  CHECK(refusal({.name = "f", .parameters = {{"l", Kind::list}}, .body = nothing}).find("parameter 'l'") !=
        std::string::npos);
  CHECK(refusal({.name = "f", .parameters = std::vector<Parameter>(255), .body = nothing}).empty());
  CHECK(refusal({.name = "f", .parameters = std::vector<Parameter>(256), .body = nothing}).find("more than 255") !=
        std::string::npos);
  const auto prepare = [](std::string_view, const Limits&) { return Prepared{}; };
  CHECK(refusal({.name = "f", .body = nothing, .prepare = prepare}).find("prepared parameter") != std::string::npos);
  CHECK(refusal({.name = "f", .parameters = {{"n", Kind::integer}}, .body = nothing, .prepare = prepare})
            .find("prepared parameter") != std::string::npos);
}

TEST_CASE("functions: a registry is a value") {
  FunctionRegistry one = FunctionRegistry::standard();
  const FunctionRegistry before = one;
  REQUIRE(one.add({.name = "mine", .body = nothing}));
  CHECK(one.find("mine") != nullptr);
  CHECK(before.find("mine") == nullptr);
  CHECK(FunctionRegistry::standard().find("mine") == nullptr);
  CHECK(one.all().size() == before.all().size() + 1);
  CHECK(one.all().back()->name == "mine");
  CHECK(FunctionRegistry().all().empty());
}

TEST_CASE("functions: one can be replaced and removed, and what is compiled keeps what it had") {
  const auto graph = PipelineDefinition::load(R"({"objects": []})").value();
  FunctionRegistry functions = FunctionRegistry::standard();
  const std::size_t count = functions.all().size();
  REQUIRE(functions.add({.name = "mine", .body = nothing}));
  const Expression before = Expression::compile("#{mine()}", {.functions = &functions}).value();
  REQUIRE(functions.replace({.name = "mine", .body = [](Call& call) { return call.give("y"); }}));
  REQUIRE(functions.replace({.name = "day", .body = [](Call& call) { return call.give("night"); }}));
  REQUIRE(functions.replace({.name = "other", .body = nothing}));
  CHECK(functions.replace({.name = "other"}).error().at(0).code == DiagnosticCode::invalid_function);
  CHECK(functions.all().size() == count + 2);
  CHECK(Expression::compile("#{mine()} #{day()}", {.functions = &functions})->evaluate_text(*graph).value() ==
        "y night");
  CHECK(functions.remove("mine"));
  CHECK_FALSE(functions.remove("mine"));
  CHECK(functions.find("mine") == nullptr);
  CHECK(Expression::compile("#{mine()}", {.functions = &functions}).error().at(0).code ==
        DiagnosticCode::unknown_function);
  CHECK(before.evaluate_text(*graph).value() == "x");
}

TEST_CASE("functions: what is not pure is called at every evaluation, and not while compiling") {
  const auto graph = PipelineDefinition::load(R"({"objects": []})").value();
  FunctionRegistry functions = FunctionRegistry::standard();
  int calls = 0;
  functions
      .add(
          {.name = "today", .result = Kind::datetime, .body = [](Call& call) { return call.give(call.context().now); }})
      .value();
  functions.add({.name = "next", .result = Kind::integer, .body = [&](Call& call) { return call.give(++calls); }})
      .value();
  functions.add({.name = "fails", .result = Kind::integer, .body = [](Call& call) { return call.fail("down"); }})
      .value();
  const CompileOptions compile{.functions = &functions};
  const Expression today = Expression::compile("#{format(today(), 'YYYY-MM-dd')}", compile).value();
  CHECK(today.evaluate_text(*graph, {.now = parse_datetime("2024-05-24").value()}).value() == "2024-05-24");
  CHECK(today.evaluate_text(*graph, {.now = parse_datetime("2024-05-25").value()}).value() == "2024-05-25");
  const Expression next = Expression::compile("#{next()}", compile).value();
  CHECK(calls == 0);
  for (const char* want : {"1", "2", "3"}) CHECK(next.evaluate_text(*graph).value() == want);
  CHECK(Expression::compile("#{fails()}", compile)->evaluate_text(*graph).error().at(0).message ==
        "fails failed: down");
}

TEST_CASE("functions: what is pure is called while compiling when its arguments are constant") {
  const auto graph = PipelineDefinition::load(R"({"objects": []})").value();
  FunctionRegistry functions;
  int calls = 0;
  functions
      .add({.name = "twice",
            .parameters = {{"n", Kind::integer}},
            .result = Kind::integer,
            .pure = true,
            .body = [&](Call& call) { return ++calls, call.give(2 * call.integer(0)); }})
      .value();
  const Expression twice = Expression::compile("#{twice(21)}", {.functions = &functions}).value();
  CHECK(calls == 1);
  CHECK(twice.evaluate_text(*graph).value() == "42");
  CHECK(calls == 1);
}

TEST_CASE(
    "functions: results of every single kind, state that cannot be copied, the graph and the host's own pointer") {
  const auto graph = PipelineDefinition::load(R"({"objects": [{"id": "A", "name": "a"}]})").value();
  FunctionRegistry functions = FunctionRegistry::standard();
  auto prefix = std::make_unique<std::string>("p-");
  functions.add({.name = "own", .body = [prefix = std::move(prefix)](Call& call) { return call.give(*prefix); }})
      .value();
  functions.add({.name = "yes", .body = [](Call& call) { return call.give(true); }}).value();
  functions.add({.name = "size", .result = Kind::integer, .body = [](Call& call) { return call.give(call.size()); }})
      .value();
  functions
      .add({.name = "huge", .result = Kind::integer, .body = [](Call& call) { return call.give(~std::uint64_t{0}); }})
      .value();
  functions
      .add({.name = "hour2",
            .result = Kind::period,
            .body =
                [](Call& call) {
                  return call.give(Period{2, TimeUnit::hours});
                }})
      .value();
  functions
      .add({.name = "object",
            .parameters = {{"id", Kind::string}},
            .result = Kind::reference,
            .body = [](Call& call) { return call.give(call.graph()->find(call.text(0)).value()); }})
      .value();
  functions
      .add({.name = "tenant",
            .body = [](Call& call) { return call.give(*static_cast<const std::string*>(call.context().user_data)); }})
      .value();
  std::string tenant = "ads";
  const auto value = [&](const char* text) {
    const auto result = Expression::compile(text, {.functions = &functions})->evaluate(*graph, {.user_data = &tenant});
    return result ? result->to_text() : result.error().at(0).message;
  };
  CHECK(value("#{own()}") == "p-");
  CHECK(value("#{yes()}") == "true");
  CHECK(value("#{size()}") == "0");
  CHECK(value("#{huge()}") == "huge failed: the result does not fit in a 64-bit integer");
  CHECK(value("#{plusPeriod(makeDate(2024, 1, 1), hour2())}") == "2024-01-01T02:00:00");
  CHECK(value("#{object('A')}") == "A");
  CHECK(value("#{object('A').name}") == "a");
  CHECK(value("#{tenant()}") == "ads");
}

TEST_CASE("functions: every built-in one has a signature and a line of documentation") {
  for (const auto& function : FunctionRegistry::standard().all()) {
    INFO(function->name);
    CHECK_FALSE(function->description.empty());
    CHECK(signature(*function).starts_with(function->name + "("));
    for (const Parameter& parameter : function->parameters) CHECK_FALSE(parameter.name.empty());
  }
  CHECK(signature(*FunctionRegistry::standard().find("format")) == "format(DateTime time, String pattern) -> String");
}
