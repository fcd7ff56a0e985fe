// Evaluates what a file of expectations is about, and compares.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/options.h>

#include "suite/test_file.h"

namespace pipexpr::suite {

struct Outcome {
  std::string name;
  std::string failure = {};  // empty: it passed; lines without a newline at the end
  SourceSpan span = {};      // of the expectation in its file
};

// What of a definition the tests are about.
struct Coverage {
  std::size_t fields = 0;                  // with expressions, of objects that have runs
  std::vector<std::string> untested = {};  // "Copy.command", in the order of the file
  std::vector<std::string> runs = {};      // sentences about runs that no test is about
};

struct TestRun {
  std::vector<Outcome> outcomes;
  Coverage coverage;
  std::string snapshot;  // what --update writes; empty when the file asks for none
};

// `recorded` is the snapshot's file; nothing when there is none. Secrets are hidden in all that comes out.
TestRun run_tests(const PipelineDefinition& definition, const TestFile& file, std::optional<std::string_view> recorded,
                  const EvaluateOptions& options);

// The whole text matches the regular expression (ECMAScript's, without back-references). Nothing: it is none.
std::optional<bool> matches_pattern(const std::string& pattern, const std::string& text);

}  // namespace pipexpr::suite
