// pipexpr check: finds mistakes in definitions without running them.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/io/file.h"
#include "cli/io/interrupt.h"
#include "cli/output/finding_text.h"
#include "cli/suppressions.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExamples = R"(Examples:
  pipexpr check pipeline.json
  pipexpr check pipelines/ --strict
  pipexpr check pipeline.json --fix
  pipexpr check pipelines/ --format sarif > findings.sarif

Of a directory every *.json file that is a pipeline definition is checked. A file .pipexpr.json beside a definition, or
in a directory above it, says which findings to leave out; docs/checking.md has its form.

Exit status: 0 fine, 1 errors were found (--strict: or warnings), 2 wrong usage, 3 a file cannot be read or written.)";

constexpr std::string_view kConfigName = ".pipexpr.json";

struct CheckRequest {
  std::vector<std::string> paths, only, ignore;
  std::string format = "text", profile, config;
  bool strict = false, fix = false, list = false;
  pipexpr::Limits limits;
};

class Checker {
 public:
  Checker(const CLI::App& command, const CheckRequest& request, pipexpr::CheckOptions options)
      : command_(command), request_(request), options_(std::move(options)) {}

  bool config(const std::string& path) {
    given_ = read_config(path, true);
    return given_ != nullptr;
  }

  void path(const std::string& path) {
    std::error_code why;
    if (path == "-" || !fs::is_directory(path, why)) return file(path, false);
    std::vector<std::string> found;
    fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, why);
    for (; !why && at != fs::recursive_directory_iterator() && !interrupted(); at.increment(why)) {
      const fs::path& name = at->path();
      if (name.extension() == ".json" && name.filename() != kConfigName && at->is_regular_file(why)) {
        found.push_back(name.string());
      }
    }
    if (why) return unreadable_file(path, why.message());
    std::sort(found.begin(), found.end());
    const std::size_t before = seen_;
    for (const std::string& name : found) file(name, true);
    if (seen_ == before && !interrupted()) {
      complain(fmt::format("pipexpr check: no *.json file in '{}' is a definition\n", shown_name(path)));
    }
  }

  int status() const {
    if (unreadable_) return kUnreadable;
    return errors_ != 0 || (request_.strict && warnings_ != 0) ? kFailed : kFine;
  }
  const std::vector<CheckedFile>& files() const { return files_; }

  std::string summary() const {
    if (errors_ + warnings_ + fixed_ == 0) return {};
    std::string out =
        fmt::format("{} {}, {} {} in {} {}", errors_, errors_ == 1 ? "error" : "errors", warnings_,
                    warnings_ == 1 ? "warning" : "warnings", files_.size(), files_.size() == 1 ? "file" : "files");
    if (fixed_ != 0) out += fmt::format("; {} fixed", fixed_);
    if (fixable_ != 0) out += fmt::format("; --fix repairs {}", fixable_);
    return out + "\n";
  }

 private:
  void unreadable_file(const std::string& path, std::string_view why) {
    (void)unreadable(command_, fmt::format("cannot read '{}': {}", shown_name(path), why));
    unreadable_ = true;
  }

  std::shared_ptr<Suppressions> read_config(const std::string& path, bool must_exist) {
    std::error_code none;
    if (!must_exist && !fs::is_regular_file(path, none)) return nullptr;
    const File file = read_file(path, request_.limits.max_definition_bytes);
    auto made = std::make_shared<Suppressions>();
    const std::string problem = !file.problem.empty() ? file.problem : made->read(file.view());
    if (problem.empty()) return made;
    unreadable_file(path, problem);
    return nullptr;
  }

  // The configuration beside the file, or in the nearest directory above it.
  std::shared_ptr<Suppressions> config_of(const std::string& path) {
    if (given_ != nullptr || path == "-") return given_;
    std::error_code none;
    for (fs::path folder = fs::absolute(path, none).parent_path();; folder = folder.parent_path()) {
      const auto [known, fresh] = configs_.try_emplace(folder.string());
      if (fresh) known->second = read_config((folder / kConfigName).string(), false);
      if (known->second != nullptr || folder == folder.root_path()) return known->second;
    }
  }

  void file(const std::string& path, bool from_directory) {
    const File content = read_file(path, request_.limits.max_definition_bytes);
    if (!content.problem.empty()) ++seen_;
    if (!content.problem.empty()) return unreadable_file(path, content.problem);
    CheckedFile checked{std::string(shown_name(path)), std::string(content.view()), {}};
    const auto suppressions = config_of(path);
    pipexpr::CheckOptions options = options_;
    if (request_.profile.empty() && suppressions != nullptr) options.profile = suppressions->profile;
    const pipexpr::LoadOptions load{
        .source_name = checked.name, .compile = {.limits = request_.limits}, .limits = request_.limits};
    const auto look = [&] {
      checked.findings = pipexpr::check_file(checked.json, load, options);
      std::erase_if(checked.findings, [&](const pipexpr::Finding& finding) {
        return suppressions != nullptr && suppressions->covers(finding, path);
      });
    };
    if (from_directory) {
      const auto loaded = pipexpr::PipelineDefinition::load(checked.json, load);
      if (!loaded && loaded.error().front().code == pipexpr::DiagnosticCode::not_a_definition) return;
    }
    ++seen_;
    look();
    if (request_.fix && !fix(path, checked, look)) return;
    for (const pipexpr::Finding& finding : checked.findings) {
      ++(finding.severity == pipexpr::Severity::error ? errors_ : warnings_);
      fixable_ += finding.fix && finding.fix->safe ? 1u : 0u;
    }
    files_.push_back(std::move(checked));
  }

  // A fix may bring another fault to light, so that several rounds can be needed.
  template <class Look>
  bool fix(const std::string& path, CheckedFile& checked, const Look& look) {
    constexpr int kRounds = 8;
    const std::string before = checked.json;
    for (int round = 0; round < kRounds; ++round) {
      std::string better = pipexpr::apply_fixes(checked.json, checked.findings);
      if (better == checked.json) break;
      const std::size_t found = checked.findings.size();
      checked.json = std::move(better);
      look();
      fixed_ += found > checked.findings.size() ? found - checked.findings.size() : 0;
    }
    if (checked.json == before) return true;
    const std::string problem = replace_file(path, checked.json);
    if (problem.empty()) return true;
    (void)unreadable(command_, fmt::format("cannot write '{}': {}", path, problem));
    unreadable_ = true;
    return false;
  }

  const CLI::App& command_;
  const CheckRequest& request_;
  pipexpr::CheckOptions options_;
  std::shared_ptr<Suppressions> given_;
  std::map<std::string, std::shared_ptr<Suppressions>> configs_;
  std::vector<CheckedFile> files_;
  std::size_t seen_ = 0;  // files that are definitions, or cannot be read
  std::size_t errors_ = 0, warnings_ = 0, fixable_ = 0, fixed_ = 0;
  bool unreadable_ = false;
};

