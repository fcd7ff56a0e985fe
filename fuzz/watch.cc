// Linked into the libFuzzer targets: what the sanitizer keeps of each input, and a watch over the processor time of
// each, which does not change when the machine is busy or the process is stopped for a while.
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// A stack for each allocation costs more than the allocation; whoever looks into a finding asks for it with
// ASAN_OPTIONS=malloc_context_size=30. What is freed stays poisoned for 1 MiB, more than an input allocates; with the
// usual 256 MiB no allocation would find its memory in a cache.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "malloc_context_size=0:quarantine_size_mb=1:thread_local_quarantine_size_kb=32:max_malloc_fill_size=64:"
         "allocator_release_to_os_interval_ms=-1";
}

extern "C" int __real_LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int __wrap_LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kTicksPerSecond = 10;
volatile std::sig_atomic_t inputs = 0;
volatile std::sig_atomic_t running = 0;

// Every tenth of a second of processor time. Says how long the slowest input takes whenever that grows, for the ledger.
void tick(int) {
  static std::sig_atomic_t seen = 0;
  static int ticks = 0, most = 0;
  if (running == 0 || inputs != seen) {
    seen = inputs;
    ticks = 0;
    return;
  }
  if (++ticks <= most) return;
  most = ticks;
  char line[] = "stat::slowest_cpu_s: 0.0\n";
  line[21] = static_cast<char>('0' + most / kTicksPerSecond);
  line[23] = static_cast<char>('0' + most % kTicksPerSecond);
  if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0 || most > kTicksPerSecond) std::abort();
}

const bool watching = [] {
  struct sigaction action = {};
  action.sa_handler = tick;
  action.sa_flags = SA_RESTART;
  const timeval tenth = {0, 1'000'000 / kTicksPerSecond};
  const itimerval timer = {tenth, tenth};
  return sigaction(SIGPROF, &action, nullptr) == 0 && setitimer(ITIMER_PROF, &timer, nullptr) == 0;
}();

}  // namespace

int __wrap_LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (!watching) std::abort();
  inputs = inputs + 1;
  running = 1;
  const int result = __real_LLVMFuzzerTestOneInput(data, size);
  running = 0;
  return result;
}
