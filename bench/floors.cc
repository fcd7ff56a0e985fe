// The floors of W1 to W4: the least that a program written for this one template would do.
#include <benchmark/benchmark.h>

#include <charconv>
#include <unordered_map>
#include <vector>

#include "fixture.h"
#include "hand.h"

namespace bench {
namespace {

// Runs `write(out, i, activity)`, which returns the end, after checking it.
template <class Write, class Want>
void repeat(benchmark::State& state, Write write, Want want) {
  char out[256];
  for (unsigned i = 0; i < kTimes; ++i) {
    expect_equal({out, static_cast<std::size_t>(write(out, i, i % kActivities) - out)}, want(i), "floor");
  }
  unsigned i = 0, activity = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(write(out, i++, activity));
    benchmark::ClobberMemory();
    if (++activity == kActivities) activity = 0;
  }
}

void w1(benchmark::State& state) {
  repeat(
      state, [](char* out, unsigned i, unsigned) { return hand::put_path(out, time_at(i), kMyName); }, want_w1);
}

// A template as a list of operations, interpreted: what a general engine can hope for.
struct Op {
  enum Kind : std::uint8_t { text, time, add_days, year, month, day } kind;
  std::string_view piece = {};
  std::int64_t days = 0;
};

char* interpret(const std::vector<Op>& ops, char* out, std::int64_t scheduled) {
  std::int64_t millis = 0, known = -1;
  hand::Day date{};
  const auto civil = [&] {
    if (millis / hand::kDay != known) date = hand::day_of(known = millis / hand::kDay);
  };
  for (const Op& op : ops) {
    switch (op.kind) {
      case Op::text: out = hand::put(out, op.piece); break;
      case Op::time: millis = scheduled; break;
      case Op::add_days: millis += op.days * hand::kDay; break;
      case Op::year:
        civil();
        out = hand::put2(hand::put2(out, date.year / 100), date.year % 100);
        break;
      case Op::month:
        civil();
        out = hand::put2(out, date.month);
        break;
      case Op::day:
        civil();
        out = hand::put2(out, date.day);
        break;
    }
  }
  return out;
}

void w1_ops(benchmark::State& state) {
  std::vector<Op> ops{{Op::text, "s3://bucket/"},
                      {Op::time},
                      {Op::add_days, {}, -1},
                      {Op::year},
                      {Op::text, "-"},
                      {Op::month},
                      {Op::text, "-"},
                      {Op::day},
                      {Op::text, "/"},
                      {Op::text, kMyName},
                      {Op::text, ".csv"}};
  benchmark::DoNotOptimize(ops.data());
  repeat(
      state, [&](char* out, unsigned i, unsigned) { return interpret(ops, out, time_at(i)); }, want_w1);
}

void w2(benchmark::State& state) {
  std::string in[kActivities], out_table[kActivities];
  for (unsigned a = 0; a < kActivities; ++a) {
    in[a] = directory_path(input_of(a));
    out_table[a] = table_name(output_of(a));
  }
  const auto write = [&](char* out, unsigned, unsigned a) {
    out = hand::put(out, in[a]);
    *out++ = '/';
    return hand::put(hand::put(out, out_table[a]), "/part");
  };
  repeat(state, write, want_w2);
}

// The same with two look-ups by name for each of the two references.
void w2_hashed(benchmark::State& state) {
  struct Object {
    std::unordered_map<std::string, std::string> fields;
    std::unordered_map<std::string, const Object*> references;
  };
  std::vector<Object> objects(50);
  for (unsigned k = 0; k < 50; ++k) {
    objects[k].fields = {{"directoryPath", directory_path(k)},
                         {"tableName", table_name(k)},
                         {"name", object_name(k)},
                         {"type", "S3DataNode"},
                         {"schedule", "Daily"}};
  }
  for (unsigned a = 0; a < kActivities; ++a) {
    objects[40 + a].references = {{"input", &objects[input_of(a)]}, {"output", &objects[output_of(a)]}};
  }
  const std::string input = "input", output = "output", path = "directoryPath", table = "tableName";
  const auto write = [&](char* out, unsigned, unsigned a) {
    const Object& object = objects[40 + a];
    out = hand::put(out, object.references.find(input)->second->fields.find(path)->second);
    *out++ = '/';
    out = hand::put(out, object.references.find(output)->second->fields.find(table)->second);
    return hand::put(out, "/part");
  };
  repeat(state, write, want_w2);
}

void w3(benchmark::State& state) {
  char out[64];
  const auto write = [&](unsigned i) { return std::to_chars(out, out + sizeof out, want_w3(i)).ptr; };
  for (unsigned i = 0; i < kTimes; ++i) {
    *write(i) = 0;
    expect(std::strtod(out, nullptr) == want_w3(i), "W3 floor", out);
  }
  unsigned i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(write(i++));
    benchmark::ClobberMemory();
  }
}

void w4(benchmark::State& state) {
  std::string names[kActivities];
  for (unsigned a = 0; a < kActivities; ++a) names[a] = object_name(input_of(a));
  const auto write = [&](char* out, unsigned i, unsigned a) {
    out = hand::put_path(hand::put(out, "COPY FROM '"), time_at(i), names[a]);
    *out++ = '\'';
    return out;
  };
  repeat(state, write, want_w4);
}

BENCHMARK(w1)->Name("W1/floor");
BENCHMARK(w1)->Name("threads/floor")->ThreadRange(1, 2)->UseRealTime();
BENCHMARK(w1_ops)->Name("W1/floor-op-list");
BENCHMARK(w2)->Name("W2/floor");
BENCHMARK(w2_hashed)->Name("W2/floor-hashed");
BENCHMARK(w3)->Name("W3/floor");
BENCHMARK(w4)->Name("W4/floor");

}  // namespace
}  // namespace bench
