// The real engine of a translation's target, found on the path, and what it says of translated texts.
#pragma once

#include <string>
#include <vector>

#include <pipexpr/translate.h>

namespace pipexpr::certificate {

struct EngineVerdict {
  enum class Status { equal, different, unverified };
  Status status = Status::unverified;
  std::string json;            // the engine's line on the text; empty when it is unverified
  std::string counterexample;  // of a different one: when, expected, found
  std::string engine;          // "jinja2 3.1.2, pendulum 2.1.2, python 3.11.2"
  std::uint64_t instants = 0, mutants = 0, killed = 0;
};

struct EngineRun {
  std::vector<EngineVerdict> verdicts;  // one for each of the vectors
  std::string problem;                  // why the engine did not run; empty otherwise
};

// Runs the check program with `program`, or with python3 or node on the path, or with Debian's.
EngineRun run_engine(TranslationTarget target, const std::vector<TranslationVectors>& vectors,
                     const std::string& program);

std::string_view name_of(EngineVerdict::Status status);

}  // namespace pipexpr::certificate
