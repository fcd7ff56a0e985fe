// A file of expectations beside a definition, in JSON or YAML:
//
//   {"definition": "orders.json",
//    "parameters": {"myBucket": "example-raw"},
//    "tests": [
//      {"object": "Copy", "field": "command", "run": "2024-05-24T17:00:00", "value": "cp a b"},
//      {"object": "Copy", "field": "filePath", "run": "2024-05-24T17:00:00", "pattern": "s3://.*/[0-9-]+"},
//      {"object": "Old", "field": "command", "error": "E301"}],
//    "snapshot": {"runs": ["2024-05-24T17:00:00"], "objects": ["Copy"]}}
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/datetime.h>
#include <pipexpr/options.h>
#include <pipexpr/result.h>
#include <pipexpr/source.h>

namespace pipexpr::suite {

// What one field is expected to be in one run; exactly one of value, error and pattern is given.
struct Expectation {
  std::string name;  // as it is shown: "Copy.command in the run of 2024-05-24T17:00:00", or what the file calls it
  std::string object, field;
  std::optional<DateTime> run, end;
  std::uint32_t attempt = 0;
  std::vector<std::pair<std::string, std::string>> set;  // runtime fields
  std::string node;

  std::optional<std::vector<std::string>> value;  // the items; none of them: the field has no value
  std::optional<std::string> error;               // the code, or a part of the message
  std::optional<std::string> pattern;             // a regular expression for the whole value
  SourceSpan span;                                // of the expectation in the file
};

// All fields of these objects in these runs, compared with what was recorded.
struct Snapshot {
  std::vector<DateTime> runs;
  std::vector<std::string> objects;  // none: all that run
  SourceSpan span;
};

struct TestFile {
  std::string definition;  // path as written; empty: the file's own name without ".test"
  std::string pointer;     // of the definition in its file
  std::vector<std::pair<std::string, std::string>> parameters;
  std::optional<UnsetRuntime> unset_runtime;  // what the file says of it, before what its caller does
  std::vector<Expectation> tests;
  std::optional<Snapshot> snapshot;
};

// Diagnostics have their places in `text`; a name that is not known is one.
Result<TestFile> read_test_file(std::string_view text, std::string_view file_name);

}  // namespace pipexpr::suite