std::string rule_list() {
  std::string out;
  for (const pipexpr::Rule rule : pipexpr::rules()) {
    out += fmt::format("{}  {:<7}  {:<26}  {}\n", pipexpr::rule_id(rule), severity_word(pipexpr::rule_severity(rule)),
                       pipexpr::rule_name(rule), pipexpr::rule_description(rule));
  }
  return out;
}

int run(const CLI::App& command, Session& session, const CheckRequest& request) {
  if (request.list) {
    session.out.write(rule_list());
    return kFine;
  }
  if (request.paths.empty()) return usage_error(command, "FILE: expected a definition or a directory");
  pipexpr::CheckOptions options{.compile = {.limits = request.limits}, .evaluate = {.limits = request.limits}};
  for (const auto& [words, rules] : {std::pair(&request.only, &options.only), {&request.ignore, &options.ignore}}) {
    for (const std::string& word : *words) {
      const auto rule = pipexpr::find_rule(word);
      if (!rule) return usage_error(command, fmt::format("there is no rule '{}'{}", word, similar_rule(word)));
      rules->push_back(*rule);
    }
  }
  if (request.profile == "older") options.profile = pipexpr::LimitProfile::older;
  const auto given = std::count(request.paths.begin(), request.paths.end(), "-");
  if (given > 1) return usage_error(command, "standard input can be read only once");
  if (given != 0 && request.fix) return usage_error(command, "--fix: standard input cannot be changed");
  Checker checker(command, request, std::move(options));
  if (!request.config.empty() && !checker.config(request.config)) return kUnreadable;
  for (const std::string& path : request.paths) {
    if (path.empty()) return usage_error(command, "FILE: expected a file's name, found an empty string");
    if (!interrupted()) checker.path(path);
  }
  // Findings are the output, so colours are right when that is a terminal.
  const bool color = session.color == "always" || (session.color_errors() && ::isatty(STDOUT_FILENO) == 1);
  session.out.write(request.format == "json"    ? findings_as_json(checker.files())
                    : request.format == "sarif" ? findings_as_sarif(checker.files())
                                                : findings_as_text(checker.files(), color));
  session.out.flush();  // before the summary, when both go to one terminal
  complain(checker.summary());
  return checker.status();
}

}  // namespace

void add_check(CLI::App& app, Session& session) {
  const auto request = std::make_shared<CheckRequest>();
  CLI::App& command = *app.add_subcommand("check", "Find mistakes in definitions without running them");
  command.add_option("FILE", request->paths, "Definitions, and directories of them; '-' is standard input")
      ->option_text("...");
  std::vector<std::string> words;
  for (const pipexpr::Rule rule : pipexpr::rules()) words.emplace_back(pipexpr::rule_id(rule));
  command.add_option("--rule", request->only, "Only this rule, by id or name; may be repeated")
      ->option_text("RULE")
      ->allow_extra_args(false);
  command.add_option("--ignore", request->ignore, "Not this rule; may be repeated")
      ->option_text("RULE")
      ->allow_extra_args(false);
  session.choices.push_back({&command, "--rule", words});
  session.choices.push_back({&command, "--ignore", std::move(words)});
  add_choice(command, session, "--format", request->format, {"text", "json", "sarif"}, "Form of the findings");
  command.add_flag("--fix", request->fix, "Repair in the files what is certainly wrong; formatting stays");
  command.add_flag("--strict", request->strict, "Let warnings make the exit status 1, too");
  add_choice(command, session, "--profile", request->profile, {"current", "older"},
             "Which of the service's documented size limits hold");
  command.add_option("--config", request->config, "Read this file instead of the .pipexpr.json near each definition")
      ->option_text("FILE");
  command.add_flag("--list-rules", request->list, "List all rules and exit");
  finish_command(command, session, kExamples);
  command.callback([&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
