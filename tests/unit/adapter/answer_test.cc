// The adapter: requests in both wire forms over a host's graph, and what is answered to those that are wrong.
#include <stdexcept>
#include <string>

#include <pipexpr/adapter.h>
#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;
using namespace pipexpr::adapter;

namespace {

std::shared_ptr<const PipelineDefinition> graph() {
  static const auto made =
      PipelineDefinition::load(R"({"objects": [{"id": "Job", "table": "orders", "*key": "hunter2"}]})").value();
  return made;
}

ExpressionAdapter adapter_of(AdapterOptions options = {}) {
  return ExpressionAdapter(
      [](std::string_view pipeline, std::string_view object) -> Subject {
        if (pipeline == "df-broken") throw std::runtime_error("password of the database: hunter2");
        if (pipeline != "df-1") return {};
        return {.graph = graph(), .context = {.object = graph()->find(object).value_or(kNoObject)}};
      },
      std::move(options));
}

std::string shown(const Reply& reply) {
  return std::to_string(reply.status) + " " + reply.error_type + (reply.error_type.empty() ? "" : " ") + reply.body;
}

std::string json(std::string_view body, AdapterOptions options = {}) {
  return shown(adapter_of(std::move(options))
                   .answer({.method = "POST",
                            .target = "/",
                            .headers = {{"x-amz-target", "DataPipeline.EvaluateExpression"},
                                        {"Content-Type", "application/x-amz-json-1.1"}},
                            .body = body}));
}

std::string body(std::string_view pipeline, std::string_view object, std::string_view expression) {
  return R"({"pipelineId":")" + std::string(pipeline) + R"(","objectId":")" + std::string(object) +
         R"(","expression":")" + std::string(expression) + R"("})";
}

std::string error(std::string_view type, std::string_view message) {
  return "400 " + std::string(type) + R"( {"__type":")" + std::string(type) + R"(","message":")" +
         std::string(message) + "\"}";
}

}  // namespace

TEST_CASE("adapter: an expression is evaluated in both wire forms") {
  CHECK(json(body("df-1", "Job", "s3://#{table}/#{1+2}")) == R"(200 {"evaluatedExpression":"s3://orders/3"})");
  CHECK(json(body("df-1", "Job", R"(a\"b)")) == R"(200 {"evaluatedExpression":"a\"b"})");
  const Reply query = adapter_of().answer(
      {.method = "GET",
       .target =
           "/?Action=EvaluateExpression&Version=2012-10-29&pipelineId=df-1&objectId=Job&expression=%23%7Btable%7D"});
  CHECK(shown(query) == R"(200 {"evaluatedExpression":"orders"})");
  CHECK(query.content_type == "application/json");
  const Reply form =
      adapter_of().answer({.method = "POST",
                           .target = "/",
                           .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                           .body = "Action=EvaluateExpression&pipelineId=df-1&objectId=Job&expression=a+b"});
  CHECK(shown(form) == R"(200 {"evaluatedExpression":"a b"})");
  const Reply old = adapter_of().answer({.method = "POST",
                                         .target = "/",
                                         .headers = {{"X-Amz-Target", "DataPipeline_20121129.EvaluateExpression"},
                                                     {"content-type", "application/x-amz-json-1.0"}},
                                         .body = body("df-1", "Job", "x")});
  CHECK(old.content_type == "application/x-amz-json-1.0");
}

TEST_CASE("adapter: what a request is about may not exist") {
  CHECK(json(body("df-2", "Job", "x")) == error("PipelineNotFoundException", "Pipeline with id: df-2 does not exist"));
  CHECK(json(body("df-1", "Jib", "x")) == error("InvalidRequestException", "pipeline df-1 has no object 'Jib'"));
  const std::string of_host = json(body("df-broken", "Job", "x"));
  CHECK(of_host == R"(500 InternalServiceError {"__type":"InternalServiceError","message":)"
                   R"("the server could not find out what the request is about"})");
  CHECK(shown(ExpressionAdapter(std::shared_ptr<const ObjectGraph>())
                  .answer({.method = "GET",
                           .target = "/?Action=EvaluateExpression&pipelineId=df-1&objectId=Job&expression=x"})) ==
        error("PipelineNotFoundException", "Pipeline with id: df-1 does not exist"));
}

