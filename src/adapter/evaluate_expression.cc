// Evaluates an expression straight into a reply's body.
#include "adapter/evaluate_expression.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <pipexpr/specialize.h>

#include "adapter/json_writer.h"
#include "adapter/large_pages.h"
#include "adapter/service_error.h"
#include "base/advice.h"

namespace pipexpr::adapter {

namespace {

constexpr std::string_view kBegin = R"({"evaluatedExpression":")";

}  // namespace

Diagnostics write_evaluated(const ObjectGraph& graph, const Context& context, std::string_view expression,
                            const CompileOptions& compile, const EvaluateOptions& options, std::string& body) {
  CompileOptions borrowing = compile;
  borrowing.borrow_source = true;  // the request's body outlives the evaluation
  Result<Expression> compiled = Expression::compile(expression, borrowing);
  if (!compiled) throw ServiceError{ErrorType::invalid_request, describe(compiled.error())};

  // One evaluator for each thread keeps its memory from request to request.
  thread_local Evaluator evaluator;
  thread_local std::vector<std::string_view> pieces;
  evaluator.set_options(options);
  pieces.clear();
  std::string kept;
  if (auto done = evaluator.pieces(*compiled, graph, context, pieces); !done) {
    if (options.unset_runtime != UnsetRuntime::keep) return done.take_error();
    auto text = evaluate_or_keep(*compiled, graph, context, {.compile = compile, .evaluate = options});
    if (!text) return text.take_error();
    kept = *std::move(text);
    pieces = {kept};
  }
  std::size_t size = kBegin.size() + 2;
  for (std::string_view piece : pieces) size += piece.size();
  body.clear();
  reserve_pages(body, size + size / 8);
  body = kBegin;
  for (std::string_view piece : pieces) append_escaped(body, piece);
  body += "\"}";
  return {};
}

void write_evaluated_or_throw(const ObjectGraph& graph, const Context& context, std::string_view expression,
                              const CompileOptions& compile, const EvaluateOptions& options, std::string& body) {
  Diagnostics failed = write_evaluated(graph, context, expression, compile, options, body);
  if (failed.empty()) return;
  // What a host's exception says may be meant for the host alone, and it is not the client's mistake.
  const auto of_host = [](const Diagnostic& why) { return why.code == DiagnosticCode::host_error; };
  if (std::any_of(failed.begin(), failed.end(), of_host)) {
    throw ServiceError{ErrorType::internal, "the server failed while it evaluated the expression"};
  }
  throw ServiceError{ErrorType::invalid_request, describe(failed)};
}

namespace {

// Why what is written as one reference may be a list.
std::string why_several(const Diagnostic& diagnostic) {
  const bool is_of_runs =
      diagnostic.code == DiagnosticCode::several_lists_in_text && diagnostic.message.find(".@") != std::string::npos;
  return is_of_runs ? "; a reference to what has several runs here, being of another schedule, has a value of each"
                    : "";
}

std::string described(const Diagnostics& diagnostics, base::Reader reader) {
  std::string result;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!result.empty()) result += "; ";
    result += fmt::format("{}: {}{}", code_id(diagnostic.code), base::for_reader(diagnostic.message, reader),
                          reader == base::Reader::author ? why_several(diagnostic) : "");
    if (diagnostic.path.empty()) {
      result += fmt::format(" (at byte {})", diagnostic.span.offset);
    } else {
      const PathStep& step = diagnostic.path.back();
      const std::string whose = step.object.empty() ? fmt::format("parameter '{}'", step.field)
                                                    : fmt::format("field '{}' of '{}'", step.field, step.object);
      result += fmt::format(" (in {}, at byte {})", whose, std::uint64_t{step.text_offset} + step.span.offset);
    }
  }
  return result;
}

}  // namespace

std::string describe(const Diagnostics& diagnostics) { return described(diagnostics, base::Reader::client); }

std::string describe_to_author(const Diagnostics& diagnostics) { return described(diagnostics, base::Reader::author); }

}  // namespace pipexpr::adapter
