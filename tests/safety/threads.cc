// Eight threads share one expression and one graph, and do everything else that threads may do at once.
#include <atomic>
#include <thread>

#include "../catch.h"
#include "samples.h"
#include "stack.h"

using namespace pipexpr;

namespace {

constexpr int kThreads = 8;
constexpr int kRounds = safety::kSanitized ? 60 : 1000;

template <class Act>
void together(Act act) {
  std::vector<std::thread> threads;
  std::atomic<int> waiting = kThreads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      --waiting;
      while (waiting > 0) std::this_thread::yield();
      act(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

// First, so that nothing has been made yet: functions, zones and tables are made by whoever comes first.
TEST_CASE("safety: eight threads begin at once") {
  std::atomic<int> good = 0;
  together([&](int i) {
    const char* const zones[] = {"America/New_York", "Europe/Kyiv", "Asia/Tokyo", "US/Pacific"};
    const auto definition = PipelineDefinition::load(safety::kDefinition).value();
    const auto start = parse_datetime("2024-05-24T17:00:00").value();
    const auto compiled = Expression::compile("#{format(inTimeZone(@scheduledStartTime,'" + std::string(zones[i % 4]) +
                                              "'),'YYYY-MM-dd HH:mm z')} #{myText}")
                              .value()
                              .bind(*definition);
    const Run run{.scheduled_start = start, .scheduled_end = start};
    const auto text = compiled.evaluate_text(*definition, {.object = *definition->find("Act"), .run = run});
    good += text && text->starts_with("2024-05-2") && text->ends_with(" abc") ? 1 : 0;
    good += parse_time_zone("Mars/Base") ? 0 : 1;
  });
  CHECK(good == 2 * kThreads);
}

TEST_CASE("safety: eight threads share expressions and a graph") {
  std::vector<std::string> texts = safety::good_templates();
  texts.insert(texts.end(), safety::bad_templates().begin(), safety::bad_templates().end());
  std::vector<Expression> expressions;
  std::vector<std::string> expected;
  for (const std::string& text : texts) {
    auto compiled = Expression::compile(text);
    if (!compiled) continue;
    expressions.push_back(expressions.size() % 2 == 0 ? compiled->bind(safety::definition()) : *compiled);
    expected.push_back(safety::shown(compiled->evaluate_text(safety::definition(), safety::context()), ""));
  }
  REQUIRE(expressions.size() > 40);
  std::atomic<int> wrong = 0;
  together([&](int thread) {
    Evaluator evaluator;
    TextBuffer out;
    for (int round = 0; round < kRounds; ++round) {
      const std::size_t i = static_cast<std::size_t>(thread * 7 + round) % expressions.size();
      const Expression copy = expressions[i];
      out.clear();
      const auto done = evaluator.append(copy, safety::definition(), safety::context(), out);
      const std::string found = done ? "= " + std::string(out.view()) : safety::shown(done.error(), std::string_view());
      wrong += found != expected[i] ? 1 : 0;
      if (round % 16 == 0) (void)Expression::compile(texts[i]);
    }
  });
  CHECK(wrong == 0);
}
