// EvaluateExpression: the operation the project is for.
#include <algorithm>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "instance.h"
#include "operations.h"
#include "pages.h"

namespace pipexpr::service {

namespace {

// What the I/O thread may spend on one evaluation.
constexpr Millis kInlineDeadline = 100;
constexpr std::string_view kBegin = R"({"evaluatedExpression":")";

// Bytes at the front that JSON takes as they are; eight at a time, since texts can have 20 MiB.
std::size_t plain_prefix(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
  // Has a zero byte, or, for bytes that are zero elsewhere, a false alarm that the loop below settles.
  auto has_zero = [](std::uint64_t word) { return (word - kOnes) & ~word & kHigh; };
  std::size_t at = 0;
  for (; text.size() - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    std::uint64_t control = (word - kOnes * 0x20) & ~word & kHigh;
    if ((control | has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\'))) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x20 && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

void append_escaped(std::string& out, std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  while (!text.empty()) {
    std::size_t plain = plain_prefix(text);
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
  }
}

// Writes {"evaluatedExpression": ...}: straight into the reply, and the template's own text straight from the
// request.
void write_evaluated(const PipelineDefinition& graph, const Context& context, std::string_view expression,
                     Millis deadline, std::string& body) {
  CompileOptions compile;
  compile.borrow_source = true;  // the request's body outlives the evaluation
  Result<Expression> compiled = Expression::compile(expression, compile);
  if (!compiled) throw Fault{FaultType::invalid_request, describe(compiled.error())};

  // One evaluator for each thread keeps its memory from request to request.
  thread_local Evaluator evaluator;
  thread_local std::vector<std::string_view> pieces;
  evaluator.options().deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline);
  pieces.clear();
  if (!evaluator.pieces(*compiled, graph, context, pieces)) {
    throw Fault{FaultType::invalid_request, describe(evaluator.error())};
  }
  std::size_t size = kBegin.size() + 2;
  for (std::string_view piece : pieces) size += piece.size();
  body.clear();
  body.reserve(size + size / 64);
  prefer_huge_pages(body);
  body = kBegin;
  for (std::string_view piece : pieces) append_escaped(body, piece);
  body += "\"}";
}

}  // namespace

bool Service::try_inline(Exchange& exchange) {
  // Only where nobody else can have changed the definition, and only what is short: this runs on the I/O
  // thread.
  if (exchange.operation->name != "EvaluateExpression" || store_.database().is_shared()) return false;
  if (exchange.request.body.size() > options_.inline_bytes) return false;
  std::shared_ptr<const Plan> plan = plans_.latest(text_of(exchange.input, "pipelineId"));
  if (plan == nullptr) return false;
  std::optional<ObjectId> object = plan->definition().find(text_of(exchange.input, "objectId"));
  if (!object) return false;
  guarded(exchange, [&] {
    write_evaluated(plan->definition(), {.object = *object, .now = {clock_.now()}},
                    text_of(exchange.input, "expression"),
                    std::min<Millis>(options_.evaluation_deadline, kInlineDeadline), exchange.reply.body);
  });
  return true;
}

void Service::evaluate(Exchange& exchange) {
  std::string& out = exchange.reply.body;
  std::string_view id = text_of(exchange.input, "objectId");
  std::string_view expression = text_of(exchange.input, "expression");
  std::shared_ptr<const Plan> plan;
  std::optional<PipelineRow> pipeline;
  std::optional<InstanceRow> instance;
  std::optional<AttemptRow> attempt;
  const Component* node = nullptr;
  store_.read([&](Session& session) {
    attempt.reset();
    instance.reset();
    node = nullptr;
    pipeline = require_pipeline(session, text_of(exchange.input, "pipelineId"));
    if (pipeline->version == 0) {
      throw Fault{FaultType::invalid_request,
                  fmt::format("pipeline {} has no definition: call PutPipelineDefinition first", pipeline->id)};
    }
    plan = this->plan(session, pipeline->id, pipeline->version);
    if (!store_.database().is_shared()) plans_.set_latest(pipeline->id, plan);
    if (plan->definition().find(id)) return;
    attempt = find_attempt(session, pipeline->id, id);
    instance = find_instance(session, pipeline->id, attempt ? attempt->instance : id);
    if (!instance)
      throw Fault{FaultType::invalid_request, fmt::format("pipeline {} has no object '{}'", pipeline->id, id)};
    plan = this->plan(session, pipeline->id, instance->version);
    if (instance->node.empty()) return;
    std::optional<InstanceRow> guarded = find_instance(session, pipeline->id, instance->node);
    node = guarded ? plan->find(guarded->component) : nullptr;
  });
  DateTime now{clock_.now()};
  if (!instance) {
    Context context{.object = *plan->definition().find(id), .now = now};
    return write_evaluated(plan->definition(), context, expression, options_.evaluation_deadline, out);
  }
  const Component* component = plan->find(instance->component);
  Occurrence occurrence(*plan, *pipeline, *instance, attempt ? &*attempt : nullptr);
  if (node != nullptr) occurrence.set_node(node->object);
  Context context = occurrence.context(component->object);
  context.now = now;
  write_evaluated(plan->definition(), context, expression, options_.evaluation_deadline, out);
}

}  // namespace pipexpr::service
