// Tests of the functions that a registry takes and refuses.
#include <pipexpr/function_registry.h>

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

TEST_CASE("functions: every built-in one has a signature and a line of documentation") {
  for (const auto& function : FunctionRegistry::standard().all()) {
    INFO(function->name);
    CHECK_FALSE(function->doc.empty());
    CHECK(signature(*function).starts_with(function->name + "("));
    for (const Parameter& parameter : function->parameters) CHECK_FALSE(parameter.name.empty());
  }
  CHECK(signature(*FunctionRegistry::standard().find("format")) == "format(DateTime time, String pattern) -> String");
}
