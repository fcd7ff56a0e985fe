// What remains of a template gives, for every run, what the template gives: generated templates against generated
// graphs.
#include <random>
#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>
#include <pipexpr/specialize.h>

#include "../catch.h"
#include "generator.h"

using namespace pipexpr;

namespace {

// The value with its kind, or the codes of what is wrong.
std::string outcome(const Expression& expression, const ObjectGraph& graph, const Context& context) {
  const auto value = expression.evaluate(graph, context);
  if (value) return std::to_string(static_cast<int>(value->kind())) + " " + value->to_text();
  std::string codes;
  for (const Diagnostic& why : value.error()) codes += std::string(code_id(why.code)) + " ";
  return codes;
}

bool is_limit(const std::string& outcome) { return outcome.find("E6") != outcome.npos; }

}  // namespace

TEST_CASE("properties: specialize, then evaluate, is evaluate") {
  constexpr int kInputs = 20'000;
  std::mt19937_64 random(20261127);
  int literal = 0, shorter = 0, compared = 0;
  for (int i = 0; i < kInputs; ++i) {
    std::vector<std::uint8_t> data(40 + random() % 400);
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random());
    fuzz::Bytes bytes(data.data(), data.size());
    const fuzz::Graph graph(bytes);
    const std::string text = fuzz::a_template(bytes);
    const auto expression = Expression::compile(text);
    if (!expression) continue;
    Context known;
    if (random() % 8 != 0) known.object = static_cast<ObjectId>(0);
    const std::string given = fuzz::a_template(bytes);
    const FieldItem item = FieldItem::of_text(given);
    const Binding binding{"b", {.items = &item, .count = 1}};
    if (random() % 4 == 0) known.fields = {&binding, 1};
    const bool has_inlining = random() % 8 != 0;
    const auto made = specialize(*expression, graph, known, {.inlines_references = has_inlining});
    INFO(i << ": " << text);
    REQUIRE(made.has_value());
    INFO("remains: " << made->expression.text());
    literal += made->is_constant() && !expression->is_literal() ? 1 : 0;
    shorter += made->expression.text() != text ? 1 : 0;
    for (int run = 0; run < 3; ++run) {
      Context context = known;
      context.run.emplace();
      context.run->scheduled_start = {static_cast<std::int64_t>(random() % 4'000'000'000'000u), {}};
      if (run != 1) context.run->scheduled_end = DateTime{static_cast<std::int64_t>(random() % 4'000'000'000'000u), {}};
      context.run->attempt = static_cast<std::uint32_t>(run);
      const std::string before = outcome(*expression, graph, context);
      if (is_limit(before)) continue;
      ++compared;
      REQUIRE(outcome(made->expression, graph, context) == before);
    }
  }
  CHECK(compared > kInputs);
  CHECK(literal > kInputs / 50);
  CHECK(shorter > kInputs / 10);
}
