// Memory runs out at the first, second, third ... allocation: std::bad_alloc or a diagnostic, no leak (the sanitizer
// looks), and everything works afterwards.
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>

#include "../catch.h"
#include "memory.h"
#include "samples.h"

using namespace pipexpr;

#ifdef PIPEXPR_COVERAGE
extern "C" void __gcov_dump();
#endif

namespace {

// Ends a child without its parent's destructors.
[[noreturn]] void leave(int status) {
#ifdef PIPEXPR_COVERAGE
  __gcov_dump();
#endif
  _exit(status);
}

// Fails every allocation in turn until none is left to fail. Whatever is not an exception must be the outcome that
// there is with enough memory.
std::uint64_t starve(const std::function<std::string()>& act) {
  const std::string expected = act();
  for (std::uint64_t k = 1;; ++k) {
    std::string found, strange;
    bool refused = false, failed = false;
    {
      const safety::Failing failing(k);
      try {
        found = act();
      } catch (const std::bad_alloc&) {
        refused = true;
      } catch (...) {
        strange = "?";
      }
      failed = failing.failed();
    }
    if (!strange.empty() || (!refused && found != expected)) {
      FAIL("allocation " << k << ": expected " << expected << ", found " << found << strange);
    }
    if (act() != expected) FAIL("after allocation " << k << " failed: not the same outcome");
    if (!failed) return k - 1;
  }
}

std::string append(Evaluator& evaluator, const Expression& expression, std::string_view source) {
  TextBuffer out;
  if (const auto done = evaluator.append(expression, safety::definition(), safety::context(), out); !done) {
    return safety::shown(done.error(), source);
  }
  return std::string(out.view());
}

}  // namespace

TEST_CASE("safety: allocations fail while a template is compiled and evaluated") {
  Evaluator kept;  // survives every failure
  std::vector<std::string> all = safety::good_templates();
  all.insert(all.end(), safety::bad_templates().begin(), safety::bad_templates().end());
  REQUIRE(all.size() >= 50);
  std::uint64_t most = 0;
  for (const std::string& text : all) {
    INFO(text);
    const std::uint64_t failures = starve([&] {
      const auto compiled = Expression::compile(text);
      if (!compiled) return safety::shown(compiled.error(), text);
      const Expression bound = compiled->bind(safety::definition());
      std::string result = append(kept, bound, text);
      result += safety::shown(bound.evaluate_text(safety::definition(), safety::context()), text);
      for (const std::string& one : bound.canonical()) result += one;
      return result;
    });
    most = std::max(most, failures);
  }
  CHECK(most > 100);
}

