// Runs code on a thread with a stack of a given size.
#include "stack.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <exception>

#include "../catch.h"

namespace safety {
namespace {

struct Job {
  const std::function<void()>* act;
  std::exception_ptr thrown;
};

void* run(void* argument) {
  Job& job = *static_cast<Job*>(argument);
  try {
    (*job.act)();
  } catch (...) {
    job.thrown = std::current_exception();
  }
  return nullptr;
}

}  // namespace

std::size_t on_stack(std::size_t size, const std::function<void()>& act) {
  constexpr std::size_t kGuard = 64 * kKiB;
  void* const memory = mmap(nullptr, kGuard + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  REQUIRE(mprotect(memory, kGuard, PROT_NONE) == 0);
  char* const stack = static_cast<char*>(memory) + kGuard;
  std::fill_n(stack, size, '\xA5');
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstack(&attributes, stack, size) == 0);
  Job job{&act, nullptr};
  pthread_t thread{};
  // Catch2's assertions are not for two threads at once, so this one makes none until the other has ended.
  const int created = pthread_create(&thread, &attributes, run, &job);
  const int joined = created == 0 ? pthread_join(thread, nullptr) : created;
  REQUIRE(joined == 0);
  pthread_attr_destroy(&attributes);
  const char* const touched = std::find_if(stack, stack + size, [](char c) { return c != '\xA5'; });
  const auto used = static_cast<std::size_t>(stack + size - touched);
  munmap(memory, kGuard + size);
  if (job.thrown) std::rethrow_exception(job.thrown);
  return used;
}

}  // namespace safety
