// Tests of the functions that a registry takes and refuses.
#include <memory>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

bool nothing(Call& call) { return call.return_value("x"); }

std::string refusal(FunctionSpec spec) {
  FunctionRegistry functions = FunctionRegistry::standard();
  const auto added = functions.add(std::move(spec));
  return added ? "" : added.error().front().message;
}

}  // namespace

TEST_CASE("registry: any kind is not the kind of what is unset") {
  FunctionRegistry functions;
  const auto body = [](Call& call) {
    return call.size() == 0 || call.return_value(call.value(0).kind() == Kind::unset);
  };
  const auto added = functions.add({.name = "f", .result = Kind::unset, .body = body});
  REQUIRE_FALSE(added);
  CHECK(added.error()[0].message == "cannot register function 'f': its result must have a kind, or any: kAnyKind");
  REQUIRE(functions.add({.name = "f", .parameters = {{"of", kAnyKind, Value()}}, .result = kAnyKind, .body = body}));
  CHECK(signature(*functions.find("f")) == "f([any of]) -> any");
  CHECK(kind_name(kAnyKind) == "any value");
  const auto value = [&](const char* text) {
    return Expression::compile(text, {.functions = &functions})->evaluate_text(NoObjects()).value();
  };
  CHECK(value("#{f()}") == "true");
  CHECK(value("#{f(1)}") == "false");
}

TEST_CASE("functions: what cannot be registered, and why") {
  CHECK(refusal({.name = "f", .body = nothing}).empty());
  CHECK(refusal({.name = "_f9", .body = nothing}).empty());
  CHECK(refusal({.name = "", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "9f", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "f-g", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "f\xC3\xA9", .body = nothing}).find("its name must be") != std::string::npos);
  CHECK(refusal({.name = "format", .parameters = {{"a"}, {"b"}}, .body = nothing})
            .ends_with("there is one of that name and number of arguments"));
  CHECK(refusal({.name = "format", .body = nothing}).empty());
  CHECK(refusal({.name = "f"}).find("it has no body") != std::string::npos);
  const auto ends = [&](std::vector<Parameter> parameters, bool variadic, std::string_view end) {
    return refusal({.name = "f", .parameters = std::move(parameters), .variadic = variadic, .body = nothing})
        .ends_with(end);
  };
  CHECK(ends({}, true, "it is variadic and has no parameter"));
  CHECK(ends({{"a", Kind::string, "x"}, {"b"}}, false, "parameter 'b' must have a default, as the one before it has"));
  CHECK(ends({{"a", Kind::integer, "x"}}, false, "parameter 'a' must have a default of its own kind"));
  CHECK(ends({{"a", Kind::list, Value::List{}}}, false, "parameter 'a' cannot have a default of that kind"));
  CHECK(ends({{"a", Kind::string, "x"}}, true, "parameter 'a' takes any number of arguments and needs no default"));
  CHECK(ends({{"a", Kind::integer, {}, true}}, false, "parameter 'a' must be a string to be a boolean"));
  CHECK(ends({{"a", Kind::string, "x"}, {"b"}}, true, ""));
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
  REQUIRE(functions.replace({.name = "mine", .body = [](Call& call) { return call.return_value("y"); }}));
  REQUIRE(functions.replace({.name = "day", .body = [](Call& call) { return call.return_value("night"); }}));
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
      .add({.name = "today",
            .result = Kind::datetime,
            .body = [](Call& call) { return call.return_value(call.context().now); }})
      .value();
  functions
      .add({.name = "next", .result = Kind::integer, .body = [&](Call& call) { return call.return_value(++calls); }})
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
            .body = [&](Call& call) { return ++calls, call.return_value(2 * call.integer(0)); }})
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
  functions
      .add({.name = "own", .body = [prefix = std::move(prefix)](Call& call) { return call.return_value(*prefix); }})
      .value();
  functions.add({.name = "yes", .body = [](Call& call) { return call.return_value(true); }}).value();
  functions
      .add({.name = "size", .result = Kind::integer, .body = [](Call& call) { return call.return_value(call.size()); }})
      .value();
  functions
      .add({.name = "huge",
            .result = Kind::integer,
            .body = [](Call& call) { return call.return_value(~std::uint64_t{0}); }})
      .value();
  functions
      .add({.name = "hour2",
            .result = Kind::period,
            .body =
                [](Call& call) {
                  return call.return_value(Period{2, TimeUnit::hours});
                }})
      .value();
  functions
      .add({.name = "object",
            .parameters = {{"id", Kind::string}},
            .result = Kind::reference,
            .body = [](Call& call) { return call.return_value(call.graph()->find(call.text(0)).value()); }})
      .value();
  functions
      .add({.name = "tenant",
            .body =
                [](Call& call) {
                  return call.return_value(*static_cast<const std::string*>(call.context().user_data));
                }})
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

