// Prints nothing but Google Benchmark's report; bench/run.py makes the tables of it.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <climits>

#include "fixture.h"
#include "scripts.h"

int main(int count, char** arguments) {
  // Freed memory stays in the process, so that large sizes show the library and not the system's pages.
  bench::expect(mallopt(M_TRIM_THRESHOLD, INT_MAX) != 0 && mallopt(M_MMAP_MAX, 0) != 0, "mallopt");
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  bench::register_scripts();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
