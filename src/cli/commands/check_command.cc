// pipexpr check: finds mistakes in definitions without running them.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "check_config/rule_selection.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/definition_checker.h"
#include "cli/options.h"
#include "process/interrupt.h"
#include "report/annotations.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr check pipeline.json
  pipexpr check pipeline.json --parameters parameters.json --values values.json
  pipexpr check pipelines/ --strict --exclude drafts
  pipexpr check pipeline.json --fix --diff
  pipexpr check - --stdin-filename pipelines/orders.json < orders.json
  pipexpr check pipelines/ --format sarif > findings.sarif

Definitions are taken in the service's JSON, in YAML, in CloudFormation's templates and in Terraform's JSON. Of a directory
every file that holds one is checked, less what .gitignore files and --exclude name.
A file .pipexpr.json beside a definition, or in a directory above it, says which findings to leave out; docs/checking.md
has its form. A rule is named by its id or name; C9 is every rule whose id begins so, and commas join several.

Exit status: 0 fine, 1 errors were found (--strict: or warnings; --diff: there is something to repair), 2 wrong usage,
3 a file cannot be read or written, or nothing was checked.)";

std::string rule_list() {
  std::string out;
  for (const pipexpr::Rule rule : pipexpr::rules()) {
    out += fmt::format("{}  {:<7}  {:<7}  {:<10}  {:<26}  {}\n", pipexpr::rule_id(rule),
                       pipexpr::severity_name(pipexpr::rule_severity(rule)),
                       pipexpr::certainty_name(pipexpr::rule_certainty(rule)), pipexpr::rule_evidence(rule),
                       pipexpr::rule_name(rule), pipexpr::rule_description(rule));
  }
  return out;
}

std::string findings_as(const std::string& format, const std::vector<pipexpr::report::CheckedFile>& files, bool color) {
  if (format == "json") return pipexpr::report::findings_as_json(files);
  if (format == "sarif") return pipexpr::report::findings_as_sarif(files);
  if (format == "github") return pipexpr::report::findings_as_github(files);
  if (format == "junit") return pipexpr::report::findings_as_junit(files);
  return pipexpr::report::findings_as_text(files, color);
}

int run(const CLI::App& command, Session& session, CheckRequest& request) {
  if (request.list) {
    session.out.write(rule_list());
    return kFine;
  }
  if (request.paths.empty()) return usage_error(command, "FILE: expected a definition or a directory");
  pipexpr::CheckOptions options{.compile = {.limits = request.flags.limits},
                                .evaluate = {.limits = request.flags.limits}};
  options.evaluate.unset_runtime = request.flags.evaluate_options().unset_runtime;
  for (const auto& [words, rules] : {std::pair(&request.only, &options.only), {&request.ignore, &options.ignore}}) {
    for (const std::string& word : *words) {
      std::string problem;
      const auto named = pipexpr::check_config::rules_named(word, problem);
      if (!problem.empty()) return usage_error(command, problem);
      rules->insert(rules->end(), named.begin(), named.end());
    }
  }
  if (request.profile == "older") options.profile = pipexpr::LimitProfile::older;
  const auto given = std::count(request.paths.begin(), request.paths.end(), "-");
  if (given > 1) return usage_error(command, "standard input can be read only once");
  if (given != 0 && request.fix && !request.diff)
    return usage_error(command, "--fix: standard input cannot be changed; --diff shows what would be");
  if (given == 0 && !request.stdin_name.empty())
    return usage_error(command, "--stdin-filename: standard input is not among the files; give '-'");
  if (request.unsafe_fixes && !request.fix && !request.diff)
    return usage_error(command, "--unsafe-fixes needs --fix or --diff");
  if (const int status = finish_parameters(command, request.flags); status != kFine) return status;
  DefinitionChecker checker(command, request, std::move(options));
  if (!request.config.empty() && !checker.config(request.config)) return kUnreadable;
  for (const std::string& path : request.paths) {
    if (path.empty()) return usage_error(command, "FILE: expected a file's name, found an empty string");
    if (!pipexpr::process::interrupted()) checker.path(path);
  }
  if (const std::string problem = checker.missing_object(); !problem.empty()) return usage_error(command, problem);
  // Findings are the output, so colors are right when that is a terminal.
  const bool color = session.color == "always" || (session.color_errors() && ::isatty(STDOUT_FILENO) == 1);
  session.out.write(request.diff ? checker.diffs() : findings_as(request.format, checker.files(), color));
  session.out.flush();  // before the summary, when both go to one terminal
  if (!request.diff) print_error(checker.notes() + pipexpr::report::check_summary(checker.files(), checker.fixes()));
  return checker.status();
}

}  // namespace

void add_check(CLI::App& app, Session& session) {
  const auto request = std::make_shared<CheckRequest>();
  CLI::App& command = add_command(app, "check", "Find mistakes in definitions without running them");
  add_arguments(command, "FILE", request->paths, "Definitions, and directories of them; '-' is standard input");
  std::vector<std::string> words;
  for (const pipexpr::Rule rule : pipexpr::rules()) {
    words.emplace_back(pipexpr::rule_id(rule));
    words.emplace_back(pipexpr::rule_name(rule));
  }
  add_repeatable(command, "--rule", request->only, "RULE[,RULE]",
                 "Only these rules, by id, name or beginning of ids; may be repeated");
  add_repeatable(command, "--ignore", request->ignore, "RULE[,RULE]", "Not these rules; may be repeated");
  session.choices.push_back({&command, "--rule", words});
  session.choices.push_back({&command, "--ignore", std::move(words)});
  add_repeatable(command, "-o,--object", request->objects, "ID",
                 "Only findings about this object; * and ? stand for others; may be repeated");
  add_parameter_flags(command, request->flags);
  add_unset_runtime_flag(command, session, request->flags.unset_runtime,
                         "Taken as by other commands; a check is of no run, so it changes nothing");
  add_choice(command, session, "--format", request->format, {"text", "json", "sarif", "github", "junit"},
             "Form of the findings");
  add_flag(command, "--fix", request->fix,
           "Repair in the files what has one meaning; values stay, and so does formatting");
  add_flag(command, "--unsafe-fixes", request->unsafe_fixes,
           "With --fix or --diff: also what changes values, such as hh to HH");
  add_flag(command, "--diff", request->diff, "Show what --fix would change, and change nothing");
  add_flag(command, "--strict", request->strict, "Let warnings make the exit status 1, too");
  add_choice(command, session, "--profile", request->profile, {"current", "older"},
             "Which of the service's documented size limits hold");
  add_option(command, "--config", request->config, "FILE",
             "Read this file instead of the .pipexpr.json near each definition");
  add_option(command, "--stdin-filename", request->stdin_name, "FILE",
             "What standard input is called, for messages and the configuration");
  add_repeatable(command, "--exclude", request->search.exclude, "GLOB",
                 "Files and folders to leave out of directories; may be repeated");
  add_flag(command, "!--no-gitignore", request->search.gitignore, "Check what .gitignore files leave out, too");
  add_flag(command, "--definitions-only", request->definitions_only,
           "Leave files alone that are no definitions, as in directories");
  add_flag(command, "--list-rules", request->list, "List all rules and exit");
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