TEST_CASE("functions: overloads, defaults, any number of arguments, and arguments that are no single values") {
  const auto graph =
      PipelineDefinition::load(R"({"objects": [{"id": "A", "l": ["x", "y"], "r": {"ref": "A"}, "e": "#{l}"}]})")
          .value();
  FunctionRegistry functions = FunctionRegistry::standard();
  const auto add = [&](FunctionSpec spec) { functions.add(std::move(spec)).value(); };
  add({.name = "pad",
       .parameters = {{"text"}, {"size", Kind::integer, 4}, {"fill", Kind::string, "."}},
       .pure = true,
       .body = [](Call& call) {
         std::string text(call.text(0));
         while (text.size() < static_cast<std::size_t>(call.integer(1))) text += call.text(2);
         return call.return_value(text);
       }});
  add({.name = "sum",
       .parameters = {{"n", Kind::integer}},
       .variadic = true,
       .result = Kind::integer,
       .body = [](Call& call) {
         std::int64_t sum = 0;
         for (std::size_t i = 0; i < call.size(); ++i) sum += call.integer(i);
         return call.return_value(sum);
       }});
  add({.name = "f", .parameters = {{"a"}}, .body = [](Call& call) { return call.return_value("one"); }});
  add({.name = "f", .parameters = {{"a"}, {"b"}}, .body = [](Call& call) { return call.return_value("two"); }});
  add({.name = "count", .parameters = {{"of", Kind::list}}, .result = Kind::integer, .body = [](Call& call) {
         return call.return_value(call.list(0).size());
       }});
  add({.name = "reversed", .parameters = {{"of", Kind::list}}, .result = Kind::list, .body = [](Call& call) {
         const auto items = call.list(0);
         return call.return_list(std::vector<ValueView>(items.rbegin(), items.rend()));
       }});
  add({.name = "split", .parameters = {{"of"}}, .result = Kind::list, .body = [](Call& call) {
         return call.return_list(std::vector<std::string>{"<", std::string(call.text(0)), ">"});
       }});
  add({.name = "kind", .parameters = {{"of", kAnyKind}}, .body = [](Call& call) {
         return call.return_value(kind_name(call.value(0).kind()));
       }});
  add({.name = "not", .parameters = {{"flag", Kind::string, {}, true}}, .body = [](Call& call) {
         return call.return_value(!call.boolean(0));
       }});
  add({.name = "same", .parameters = {{"object", Kind::reference}}, .result = Kind::reference, .body = [](Call& call) {
         return call.return_value(call.object(0));
       }});
  const auto value = [&](const std::string& text) {
    const auto compiled = Expression::compile("#{" + text + "}", {.functions = &functions});
    if (!compiled) return compiled.error().at(0).message;
    const auto result = compiled->evaluate(*graph, {.object = ObjectId{0}});
    return result ? result->to_text() : result.error().at(0).message;
  };
  CHECK(value("pad('a')") == "a...");
  CHECK(value("pad('a', 3)") == "a..");
  CHECK(value("pad('a', 3, '-')") == "a--");
  CHECK(value("pad(l, 2)") == R"(["x.", "y."])");
  CHECK(value("pad()") ==
        "pad(String text, [int size = 4], [String fill = '.']) -> String takes 1 to 3 arguments, found 0");
  CHECK(value("sum()") == "0");
  CHECK(value("sum(1)") == "1");
  CHECK(value("sum(1, '2', 3.0)") == "6");
  CHECK(value("sum(1, 'x')") == "argument 2 of sum must be an integer, found the string 'x'");
  CHECK(value("f('a') + f('a', 'b')") == "onetwo");
  CHECK(value("f()") ==
        "f(String a) -> String or f(String a, String b) -> String takes 1 argument or 2 arguments, found 0");
  CHECK(value("count(l)") == "2");
  CHECK(value("count('x')") == "1");
  CHECK(value("reversed(l)") == R"(["y", "x"])");
  CHECK(value("reversed(e) + '!'") == R"(["y!", "x!"])");
  CHECK(value("split('a')") == R"(["<", "a", ">"])");
  CHECK(value("split(l)") == "argument 1 of split must be a string, found a list");
  CHECK(value("kind(l) + kind(1) + kind(r) + kind('')") == "a listan integera referencea string");
  CHECK(value("not('true')") == "false");
  CHECK(value("not('yes')") == "argument 1 of not must be 'true' or 'false', found 'yes'");
  CHECK(value("same(r).l") == R"(["x", "y"])");
  CHECK(value("same('A')") == "argument 1 of same must be a reference, found the string 'A'");
  CHECK(signature(*functions.find("sum")) == "sum(int... n) -> int");
  CHECK(signature(*functions.find("kind")) == "kind(any of) -> String");
  CHECK(signature(*functions.find("not")) == "not(boolean flag) -> String");
  CHECK(functions.add({.name = "f", .parameters = {{"a"}, {"b"}, {"c"}}, .variadic = true, .body = nothing})
            .error()
            .size() == 1);
  CHECK(functions.add({.name = "f", .body = nothing}));
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