TEST_CASE("safety: allocations fail in every other call") {
  const Expression list = Expression::compile("#{myWords + myDays}").value();
  const std::pair<const char*, std::function<std::string()>> calls[] = {
      {"load",
       [] {
         const auto loaded = PipelineDefinition::load(safety::kDefinition, {.parameter_values = {{"myBucket", "x"}}});
         return std::to_string(loaded.value()->object_count());
       }},
      {"load, the API's form",
       [] { return std::to_string(PipelineDefinition::load(safety::kApiDefinition).value()->object_count()); }},
      {"load, malformed",
       [] { return safety::shown(PipelineDefinition::load(R"({"objects": [{"id": 7}, {"id": "\u00e9)").error(), ""); }},
      {"load, wrong",
       [] {
         return safety::shown(PipelineDefinition::load(R"({"objects": [{"id": 7}, {"id": "A", "x": [[1]]}]})").error(),
                              "");
       }},
      {"value", [&] { return list.evaluate(safety::definition(), safety::context()).value().to_text(); }},
      {"value, failing",
       [&] {
         return safety::shown(Expression::compile("#{my1 * 2}").value().evaluate(safety::definition()).error(), "");
       }},
      {"pieces",
       [&] {
         Evaluator evaluator;
         std::vector<std::string_view> pieces;
         (void)evaluator.pieces(list, safety::definition(), safety::context(), pieces);
         return std::string(pieces.at(0));
       }},
      {"names", [] { return std::to_string(safety::definition().fields(safety::object("Act"), true).size()); }},
      {"locate",
       [] {
         const auto failed = Expression::compile("#{my1}#{myBroken}").value().evaluate_text(safety::definition());
         return std::to_string(safety::definition().locate(failed.error().front()).line);
       }},
      {"zones",
       [] {
         return time_zone_id(parse_time_zone("US/Pacific").value()) +
                parse_time_zone("Mars/Base").error().at(0).message;
       }},
      {"dates",
       [] {
         return to_string(add(parse_datetime("2024-02-29T00:00:00").value(), parse_period("1 year").value()).value()) +
                parse_datetime("soon").error().at(0).message + parse_period("often").error().at(0).message;
       }},
      {"functions",
       [] {
         FunctionRegistry functions = FunctionRegistry::standard();
         functions.add({.name = "shout", .body = [](Call& call) { return call.return_value("!"); }}).value();
         const std::string again =
             functions.add({.name = "shout", .body = [](Call&) { return true; }}).error()[0].message;
         return again + Expression::compile("#{shout()}", {.functions = &functions})
                            .value()
                            .evaluate_text(safety::definition())
                            .value();
       }},
      {"a host's texts",
       [] {
         const safety::Texts graph({{"a", "<#{b}>"}, {"b", "#{format(@scheduledStartTime,'HH')}"}, {"c", "#{d}"}});
         const Context context{.object = ObjectId{0}, .run = safety::run()};
         return Expression::compile("#{a}").value().evaluate_text(graph, context).value() +
                safety::shown(Expression::compile("#{c}").value().evaluate_text(graph, context).error(), "");
       }},
      {"a move", [] {
         Evaluator one;
         Evaluator other = std::move(one);
         TextBuffer out;
         TextBuffer moved = std::move(out);
         (void)other.append(Expression::compile("x").value(), safety::definition(), safety::context(), moved);
         return std::string(moved.view());
       }}};
  for (const auto& [name, act] : calls) {
    INFO(name);
    CHECK(starve(act) > 0);
  }
}

// What the library makes once and keeps (the functions, the time zones) is made again when that failed. The zone under
// way is the exception: the date library keeps what it has, so the zone is refused from then on, and never wrong. Each
// try needs a process that has made nothing yet, so this test comes before all others of its process.
TEST_CASE("safety: allocations fail in a process that has just begun") {
  const auto act = [](std::string& text) {
    text.clear();
    const auto compiled = Expression::compile("#{format(inTimeZone(makeDate(2024,1,1),'America/New_York'),'HH z')}");
    text =
        compiled ? safety::shown(compiled->evaluate_text(safety::Texts({})), "") : safety::shown(compiled.error(), "");
    return text == "= 19 EST" || text.find("error[E409]") != text.npos;
  };
  // Whether there was a k-th allocation to fail.
  const auto fails = [&](std::uint64_t k) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      std::string text;
      bool failed = false, good = true;
      try {
        const safety::Failing failing(k);
        good = act(text);
        failed = failing.failed();
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      if (!good || !act(text)) {
        std::fprintf(stderr, "%s\n", text.c_str());
        leave(1);
      }
      leave(failed ? 0 : text == "= 19 EST" ? 2 : 3);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    INFO("allocation " << k);
    REQUIRE(WIFEXITED(status));
    REQUIRE((WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2));
    return WEXITSTATUS(status) == 0;
  };
  std::uint64_t last = 0, beyond = 1;
  for (; fails(beyond); beyond += 1 + beyond / 16) last = beyond;
  while (beyond - last > 1) {
    const std::uint64_t middle = last + (beyond - last) / 2;
    (fails(middle) ? last : beyond) = middle;
  }
  CHECK(last > 100);
  // The last ones are those of the zone; the many before are the list of all zones.
  for (std::uint64_t k = last > 64 ? last - 64 : 1; k < last; ++k) CHECK(fails(k));
}
