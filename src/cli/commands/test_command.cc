// pipexpr test: what definitions are expected to evaluate to, kept in files beside them.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/shown.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/flags.h"
#include "cli/io/definition_files.h"
#include "cli/io/input.h"
#include "cli/options.h"
#include "forms/load.h"
#include "process/interrupt.h"
#include "report/annotations.h"
#include "suite/run_tests.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
namespace report = pipexpr::report;
namespace suite = pipexpr::suite;

constexpr std::string_view kExamples = R"(Examples:
  pipexpr test
  pipexpr test pipelines/ --coverage
  pipexpr test orders.test.json --update
  pipexpr test --format junit > report.xml

Each FILE is a file of expectations, *.test.json or *.test.yaml, a directory of them, or a definition that has one beside
it; without FILE, the working directory. docs/testing.md has their form. --update records what fields are in the
snapshot's runs, in orders.snapshot.json beside orders.test.json.

Exit status: 0 all hold, 1 some fail, 2 wrong usage, 3 a file cannot be read or written, or nothing was tested.)";

constexpr std::string_view kEndings[] = {".test.json", ".test.yaml", ".test.yml"};

struct TestRequest {
  std::vector<std::string> paths;
  std::string format = "text";
  FileSearch search;
  bool update = false, coverage = false;
  Flags flags;  // limits
};

// "orders" of "orders.test.json"
std::string stem_of(const std::string& path) {
  for (const std::string_view ending : kEndings) {
    if (path.ends_with(ending)) return path.substr(0, path.size() - ending.size());
  }
  return path;
}

class TestCommand {
 public:
  TestCommand(const CLI::App& command, Session& session, const TestRequest& request)
      : command_(command), session_(session), request_(request) {}

  int run() {
    const std::vector<std::string> here = {"."};
    for (const std::string& path : request_.paths.empty() ? here : request_.paths) {
      if (const int status = visit(path); status != kFine) return status;
    }
    if (request_.format == "junit") session_.out.write(report::junit_xml(suites_));
    session_.out.flush();  // before the summary, when both go to one terminal
    if (passed_ + failed_ == 0 && updated_ == 0) {
      print_error("nothing was tested\n");
      return kUnreadable;
    }
    std::string summary =
        fmt::format("{} passed, {} failed in {} {}", passed_, failed_, files_, files_ == 1 ? "file" : "files");
    if (fields_ != 0)
      summary += fmt::format("; {} of {} fields with expressions are tested", fields_ - untested_, fields_);
    if (updated_ != 0) summary += fmt::format("; {} {} written", updated_, updated_ == 1 ? "snapshot" : "snapshots");
    print_error(summary + "\n");
    return unreadable_ ? kUnreadable : failed_ != 0 ? kFailed : kFine;
  }

 private:
  int visit(const std::string& path) {
    std::error_code why;
    if (fs::is_directory(path, why)) {
      const FoundFiles found = find_files(path, {kEndings[0], kEndings[1], kEndings[2]}, request_.search);
      if (!found.problem.empty()) return unreadable(command_, fmt::format("cannot read '{}': {}", path, found.problem));
      for (const std::string& name : found.paths) {
        if (!pipexpr::process::interrupted()) file(name.starts_with("./") ? name.substr(2) : name);
      }
      return kFine;
    }
    if (stem_of(path) != path) return file(path), kFine;
    const std::string stem = fs::path(path).replace_extension().string();
    for (const std::string_view ending : kEndings) {
      const std::string beside = stem + std::string(ending);
      if (fs::is_regular_file(beside, why)) return file(beside), kFine;
    }
    return usage_error(command_,
                       fmt::format("'{}' is no file of tests, and there is no '{}.test.json' beside it", path, stem));
  }

  void fail_to_read(const std::string& path, std::string_view why) {
    print_error(pipexpr::base::show("{}: {}\n", path, why));
    unreadable_ = true;
  }

  void file(const std::string& path) {
    ++files_;
    const File text = read_file(path, request_.flags.limits.max_definition_bytes);
    if (!text.problem.empty()) return fail_to_read(path, fmt::format("cannot be read: {}", text.problem));
    const auto tests = suite::read_test_file(text.view(), path);
    if (!tests) {
      session_.print_diagnostics(tests.error(), path, text.view());
      unreadable_ = true;
      return;
    }
    const std::string stem = stem_of(path);
    std::string name = stem + ".json";
    std::error_code why;
    if (!tests->definition.empty()) {
      name = (fs::path(path).parent_path() / tests->definition).string();
    } else if (!fs::is_regular_file(name, why)) {
      for (const std::string_view ending : {".yaml", ".yml"}) {
        if (fs::is_regular_file(stem + std::string(ending), why)) name = stem + std::string(ending);
      }
    }
    const File definition = read_file(name, request_.flags.limits.max_definition_bytes);
    if (!definition.problem.empty()) return fail_to_read(name, fmt::format("cannot be read: {}", definition.problem));
    pipexpr::LoadOptions options{.source_name = name, .limits = request_.flags.limits};
    options.parameter_values = tests->parameters;
    const auto loaded =
        pipexpr::forms::load_one(definition.view(), options, {.file_name = name, .pointer = tests->pointer});
    if (!loaded) {
      session_.print_diagnostics(loaded.error(), name, definition.view());
      unreadable_ = true;
      return;
    }
    compare(path, text.view(), stem + ".snapshot.json", *tests, *loaded->definition);
  }

