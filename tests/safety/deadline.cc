// A deadline and a cancel flag stop any evaluation soon.
#include <algorithm>
#include <chrono>
#include <thread>

#include "../catch.h"
#include "samples.h"
#include "stack.h"

using namespace pipexpr;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

namespace {

// A second and more of work, of different kinds.
const std::vector<std::string>& long_templates() {
  static const std::vector<std::string> all = [] {
    std::string sum = "#{myInteger", calls, lists;
    for (int i = 0; i < 15'000; ++i) sum += " + 1";
    sum += "}";
    std::string sums;
    for (int i = 0; i < 30; ++i) sums += sum;
    for (int i = 0; i < 20'000; ++i) calls += "#{format(plusDays(myDate, 1), 'YYYY-MM-dd')}";
    for (int i = 0; i < 20'000; ++i) lists += "#{day(myWords2)}";
    return std::vector<std::string>{sums, calls, lists};
  }();
  return all;
}

constexpr double kSlack = safety::kSanitized ? 500 : 50;  // 1 on the machine of docs/security.md; machines get busy

EvaluateOptions endless() {
  EvaluateOptions options;
  options.limits = Limits::ceilings();
  return options;
}

CompileOptions roomy() {
  CompileOptions options;
  options.limits = Limits::ceilings();
  return options;
}

// A graph that gives every field as a list of dates, so that one step of a template is a thousand.
class Dates final : public ObjectGraph {
 public:
  Dates() : items_(1000, FieldItem::of_text("2024-01-01T00:00:00")) {}
  bool field(ObjectId, const FieldName& name, Field& out) const override {
    out = {.items = items_.data(), .count = name.text == "myWords2" ? 1000u : 1u, .type = SlotType::datetime};
    if (name.text == "myInteger") out = {.items = &four_, .count = 1};
    return true;
  }
  std::string_view id(ObjectId) const override { return "Dates"; }

 private:
  std::vector<FieldItem> items_;
  FieldItem four_ = FieldItem::of_value(ValueView(std::int64_t{4}));
};

}  // namespace

TEST_CASE("safety: a deadline ends an evaluation") {
  const Dates graph;
  for (const std::string& text : long_templates()) {
    INFO(text.substr(0, 30));
    const Expression expression = Expression::compile(text, roomy()).value();
    double late = 1e9;
    for (int i = 0; i < 5; ++i) {
      EvaluateOptions options = endless();
      const auto deadline = Clock::now() + std::chrono::microseconds(500);
      options.deadline = deadline;
      const auto result = expression.evaluate_text(graph, {.object = ObjectId{0}}, options);
      late = std::min(late, Milliseconds(Clock::now() - deadline).count());
      REQUIRE_FALSE(result);
      REQUIRE(result.error().front().code == DiagnosticCode::deadline_exceeded);
    }
    WARN("late by " << late << " ms");
    CHECK(late < kSlack);
  }
}

TEST_CASE("safety: a cancel flag ends an evaluation") {
  const Dates graph;
  const Expression expression = Expression::compile(long_templates()[2], roomy()).value();
  double late = 1e9;
  for (int i = 0; i < 5; ++i) {
    std::atomic<bool> cancel = false;
    Clock::time_point set;
    EvaluateOptions options = endless();
    options.cancel = &cancel;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      set = Clock::now();
      cancel = true;
    });
    const auto result = expression.evaluate_text(graph, {.object = ObjectId{0}}, options);
    const auto end = Clock::now();
    other.join();
    late = std::min(late, Milliseconds(end - set).count());
    REQUIRE_FALSE(result);
    REQUIRE(result.error().front().code == DiagnosticCode::cancelled);
  }
  WARN("late by " << late << " ms");
  CHECK(late < kSlack);
}

TEST_CASE("safety: what is over before it begins is over, however little there is to do") {
  const Dates graph;
  std::atomic<bool> cancel = true;
  EvaluateOptions cancelled, late;
  cancelled.cancel = &cancel;
  late.deadline = Clock::now();
  const auto expected = GENERATE(DiagnosticCode::cancelled, DiagnosticCode::deadline_exceeded);
  Evaluator evaluator(expected == DiagnosticCode::cancelled ? cancelled : late);
  for (const std::string text : {"", "text", "#{1}", "a#{myInteger}b"}) {
    CAPTURE(text, code_id(expected));
    const Expression expression = Expression::compile(text).value();
    const Context context{.object = ObjectId{0}};
    TextBuffer out;
    std::vector<std::string_view> parts;
    CHECK(evaluator.append(expression, graph, context, out).error().at(0).code == expected);
    CHECK(out.size() == 0);
    CHECK(evaluator.pieces(expression, graph, context, parts).error().at(0).code == expected);
    const auto value = evaluator.value(expression, graph, context);
    REQUIRE_FALSE(value);
    CHECK(value.error().front().code == expected);
  }
}
