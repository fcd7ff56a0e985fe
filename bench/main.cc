// Prints nothing but Google Benchmark's report; bench/run.py makes the tables of it.
#include <benchmark/benchmark.h>

#include "scripts.h"

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  bench::register_scripts();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