  void compare(const std::string& path, std::string_view text, const std::string& snapshot_path,
               const suite::TestFile& tests, const pipexpr::PipelineDefinition& definition) {
    std::error_code why;
    std::optional<std::string_view> recorded;
    File snapshot;
    if (tests.snapshot && !request_.update && fs::is_regular_file(snapshot_path, why)) {
      snapshot = read_file(snapshot_path, request_.flags.limits.max_definition_bytes);
      if (!snapshot.problem.empty())
        return fail_to_read(snapshot_path, fmt::format("cannot be read: {}", snapshot.problem));
      recorded = snapshot.view();
    }
    pipexpr::EvaluateOptions options = request_.flags.evaluate_options();
    options.unset_runtime = tests.unset_runtime.value_or(options.unset_runtime);
    suite::TestRun made = suite::run_tests(definition, tests, recorded, options);
    if (request_.update && !made.snapshot.empty()) {
      std::erase_if(made.outcomes, [](const suite::Outcome& one) { return one.name == "snapshot"; });
      const std::string problem = write_file(snapshot_path, made.snapshot);
      if (!problem.empty()) return fail_to_read(snapshot_path, fmt::format("cannot be written: {}", problem));
      ++updated_;
    }
    show(path, text, made);
  }

  void show(const std::string& path, std::string_view text, const suite::TestRun& made) {
    report::JunitSuite& junit = suites_.emplace_back();
    junit.name = path;
    std::string out;
    for (const suite::Outcome& one : made.outcomes) {
      ++(one.failure.empty() ? passed_ : failed_);
      const pipexpr::SourceLocation place = pipexpr::locate(text, one.span.offset);
      junit.cases.push_back({one.name,
                             one.failure.empty() ? "" : one.failure + pipexpr::base::show("\n{}:{}", path, place.line),
                             "expectation"});
      if (one.failure.empty()) continue;
      if (request_.format == "github") {
        out += report::github_line(
            {.file = path, .title = one.name, .message = one.failure, .line = place.line, .column = place.column});
      } else if (request_.format == "text") {
        std::string indented;
        for (const char c : pipexpr::base::shown_lines(one.failure))
          indented += c == '\n' ? std::string("\n  ") : std::string(1, c);
        out += pipexpr::base::show("{}:{}:{}: {}\n", path, place.line, place.column, one.name) + "  " + indented + "\n";
      }
    }
    fields_ += made.coverage.fields;
    untested_ += made.coverage.untested.size();
    if (request_.coverage && request_.format == "text") {
      for (const std::string& field : made.coverage.untested)
        out += pipexpr::base::show("{}: {} has no test\n", path, field);
      for (const std::string& run : made.coverage.runs) out += pipexpr::base::show("{}: {}\n", path, run);
    }
    session_.out.write(out);
  }

  const CLI::App& command_;
  Session& session_;
  const TestRequest& request_;
  std::vector<report::JunitSuite> suites_;
  std::size_t passed_ = 0, failed_ = 0, files_ = 0, fields_ = 0, untested_ = 0, updated_ = 0;
  bool unreadable_ = false;
};

}  // namespace

void add_test(CLI::App& app, Session& session) {
  const auto request = std::make_shared<TestRequest>();
  CLI::App& command = add_command(app, "test", "Compare definitions with what they are expected to evaluate to");
  add_arguments(command, "FILE", request->paths, "Files of expectations, and directories of them");
  add_flag(command, "--update", request->update, "Record the snapshots anew");
  add_flag(command, "--coverage", request->coverage, "Name the fields and runs that no test is about");
  add_choice(command, session, "--format", request->format, {"text", "github", "junit"}, "Form of the output");
  add_choice(command, session, "--unset-runtime", request->flags.unset_runtime, {"error", "null", "empty"},
             "What a runtime field without a value is in files that do not say it");
  add_repeatable(command, "--exclude", request->search.exclude, "GLOB",
                 "Files and folders to leave out of directories; may be repeated");
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = TestCommand(command, session, *request).run(); });
}

}  // namespace cli
