// Handles Ctrl-C: the first asks the running work to stop, the second ends the process.
#include "process/interrupt.h"

#include <signal.h>

#include <initializer_list>

namespace pipexpr::process {
namespace {

std::atomic<bool> flag{false};
std::atomic<int> caught{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void note(int number) {
  caught = number;
  flag = true;
}

// No SA_RESTART: a waiting read returns.
void watch(int number, unsigned flags) {
  struct sigaction action {
  }, old{};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(flags);
  // A command started with the signal ignored, as by nohup, keeps ignoring it.
  if (::sigaction(number, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) return;
  ::sigaction(number, &action, nullptr);
}

}  // namespace

void watch_interrupts() {
  for (int number : {SIGINT, SIGTERM}) watch(number, SA_RESETHAND);
}

// A terminal that is closed sends it twice, once by the shell.
void watch_hangups() { watch(SIGHUP, 0); }

bool interrupted() { return flag; }

const std::atomic<bool>& interrupt_flag() { return flag; }

void die_of_interrupt() {
  ::signal(caught, SIG_DFL);
  ::raise(caught);
}

}  // namespace pipexpr::process
