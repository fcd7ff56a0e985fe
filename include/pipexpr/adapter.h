// The adapter: answers the EvaluateExpression requests of AWS clients (aws cli, boto3, the JS SDK) in a server of
// yours, over any ObjectGraph. It has no HTTP library, no store and no thread: the parts of a request go in, the answer
// comes out. Link pipexpr::adapter.
//
//   using namespace pipexpr::adapter;
//   ExpressionAdapter adapter([&](std::string_view pipeline, std::string_view object) -> Subject {
//     auto graph = pipelines.find(pipeline);                  // a std::shared_ptr<const pipexpr::ObjectGraph>
//     if (graph == nullptr) return {};                        // PipelineNotFoundException
//     return {.graph = graph, .context = {.object = graph->find(object).value_or(pipexpr::kNoObject)}};
//   });
//
//   const std::vector<Header> headers = {{"X-Amz-Target", "DataPipeline.EvaluateExpression"},
//                                        {"Content-Type", "application/x-amz-json-1.1"}};
//   Reply reply = adapter.answer({.method = "POST", .target = "/", .headers = headers, .body = body});
//   // 200  {"evaluatedExpression":"s3://in/2024/05/24"}
//   // 400  {"__type":"InvalidRequestException","message":"E201: unknown function 'minusDay' (at byte 2)"}
//
// Both wire forms of the API are read: AWS JSON, and the query form (Action=EvaluateExpression&pipelineId=...). The
// constraints on members are those of AWS's service model, and so are the names of errors; the message of an error is
// ours. An exception of the host's graph, functions or `find` is status 500, and what it says is not shown to the
// client. Signatures, the path and the Origin of a browser are not looked at: which clients may ask is the server's to
// decide, before it calls. Other operations are UnknownOperationException.
//
// An adapter is immutable: any number of threads may call answer() at once, and then they call `find` at once, too.
// Reading a request takes time in proportion to its body, and is not part of the deadline: max_body_bytes bounds it.
// Nothing is thrown but std::bad_alloc.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/expression.h>

namespace pipexpr::adapter {

struct Header {
  std::string_view name;  // as sent; compared without case
  std::string_view value;
};

// One request, borrowed for the duration of the call.
struct Request {
  std::string_view method;
  std::string_view target;  // path and query
  std::vector<Header> headers = {};
  std::string_view body = {};

  // The first header of that name; empty when there is none.
  std::string_view header(std::string_view name) const;
  std::string_view path() const { return target.substr(0, target.find('?')); }
  std::string_view query() const {
    std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  }
};

struct Reply {
  unsigned status = 200;
  std::string content_type = "application/x-amz-json-1.1";
  std::string body = {};        // JSON, UTF-8
  std::string error_type = {};  // for the header x-amzn-ErrorType; empty on success
};

// What a request is about. Without graph there is no such pipeline, without object no such object.
struct Subject {
  std::shared_ptr<const ObjectGraph> graph = nullptr;  // kept until the answer is written
  Context context = {};  // what its spans and names refer to must live as long as the graph
};

using FindSubject = std::function<Subject(std::string_view pipeline_id, std::string_view object_id)>;

struct AdapterOptions {
  // Functions, delimiters and limits of the expressions.
  CompileOptions compile = {};
  // Limits of an evaluation. The deadline is set for each request; the rest is used as it is.
  EvaluateOptions evaluate = {};
  std::chrono::milliseconds deadline{5000};
  std::size_t max_body_bytes = 48 * 1024 * 1024;  // a longer body is RequestEntityTooLargeException
};

class ExpressionAdapter {
 public:
  explicit ExpressionAdapter(FindSubject find, AdapterOptions options = {});
  // The same graph for every pipeline id; objects by ObjectGraph::find.
  explicit ExpressionAdapter(std::shared_ptr<const ObjectGraph> graph, AdapterOptions options = {});

  Reply answer(const Request& request) const;

 private:
  FindSubject find_;
  AdapterOptions options_;
};

}  // namespace pipexpr::adapter
