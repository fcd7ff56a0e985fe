// Lua 5.4 and LuaJIT: one function per template, the time and the activity as its arguments.
#include "scripts.h"

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <string>

#include "fixture.h"
#include "script.h"

namespace bench {
namespace {

constexpr std::string_view kLuaW1 =
    "local t = ...; return 's3://bucket/' .. format(minusDays(t,1),'YYYY-MM-dd') .. '/' .. myName .. '.csv'";
constexpr std::string_view kLuaW2 =
    "local _, a = ...; local o = objs[40 + a]; return o.input.directoryPath .. '/' .. o.output.tableName .. '/part'";
constexpr std::string_view kLuaW3 = "local a, b = ...; return tostring((a + 2) * b / 4.0 - a ^ 2)";
constexpr std::string_view kLuaW4 =
    "local t, a = ...; local i = objs[40 + a].input; return \"COPY FROM '\" .. i.filePath(i, t) .. \"'\"";

std::string_view view(const char* text, std::size_t size) { return {text, size}; }

template <class Want>
void repeat(benchmark::State& state, const BenchScript* script, std::string_view body, Want want) {
  const int function = script->compile(body.data(), body.size());
  std::size_t size = 0;
  for (unsigned i = 0; i < kTimes; ++i) {
    const char* const text = script->call(function, static_cast<double>(time_at(i)), i % kActivities, &size);
    expect_equal(view(text, size), want(i), body);
  }
  unsigned i = 0, activity = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(script->call(function, static_cast<double>(time_at(i++)), activity, &size));
    if (++activity == kActivities) activity = 0;
  }
}

void w3(benchmark::State& state, const BenchScript* script) {
  const int function = script->compile(kLuaW3.data(), kLuaW3.size());
  std::size_t size = 0;
  for (unsigned i = 0; i < kTimes; ++i) {  // it prints 14 digits
    const double got = std::strtod(script->call(function, w3_a(i), w3_b(i), &size), nullptr), want = want_w3(i);
    expect(std::abs(got - want) <= std::abs(want) * 1e-13, kLuaW3);
  }
  unsigned i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(script->call(function, w3_a(i), w3_b(i), &size));
    ++i;
  }
}

void w5(benchmark::State& state, const BenchScript* script) {
  std::size_t size = 0;
  const auto evaluate = [&](unsigned i) {
    return script->compile_and_call(kLuaW1.data(), kLuaW1.size(), static_cast<double>(time_at(i)), &size);
  };
  for (unsigned i = 0; i < kTimes; ++i) {
    const char* const text = evaluate(i);
    expect_equal(view(text, size), want_w1(i), kLuaW1);
  }
  unsigned i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(i++));
}

void w6(benchmark::State& state, const BenchScript* script) {
  std::size_t size = 0;
  const auto evaluate = [&](unsigned i) {
    return script->substitute(sql().data(), sql().size(), static_cast<double>(time_at(i)), i % kActivities, &size);
  };
  const char* const text = evaluate(3);
  expect(view(text, size) == want_sql(3), "W6 script");
  unsigned i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(i++));
}

}  // namespace

void register_scripts() {
  for (const char* const module : {"bench_lua.so", "bench_luajit.so"}) {
    void* const library = dlopen((std::string(PIPEXPR_SCRIPTS_DIR "/") + module).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) continue;
    const auto entry = reinterpret_cast<decltype(&bench_script)>(dlsym(library, "bench_script"));
    expect(entry != nullptr, module);
    const BenchScript* const script = entry();
    script->open();
    const auto add = [&](const char* workload, auto run) {
      return benchmark::RegisterBenchmark((std::string(workload) + "/" + script->name).c_str(), run);
    };
    add("W1", [script](benchmark::State& state) { repeat(state, script, kLuaW1, want_w1); });
    add("W2", [script](benchmark::State& state) { repeat(state, script, kLuaW2, want_w2); });
    add("W3", [script](benchmark::State& state) { w3(state, script); });
    add("W4", [script](benchmark::State& state) { repeat(state, script, kLuaW4, want_w4); });
    add("W5", [script](benchmark::State& state) { w5(state, script); });
    add("W6", [script](benchmark::State& state) { w6(state, script); })->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace bench
