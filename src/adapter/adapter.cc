// The adapter's public class: a request in either wire form, answered over the host's graph.
#include <pipexpr/adapter.h>

#include <utility>

#include <fmt/format.h>

#include "adapter/evaluate_expression.h"
#include "adapter/wire.h"

namespace pipexpr::adapter {
namespace {

constexpr std::string_view kOperation = "EvaluateExpression";

}  // namespace

ExpressionAdapter::ExpressionAdapter(FindSubject find, AdapterOptions options)
    : find_(std::move(find)), options_(std::move(options)) {}

ExpressionAdapter::ExpressionAdapter(std::shared_ptr<const ObjectGraph> graph, AdapterOptions options)
    : ExpressionAdapter(
          [graph = std::move(graph)](std::string_view, std::string_view object) -> Subject {
            if (graph == nullptr) return {};
            return {.graph = graph, .context = {.object = graph->find(object).value_or(kNoObject)}};
          },
          std::move(options)) {}

Reply ExpressionAdapter::answer(const Request& request) const {
  std::string body(request.body.substr(0, options_.max_body_bytes));  // JSON is parsed in place
  Exchange exchange;
  exchange.request = request;
  exchange.request.body = body;
  exchange.body = body.data();
  try {
    if (request.body.size() > options_.max_body_bytes) {
      throw ServiceError{ErrorType::request_too_large,
                         fmt::format("expected a body of at most {} bytes, found {} bytes", options_.max_body_bytes,
                                     request.body.size())};
    }
    if (std::optional<ServiceError> error = read_request(exchange)) throw ServiceError(*std::move(error));
    if (exchange.operation->name != kOperation) {
      throw ServiceError{ErrorType::unknown_operation,
                         fmt::format("expected the operation {}, the only one of this server; found {}", kOperation,
                                     exchange.operation->name)};
    }
    const std::string_view pipeline = text_of(exchange.input, "pipelineId");
    const std::string_view object = text_of(exchange.input, "objectId");
    const Subject subject = find_ ? find_(pipeline, object) : Subject{};
    if (subject.graph == nullptr)
      throw ServiceError{ErrorType::pipeline_not_found, fmt::format("Pipeline with id: {} does not exist", pipeline)};
    if (subject.context.object == kNoObject)
      throw ServiceError{ErrorType::invalid_request, fmt::format("pipeline {} has no object '{}'", pipeline, object)};
    EvaluateOptions evaluate = options_.evaluate;
    evaluate.deadline = std::chrono::steady_clock::now() + options_.deadline;
    write_evaluated_or_throw(*subject.graph, subject.context, text_of(exchange.input, "expression"), options_.compile,
                             evaluate, exchange.reply.body);
  } catch (const ServiceError& error) {
    set_error(exchange.reply, error);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    // What the host's exception says may be meant for the host alone.
    set_error(exchange.reply, {ErrorType::internal, "the server could not find out what the request is about"});
  }
  return std::move(exchange.reply);
}

}  // namespace pipexpr::adapter
