// A warm Evaluator allocates nothing.
#include "../catch.h"
#include "memory.h"
#include "samples.h"

using namespace pipexpr;

namespace {

// Evaluates a few times, then counts one more time each way.
void check(const Expression& expression, const ObjectGraph& graph, const Context& context) {
  Evaluator evaluator;
  TextBuffer out;
  std::vector<std::string_view> pieces;
  for (int i = 0; i < 4; ++i) {
    out.clear();
    REQUIRE(evaluator.append(expression, graph, context, out));
    REQUIRE(evaluator.pieces(expression, graph, context, pieces));
  }
  const std::string before(out.view());
  out.clear();
  const safety::Counting counting;
  const bool appended = evaluator.append(expression, graph, context, out).has_value();
  const std::uint64_t by_append = counting.allocations();
  const bool in_pieces = evaluator.pieces(expression, graph, context, pieces).has_value();
  const std::uint64_t in_all = counting.allocations();
  CHECK((appended && in_pieces));
  CHECK(by_append == 0);
  CHECK(in_all == by_append);
  CHECK(out.view() == before);
}

}  // namespace

TEST_CASE("safety: the allocator counts") {
  const safety::Counting counting;
  const std::string long_enough(1000, 'x');
  CHECK(counting.allocations() >= 1);
  if (!safety::kSanitized) CHECK(counting.peak() >= 1000);
}

TEST_CASE("safety: a warm evaluation allocates nothing") {
  for (const std::string& text : safety::good_templates()) {
    INFO(text);
    const Expression expression = Expression::compile(text).value();
    check(expression, safety::definition(), safety::context());
    check(expression.bind(safety::definition()), safety::definition(), safety::context());
  }
}

TEST_CASE("safety: nor does one that gives a value of one kind") {
  Evaluator evaluator;
  const auto of = [](const char* text) { return Expression::compile(text).value().bind(safety::definition()); };
  const Expression integer = of("#{day(@scheduledStartTime) + 1}"), number = of("#{day(@scheduledStartTime) / 7.0}"),
                   boolean = of("#{'tr' + 'ue'}"), time = of("#{minusDays(@scheduledStartTime, 1)}");
  const auto evaluate = [&] {
    return evaluator.integer(integer, safety::definition(), safety::context()).has_value() &&
           evaluator.number(number, safety::definition(), safety::context()).has_value() &&
           evaluator.boolean(boolean, safety::definition(), safety::context()).has_value() &&
           evaluator.datetime(time, safety::definition(), safety::context()).has_value();
  };
  for (int i = 0; i < 4; ++i) REQUIRE(evaluate());
  const safety::Counting counting;
  const bool done = evaluate();
  const std::uint64_t allocations = counting.allocations();
  CHECK(done);
  CHECK(allocations == 0);
}

TEST_CASE("safety: nor does one whose host gives texts") {
  const safety::Texts graph({{"name", "orders"},
                             {"path", "s3://#{name}/#{format(@scheduledStartTime,'YYYY-MM-dd')}"},
                             {"zone", "America/New_York"},
                             {"pattern", "HH:mm"},
                             {"command", "cp #{path} #{path}.gz"}});
  const Context context{.object = ObjectId{0}, .run = safety::run()};
  for (const char* text : {"#{name}", "#{command}", "x#{path}y", "#{format(@scheduledStartTime, pattern)}",
                           "#{format(inTimeZone(@scheduledStartTime, zone), pattern)}"}) {
    INFO(text);
    check(Expression::compile(text).value(), graph, context);
  }
}

TEST_CASE("safety: nor does one that went through a failure") {
  Evaluator evaluator;
  TextBuffer out;
  const Expression good = Expression::compile("#{command}").value();
  const Expression bad = Expression::compile("#{my1}#{1 + myText}#{myLoop}").value();
  for (int i = 0; i < 4; ++i) {
    REQUIRE(evaluator.append(good, safety::definition(), safety::context(), out));
    REQUIRE_FALSE(
        evaluator.append(Expression::compile("#{nosuch}").value(), safety::definition(), safety::context(), out));
    (void)evaluator.append(bad, safety::definition(), safety::context(), out);
  }
  out.clear();
  const safety::Counting counting;
  const bool done = evaluator.append(good, safety::definition(), safety::context(), out).has_value();
  CHECK(counting.allocations() == 0);
  CHECK(done);
}
