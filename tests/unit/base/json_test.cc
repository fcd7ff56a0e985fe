// The JSON of values, diagnostics, findings and explanations: whole texts, and bytes that JSON cannot hold.
#include <pipexpr/json.h>

#include "catch.h"

using namespace pipexpr;

namespace {

constexpr const char* kJson = R"({"objects": [
  {"id": "Copy", "type": "ShellCommandActivity", "command": "#{commandd} #{*password}", "*password": "hunter2"}]})";

}  // namespace

TEST_CASE("json: values") {
  CHECK(to_json(Value()) == "null");
  CHECK(to_json(Value(-3)) == "-3");
  CHECK(to_json(Value(2.5)) == "2.5");
  CHECK(to_json(Value("a \"b\"\\\n\x01")) == R"("a \"b\"\\\n\u0001")");
  CHECK(to_json(Value(Period{3, TimeUnit::days})) == R"("3 days")");
  CHECK(to_json(Value(parse_datetime("2024-05-24T17:00:00").value())) == R"("2024-05-24T17:00:00")");
  CHECK(to_json(Value(std::vector<Value>{Value("a"), Value(1)})) == R"(["a",1])");
}

TEST_CASE("json: bytes that are no UTF-8") {
  CHECK(to_json(Value("a\xFFz")) == "\"a\xEF\xBF\xBDz\"");
  CHECK_FALSE(is_utf8(Value("a\xFFz")));
  CHECK_FALSE(is_utf8(Value(std::vector<Value>{Value("a"), Value("\xC0\x80")})));
  CHECK(is_utf8(Value("\xE2\x82\xAC")));
  CHECK(is_utf8(Value(1)));
}

TEST_CASE("json: diagnostics") {
  const auto definition = PipelineDefinition::load(kJson).value();
  const auto use = Expression::compile("#{Copy.command}").value();
  const auto why = use.evaluate(*definition, {}).error();
  CHECK(
      to_json(why[0]) ==
      R"json({"code":"E502","message":"there is no field, parameter or object 'commandd', did you mean 'command'?",)json"
      R"json("offset":2,"length":12,"path":["Copy.command"]})json");
  CHECK(to_json(why) == "[" + to_json(why[0]) + "]");
  CHECK(to_json(Diagnostics()) == "[]");
}

TEST_CASE("json: findings") {
  const Findings findings = check_file(kJson);
  const LineIndex lines(kJson);
  const std::string_view rest =
      R"json("line":2,"column":64,"offset":77,"length":8,"rule":"C301","name":"unknown_name","severity":"error",)json"
      R"json("object":"Copy","field":"command",)json"
      R"json("message":"there is no field, parameter or object 'commandd', did you mean 'command'?",)json"
      R"json("certainty":"certain","evidence":"language","fix":{"title":"write 'command'","offset":77,"length":8,)json"
      R"json("replacement":"command","tier":"display","safe":false}})json";
  REQUIRE(findings.size() > 1);
  CHECK(to_json(findings[1], lines, "a.json") == R"({"file":"a.json",)" + std::string(rest));
  CHECK(to_json(findings[1], lines) == "{" + std::string(rest));
}

TEST_CASE("json: explanations, with secrets covered") {
  const auto definition = PipelineDefinition::load(kJson).value();
  const ObjectId copy = *definition->find("Copy");
  SecretMask mask;
  mask.learn(*definition, {});
  const auto use = Expression::compile("#{*password}", {.fold_constants = false}).value();
  const auto tree = explain(use, *definition, {.object = copy}).value();
  const std::string json = to_json(tree, *definition, mask);
  CHECK(json.starts_with(R"({"complete":true,"nodes":[{"kind":)"));
  CHECK(json.find("hunter2") == std::string::npos);
  CHECK(json.find(R"("value":"********")") != std::string::npos);
  CHECK(to_json(tree, *definition, SecretMask(false)).find("hunter2") != std::string::npos);
}
