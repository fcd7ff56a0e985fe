// Bytes as an HTTP request, as far as the service looks before it asks its store: Beast's parser, signature,
// JSON or query form, and the constraints. Whatever comes, there is an answer that is JSON, or the connection
// is closed.
//
// usage: pipexpr_wire_fuzz [ROUNDS]      mutates its own seeds, the same way every time
// With -fsanitize=fuzzer and PIPEXPR_LIBFUZZER it is a libFuzzer target instead.
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/wire.h"
#include "service/http/sigv4.h"

namespace {

namespace http = boost::beast::http;
using namespace pipexpr::service;

void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

std::string_view to_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// An error's reply is JSON with a name and a message that is UTF-8 without secrets.
void check_reply(const Reply& reply, const ServiceError& error) {
  check(reply.status >= 400 && !reply.error_type.empty(), "an error has a status and a name");
  check(error.message.find("wJalrXUtnFEMI") == std::string::npos, "a message has no secret");
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(reply.body.data(),
                                                                                         reply.body.size());
  check(!document.HasParseError() && document.IsObject() && document.HasMember("__type"), "an error's body is JSON");
}

void answer(const Verifier* verifier, http::request<http::string_body>& message) {
  Exchange exchange;
  Request& request = exchange.request;
  request.method = to_view(message.method_string());
  request.target = to_view(message.target());
  for (const auto& field : message) request.headers.push_back({to_view(field.name_string()), to_view(field.value())});
  request.body = message.body();
  exchange.body = message.body().data();
  std::optional<ServiceError> error;
  if (verifier != nullptr) error = verifier->verify(request, 1'440'938'160'000, exchange.access_key);
  if (!error) error = read_request(exchange);
  if (!error) {
    check(exchange.operation != nullptr && exchange.input.IsObject(),
          "a request that is accepted has an operation and an input");
    // Parts of it are stored as they are; writing recurses, so this also shows that nothing is nested deeper than the
    // model.
    check(count_characters(dump(exchange.input), false) >= 0, "what is stored is UTF-8");
    return;
  }
  set_error(exchange.reply, *error);
  check_reply(exchange.reply, *error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Verifier verifier({{"AKIDEXAMPLE", {"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""}}});
  // A message may quote the request; only a secret that was not in it must not be in the message.
  if (std::string_view(reinterpret_cast<const char*>(data), size).find("wJalrXUtnFEMI") != std::string_view::npos)
    return 0;
  http::request_parser<http::string_body> parser;
  parser.header_limit(16 * 1024);
  parser.body_limit(1 << 20);
  parser.eager(true);
  boost::beast::error_code error;
  std::size_t used = parser.put(boost::asio::buffer(data, size), error);
  check(used <= size, "the parser stays inside its input");
  if (error || !parser.is_done()) return 0;
  http::request<http::string_body> first = parser.get();
  http::request<http::string_body> second = first;  // JSON is parsed in place, which changes the body
  answer(nullptr, first);
  answer(&verifier, second);
  std::string why;
  parse_credentials(parser.get().body(), why);
  return 0;
}

#ifndef PIPEXPR_LIBFUZZER
namespace {

std::string post(std::string_view target, std::string_view body, std::string_view more = "") {
  return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: " +
         std::string(target) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more) +
         "\r\n" + std::string(body);
}

std::vector<std::string> seeds() {
  const std::string authorization =
      "X-Amz-Date: 20150830T123600Z\r\nAuthorization: AWS4-HMAC-SHA256 "
      "Credential=AKIDEXAMPLE/20150830/us-east-1/datapipeline/"
      "aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82"
      "c400e06b5924a6f2b5d7\r\n";
  return {
      post("DataPipeline.EvaluateExpression",
           R"({"pipelineId":"df-1","objectId":"A","expression":"#{1 + 2} \u00e9\n"})"),
      post(
          "DataPipeline.PutPipelineDefinition",
          R"({"pipelineId":"df-1","pipelineObjects":[{"id":"A","name":"A","fields":[{"key":"k","stringValue":"v"},{"key":"r","refValue":"B"}]}],"parameterObjects":[{"id":"myX","attributes":[{"key":"type","stringValue":"String"}]}],"parameterValues":[{"id":"myX","stringValue":"1"}]})"),
      post(
          "DataPipeline_20121129.QueryObjects",
          R"({"pipelineId":"df-1","sphere":"INSTANCE","limit":5,"query":{"selectors":[{"fieldName":"@status","operator":{"type":"EQ","values":["FINISHED"]}}]}})"),
      post("DataPipeline.ActivatePipeline", R"({"pipelineId":"df-1","startTimestamp":1.5e9,"parameterValues":null})",
           authorization),
      post("DataPipeline.ListPipelines", "{}", authorization),
      "GET /?Action=EvaluateExpression&pipelineId=df-1&objectId=A&expression=%23%7B1%7D HTTP/1.1\r\nHost: "
      "localhost\r\n\r\n",
      "GET "
      "/?Action=ReportTaskProgress&taskId=t&fields.1.key=k&fields.member.2.stringValue=v&X-Amz-Signature=1 "
      "HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 44\r\n\r\n"
      "Action=PollForTask&workerGroup=g&hostname=h+",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX-Amz-Target: "
      "DataPipeline.ListPipelines\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  };
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> all = seeds();
  for (const std::string& seed : all)
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size());
  const std::string_view pieces[] = {"\"", "\\u0000",   "\\ud800", "{",      "[", "null",  "\xff", "%00",
                                     "&",  "fields.1.", "\r\n",    "X-Amz-", "=", "1e999", "#{"};
  std::mt19937 random(20121029);
  const long rounds = count > 1 ? std::strtol(arguments[1], nullptr, 10) : 100'000;
  for (long round = 0; round < rounds; ++round) {
    std::string input = all[random() % all.size()];
    for (auto changes = random() % 6; changes-- > 0 && !input.empty();) {
      std::size_t at = random() % input.size();
      switch (random() % 5) {
        case 0: input[at] = static_cast<char>(random()); break;
        case 1: input.erase(at, random() % 9); break;
        case 2: input.insert(at, pieces[random() % std::size(pieces)]); break;
        case 3: input.insert(at, input.substr(random() % input.size(), random() % 40)); break;
        default: input.resize(at); break;
      }
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
  std::printf("%ld requests\n", rounds);
  return 0;
}
#endif
