// Prints nothing but Google Benchmark's report; bench/run.py makes the tables of it.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include "scripts.h"

int main(int count, char** arguments) {
  // Large buffers are pages fresh from the system each time, unless a benchmark keeps them.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  bench::register_scripts();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