TEST_CASE("adapter: an exception of the host is not shown to the client") {
  class Broken final : public ObjectGraph {
   public:
    bool field(ObjectId, const FieldName&, Field&) const override { throw std::runtime_error("password=hunter2"); }
    std::string_view id(ObjectId) const override { return "Job"; }
    std::optional<ObjectId> find(std::string_view) const override { return ObjectId{0}; }
  };
  const ExpressionAdapter adapter(std::make_shared<const Broken>());
  CHECK(shown(adapter.answer(
            {.method = "GET",
             .target = "/?Action=EvaluateExpression&pipelineId=df-1&objectId=Job&expression=%23%7Bx%7D"})) ==
        R"(500 InternalServiceError {"__type":"InternalServiceError","message":)"
        R"("the server failed while it evaluated the expression"})");
}

TEST_CASE("adapter: a wrong request is refused with the name that clients know") {
  CHECK(json("{") == error("SerializationException", "expected a JSON object as the body, found an error at byte 1"));
  CHECK(json(body("df-1", "Job", "x") + std::string(1, '\0')) ==
        error("SerializationException", "expected a JSON object as the body, found a NUL at byte 55"));
  CHECK(json("[]") == error("SerializationException", "expected a JSON object as the body"));
  CHECK(
      json(R"({"pipelineId":"df-1","objectId":"Job"})") ==
      error("ValidationException",
            "1 validation error detected: Value null at 'expression' failed to satisfy constraint: Member must not be "
            "null"));
  CHECK(json(body("df-1", "Job", "#{tabel}")) ==
        error("InvalidRequestException",
              "E502: there is no field, parameter or object 'tabel', did you mean 'table'? (at byte 2)"));
  CHECK(
      json(body("df-1", "Job", "#{1 +}")) ==
      error("InvalidRequestException",
            "E103: expected a number, a string in quotes, a name or '(', found the end of the expression (at byte 5)"));
  CHECK(json(body("df-1", "Job", "#{1 - *key}")) ==
        error("InvalidRequestException", "E302: operator - needs numbers, found the string '********' (at byte 2)"));
  CHECK(shown(adapter_of().answer({.method = "POST", .target = "/"})) ==
        error("UnknownOperationException",
              "expected a header X-Amz-Target: DataPipeline.<Operation>, or ?Action=<Operation>, found neither"));
  CHECK(shown(adapter_of().answer({.method = "GET", .target = "/?Action=ListPipelines"})) ==
        error("UnknownOperationException",
              "expected the operation EvaluateExpression, the only one of this server; found ListPipelines"));
  AdapterOptions options;
  options.max_body_bytes = 10;
  CHECK(json(body("df-1", "Job", "x"), options) ==
        R"(413 RequestEntityTooLargeException {"__type":"RequestEntityTooLargeException","message":)"
        R"("expected a body of at most 10 bytes, found 55 bytes"})");
}

TEST_CASE("adapter: limits and functions of the host reach the expressions") {
  FunctionRegistry functions = FunctionRegistry::standard();
  functions
      .add(
          {.name = "twice",
           .parameters = {{"text"}},
           .body = [](Call& call) { return call.return_value(std::string(call.text(0)) + std::string(call.text(0))); }})
      .value();
  AdapterOptions options;
  options.compile.functions = &functions;
  CHECK(json(body("df-1", "Job", "#{twice(table)}"), options) == R"(200 {"evaluatedExpression":"ordersorders"})");
  options.evaluate.limits.max_output_bytes = 8;
  CHECK(json(body("df-1", "Job", "#{twice(table)}"), options) ==
        error("InvalidRequestException", "E609: the result is longer than the limit max_output_bytes = 8 (at byte 0)"));
}
