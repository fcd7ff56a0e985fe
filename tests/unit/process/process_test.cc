// Other programs: their streams, their status, and their end when the time is over.
#ifdef PIPEXPR_TESTS_FORMS  // src/process belongs to the command
#include "process/process.h"

#include <cerrno>
#include <chrono>
#include <cstring>

#include "catch.h"

using pipexpr::process::Finished;
using pipexpr::process::run_program;

TEST_CASE("process: both streams and the status", "[process]") {
  const Finished done = run_program({"sh", "-c", "cat; echo wrong >&2; exit 3"}, "input");
  CHECK(done.output == "input");
  CHECK(done.errors == "wrong\n");
  CHECK(done.status == 3);
  CHECK(done.problem.empty());
}

TEST_CASE("process: a program that is not there", "[process]") {
  const Finished done = run_program({"/nowhere/program"});
  CHECK(done.problem == std::strerror(ENOENT));  // in the language of the locale
  CHECK(done.status == -1);
}

TEST_CASE("process: what takes too long is killed", "[process]") {
  const auto start = std::chrono::steady_clock::now();
  const Finished done = run_program({"sh", "-c", "echo some; exec sleep 60"}, {}, std::chrono::seconds(1));
  CHECK(done.output == "some\n");
  CHECK(done.problem == "no answer in 1 seconds");
  CHECK(done.status == 137);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}
#endif
