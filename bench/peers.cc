// What a C++ programmer would write with the libraries at hand: fmt, snprintf, muParser.
#include <benchmark/benchmark.h>
#include <fmt/args.h>
#include <fmt/chrono.h>

#include <ctime>
#include <unordered_map>

#ifdef PIPEXPR_MUPARSER
#include <muParser.h>
#endif

#include "fixture.h"

namespace bench {
namespace {

template <class Write, class Want>
void repeat(benchmark::State& state, Write write, Want want) {
  for (unsigned i = 0; i < kTimes; ++i) expect_equal(write(i, i % kActivities), want(i), "a peer");
  unsigned i = 0, activity = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(write(i++, activity).data());
    benchmark::ClobberMemory();
    if (++activity == kActivities) activity = 0;
  }
}

std::tm day_before(unsigned i) {
  const std::time_t seconds = time_at(i) / 1000 - 86400;
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  return fields;
}

void w1_fmt(benchmark::State& state) {
  std::string format = "s3://bucket/{:%Y-%m-%d}/{}.csv", out;
  benchmark::DoNotOptimize(format.data());
  const auto write = [&](unsigned i, unsigned) -> std::string_view {
    out.clear();
    fmt::format_to(std::back_inserter(out), fmt::runtime(format), day_before(i), kMyName);
    return out;
  };
  repeat(state, write, want_w1);
}

void w1_snprintf(benchmark::State& state) {
  char out[128];
  const auto write = [&](unsigned i, unsigned) {
    const std::tm day = day_before(i);
    const int size = std::snprintf(out, sizeof out, "s3://bucket/%04d-%02d-%02d/%s.csv", day.tm_year + 1900,
                                   day.tm_mon + 1, day.tm_mday, kMyName.data());
    return std::string_view(out, static_cast<std::size_t>(size));
  };
  repeat(state, write, want_w1);
}

// Without references: the host looks both texts up.
void w2_fmt(benchmark::State& state) {
  std::unordered_map<std::string, std::string> fields[50];
  for (unsigned k = 0; k < 50; ++k) fields[k] = {{"directoryPath", directory_path(k)}, {"tableName", table_name(k)}};
  std::string out;
  const auto write = [&](unsigned, unsigned a) -> std::string_view {
    fmt::dynamic_format_arg_store<fmt::format_context> store;
    store.push_back(fmt::arg("in", std::cref(fields[input_of(a)]["directoryPath"])));
    store.push_back(fmt::arg("out", std::cref(fields[output_of(a)]["tableName"])));
    out.clear();
    fmt::vformat_to(std::back_inserter(out), "{in}/{out}/part", store);
    return out;
  };
  repeat(state, write, want_w2);
}

void w3_fmt(benchmark::State& state) {
  char out[64];
  for (unsigned i = 0; i < kTimes; ++i) {
    *fmt::format_to(out, "{}", want_w3(i)) = 0;
    expect(std::strtod(out, nullptr) == want_w3(i), "fmt");
  }
  unsigned i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(fmt::format_to(out, "{}", want_w3(i++)));
    benchmark::ClobberMemory();
  }
}

#ifdef PIPEXPR_MUPARSER
void w3_muparser(benchmark::State& state) {
  double a = 0, b = 0;
  mu::Parser parser;
  parser.DefineVar("a", &a);
  parser.DefineVar("b", &b);
  parser.SetExpr("(a + 2) * b / 4.0 - a ^ 2");
  char out[64];
  const auto write = [&](unsigned i) {
    a = w3_a(i);
    b = w3_b(i);
    return fmt::format_to(out, "{}", parser.Eval());
  };
  for (unsigned i = 0; i < kTimes; ++i) {
    *write(i) = 0;
    expect(std::strtod(out, nullptr) == want_w3(i), "muParser");
  }
  unsigned i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(write(i++));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(w3_muparser)->Name("W3/muparser");
#endif

void w4_fmt(benchmark::State& state) {
  std::string names[kActivities], format = "COPY FROM 's3://bucket/{:%Y-%m-%d}/{}.csv'", out;
  for (unsigned a = 0; a < kActivities; ++a) names[a] = object_name(input_of(a));
  benchmark::DoNotOptimize(format.data());
  const auto write = [&](unsigned i, unsigned a) -> std::string_view {
    out.clear();
    fmt::format_to(std::back_inserter(out), fmt::runtime(format), day_before(i), names[a]);
    return out;
  };
  repeat(state, write, want_w4);
}

BENCHMARK(w1_fmt)->Name("W1/fmt");
BENCHMARK(w1_snprintf)->Name("W1/snprintf");
BENCHMARK(w2_fmt)->Name("W2/fmt");
BENCHMARK(w3_fmt)->Name("W3/print-only");
BENCHMARK(w4_fmt)->Name("W4/fmt");

}  // namespace
}  // namespace bench
