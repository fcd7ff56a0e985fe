// `pipexpr evidence`: asks AWS itself, with the user's own aws command, and compares its answers with ours.
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <regex>

#include <pipexpr/pipexpr.h>

#include "base/char_class.h"
#include "base/json_writer.h"
#include "base/shown.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/flags.h"
#include "cli/io/input.h"
#include "cli/options.h"
#include "evidence/plan.h"
#include "process/interrupt.h"
#include "process/process.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr evidence                                  show what would be asked, and run nothing
  pipexpr evidence --yes --output evidence.json
  pipexpr evidence --yes --endpoint-url http://127.0.0.1:8321

For those who still have access to AWS Data Pipeline. A pipeline is created, given a definition of two objects, never
activated, and deleted at the end; EvaluateExpression is called for each expression. The answers are compared with those of
pipexpr. The file that --output writes holds expressions and answers and neither account, region, pipeline id nor ARN: it can be
attached to a report. Exit status: 0 all the same, 1 some differ, 3 AWS could not be asked.)";

constexpr std::string_view kObject = "Probe";
constexpr std::size_t kMaxExpressionsFile = 1024 * 1024;

struct EvidenceRequest {
  std::string program = "aws", endpoint, region, profile, expressions, output, format = "text";
  Flags flags;  // what is evaluated here
  bool yes = false;
};

struct Answer {
  std::string value;
  std::string error;    // its name; empty: there is a value
  std::string message;  // of the error
};

struct Row {
  std::string expression;
  Answer theirs, ours;
  // Two errors are the same: their texts are not expected to agree.
  bool same() const {
    return theirs.error.empty() ? ours.error.empty() && theirs.value == ours.value : !ours.error.empty();
  }
};

// What must not leave the user's account: pipeline ids, ARNs, account numbers, access keys, regions, ids of requests.
// What is in `known` did not come from the account: a number of twelve digits is more often a time.
std::string without_identity(const std::string& text, std::string_view known = {}) {
  static const std::regex kIdentity(
      "df-[0-9A-Z]{5,}|arn:[^\\s\"']+|\\b[0-9]{12}\\b|\\bA[A-Z]IA[0-9A-Z]{12,}\\b|"
      "\\b[a-z]{2}(-[a-z]+)?-(north|south|east|west|central)+-[0-9]+\\b|"
      "\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
  std::string out;
  auto rest = text.begin();
  for (std::sregex_iterator found(text.begin(), text.end(), kIdentity), end; found != end; ++found) {
    out.append(rest, (*found)[0].first);
    out += known.find(found->str()) == std::string_view::npos ? "..." : found->str();
    rest = (*found)[0].second;
  }
  return out.append(rest, text.end());
}

std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return pipexpr::base::is_word(c) || std::string_view("-./:=@").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string line_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + quoted(word);
  return out;
}

// Far above what one call takes, its retries included.
constexpr std::chrono::seconds kMaxCall(300);

pipexpr::process::Finished run_aws(const std::vector<std::string>& line) {
  return pipexpr::process::run_program(line, {}, kMaxCall);
}

// A file of one's own that ends with its holder.
class DefinitionFile {
 public:
  DefinitionFile() {
    path_ = (std::filesystem::temp_directory_path() / "pipexpr-evidence-XXXXXX").string();
    const int descriptor = ::mkstemp(path_.data());
    if (descriptor < 0) return;
    ::close(descriptor);
    std::ofstream(path_) << pipexpr::evidence::evidence_definition();
  }
  DefinitionFile(const DefinitionFile&) = delete;
  DefinitionFile& operator=(const DefinitionFile&) = delete;
  ~DefinitionFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class Evidence {
 public:
  Evidence(const CLI::App& command, Session& session, const EvidenceRequest& request)
      : command_(command), session_(session), request_(request) {}

  int run() {
    if (const int status = read_expressions(); status != kFine) return status;
    if (!request_.yes) return show_plan();
    if (const int status = check_output(); status != kFine) return status;
    pipexpr::process::watch_hangups();  // the pipeline is deleted, too, when the terminal is closed
    if (const int status = create(); status != kFine) return status;
    pipexpr::LoadOptions options;
    options.runtime_fields = {{"@pipelineId", id_}};
    definition_ = pipexpr::PipelineDefinition::load(pipexpr::evidence::evidence_definition(), options).value();
    const int asked = ask_all();
    const int removed = remove();
    if (rows_.empty()) return std::max(asked, removed);
    const int written = write();
    return std::max({asked, removed, written});
  }

 private:
  int read_expressions() {
    if (request_.expressions.empty()) {
      for (const std::string_view one : pipexpr::evidence::evidence_expressions()) expressions_.emplace_back(one);
      return kFine;
    }
    const File file = read_file(request_.expressions, kMaxExpressionsFile);
    if (!file.problem.empty()) return unreadable(command_, fmt::format("{}: {}", request_.expressions, file.problem));
    std::string_view rest = file.view();
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      if (!line.empty()) expressions_.emplace_back(line);
    }
    if (expressions_.empty()) {
      return usage_error(command_, fmt::format("--expressions: expected expressions, one a line, found none in '{}'",
                                               request_.expressions));
    }
    return kFine;
  }

  // Before AWS is asked: answers that cannot be kept would have to be asked for again.
  int check_output() {
    if (request_.output.empty()) return kFine;
    std::filesystem::path folder = std::filesystem::path(request_.output).parent_path();
    if (folder.empty()) folder = ".";
    if (::access(folder.c_str(), W_OK) == 0 && !std::filesystem::is_directory(request_.output)) return kFine;
    return unreadable(command_, fmt::format("--output: cannot write '{}'; nothing has been asked", request_.output));
  }

  std::vector<std::string> aws(std::vector<std::string> words) const {
    std::vector<std::string> line{request_.program, "datapipeline"};
    for (const auto& [name, value] : {std::pair("--endpoint-url", &request_.endpoint),
                                      {"--region", &request_.region},
                                      {"--profile", &request_.profile}}) {
      if (!value->empty()) line.insert(line.end(), {name, *value});
    }
    line.insert(line.end(), {"--output", "json"});
    line.insert(line.end(), words.begin(), words.end());
    return line;
  }
  std::vector<std::string> create_line(const std::string& unique) const {
    return aws({"create-pipeline", "--name", "pipexpr-evidence", "--unique-id", unique});
  }
  std::vector<std::string> put_line(const std::string& id, const std::string& file) const {
    return aws({"put-pipeline-definition", "--pipeline-id", id, "--pipeline-definition", "file://" + file});
  }
  std::vector<std::string> evaluate_line(const std::string& id, const std::string& expression) const {
    // As JSON, which the aws command takes as it is: what an option of its own holds and begins with file:// or http://
    // is a file or a page to it.
    pipexpr::base::JsonWriter json;
    json.StartObject();
    json.member("pipelineId", id);
    json.member("objectId", kObject);
    json.member("expression", expression);
    json.EndObject();
    return aws({"evaluate-expression", "--cli-input-json", std::string(json.view())});
  }
  std::vector<std::string> delete_line(const std::string& id) const {
    return aws({"delete-pipeline", "--pipeline-id", id});
  }

  int show_plan() {
    std::string out = "This would ask AWS, with your own aws command and account. Nothing has been run.\n\n";
    for (const auto& line : {create_line("pipexpr-evidence-NUMBER"), put_line("ID", "FILE")})
      out += "  " + line_of(line) + "\n";
    for (const std::string& expression : expressions_) out += "  " + line_of(evaluate_line("ID", expression)) + "\n";
    out += "  " + line_of(delete_line("ID")) + "\n\nFILE is:\n\n";
    out += pipexpr::evidence::evidence_definition();
    out +=
        "\n\nThe pipeline is never activated, so nothing runs; AWS may charge for a pipeline while it exists. Add "
        "--yes to run "
        "this, and --output FILE to keep the answers.\n";
    session_.out.write(out);
    return kFine;
  }

  // What the aws command printed when it failed, in one line.
  int failed(const std::vector<std::string>& line, const pipexpr::process::Finished& finished) {
    std::string why = finished.problem;
    if (why.empty()) {
      const std::size_t begin = finished.errors.find_first_not_of('\n');
      why = begin == std::string::npos ? fmt::format("exit status {}", finished.status)
                                       : finished.errors.substr(begin, finished.errors.find('\n', begin) - begin);
    }
    return unreadable(command_, fmt::format("{}: {}", line_of({line[0], line[1]}), why));
  }

  int create() {
    const auto line = create_line(fmt::format("pipexpr-evidence-{}", ::getpid()));
    const pipexpr::process::Finished finished = run_aws(line);
    if (finished.status != 0) return failed(line, finished);
    const std::optional<std::string> id = member(finished.output, "pipelineId");
    if (!id) return unreadable(command_, "create-pipeline gave no pipelineId");
    id_ = *id;
    const DefinitionFile file;
    const auto put = put_line(id_, file.path());
    const pipexpr::process::Finished stored = run_aws(put);
    const std::string refused = stored.status == 0 ? first_validation_error(stored.output) : "";
    if (stored.status == 0 && refused.empty()) return kFine;
    const int status = refused.empty() ? failed(put, stored)
                                       : unreadable(command_, "put-pipeline-definition: AWS refused: " + refused);
    remove();
    return status;
  }

  // The answer to put-pipeline-definition says what is wrong with a definition, with exit status 0; "" for nothing.
  static std::string first_validation_error(const std::string& json) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    if (document.HasParseError() || !document.IsObject() || !document.HasMember("errored")) return "";
    if (!document["errored"].IsBool() || !document["errored"].GetBool()) return "";
    std::string first = "the definition, without a reason";
    if (!document.HasMember("validationErrors") || !document["validationErrors"].IsArray()) return first;
    for (const auto& object : document["validationErrors"].GetArray()) {
      if (!object.IsObject() || !object.HasMember("errors") || !object["errors"].IsArray()) continue;
      for (const auto& error : object["errors"].GetArray()) {
        if (error.IsString()) return without_identity(error.GetString());
      }
    }
    return first;
  }

  int ask_all() {
    const bool shows_progress = ::isatty(2) != 0;
    for (const std::string& expression : expressions_) {
      if (pipexpr::process::interrupted()) break;
      if (shows_progress) replace_error_line(fmt::format("  {} of {}", rows_.size() + 1, expressions_.size()));
      const auto line = evaluate_line(id_, expression);
      const pipexpr::process::Finished finished = run_aws(line);
      if (pipexpr::process::interrupted()) break;  // Ctrl-C ended the aws command as well
      Row row{expression, {}, here(expression)};
      if (finished.status == 0) {
        const std::optional<std::string> value = member(finished.output, "evaluatedExpression");
        if (!value) return unreadable(command_, "evaluate-expression gave no evaluatedExpression");
        row.ours.value = without_pipeline(row.ours.value);
        row.theirs.value = without_identity(without_pipeline(*value), expression + "\n" + row.ours.value);
      } else if (!read_error(finished.errors, row.theirs)) {
        return failed(line, finished);
      }
      rows_.push_back(std::move(row));
    }
    if (shows_progress) replace_error_line("");
    return kFine;
  }

  int remove() {
    if (id_.empty()) return kFine;
    const auto line = delete_line(id_);
    const pipexpr::process::Finished finished = run_aws(line);
    if (finished.status == 0) return kFine;
    failed(line, finished);
    print_error(pipexpr::base::show("pipexpr evidence: the pipeline {} is still there: delete it yourself\n", id_));
    return kUnreadable;
  }

  // A value, too, may hold the pipeline's id.
  std::string without_pipeline(std::string value) const {
    for (std::size_t at = value.find(id_); at != std::string::npos; at = value.find(id_, at))
      value.replace(at, id_.size(), "...");
    return value;
  }

  // An error occurred (Name) when calling the EvaluateExpression operation: message
  static bool read_error(const std::string& errors, Answer& out) {
    static const std::regex kForm("An error occurred \\(([A-Za-z]+)\\)[^:]*: ([^\\n]*)");
    std::smatch found;
    if (!std::regex_search(errors, found, kForm)) return false;
    // Refused by the account or by the load, not by the language.
    const std::string name = found[1];
    if (name != "InvalidRequestException" && name != "ValidationException" && name != "InternalServiceError")
      return false;
    out.error = name;
    out.message = without_identity(found[2]);
    return true;
  }

  static std::optional<std::string> member(const std::string& json, const char* name) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    if (document.HasParseError() || !document.IsObject()) return std::nullopt;
    if (!document.HasMember(name) || !document[name].IsString()) return std::nullopt;
    return std::string(document[name].GetString(), document[name].GetStringLength());
  }

  Answer here(const std::string& text) const {
    const pipexpr::Context context{.object = definition_->find(kObject).value()};
    const auto compiled = pipexpr::Expression::compile(text);
    const auto value = compiled ? pipexpr::evaluate_or_keep(*compiled, *definition_, context,
                                                            {.evaluate = request_.flags.evaluate_options()})
                                : pipexpr::Result<std::string>(compiled.error());
    if (value) return {*value, {}, {}};
    const pipexpr::Diagnostic& why = value.error().front();
    return {{}, std::string(pipexpr::code_id(why.code)), why.message};
  }

  static void write_answer(pipexpr::base::JsonWriter& json, std::string_view name, const Answer& answer) {
    json.key(name);
    json.StartObject();
    if (answer.error.empty()) {
      json.member("value", answer.value);
    } else {
      json.member("error", answer.error);
      json.member("message", answer.message);
    }
    json.EndObject();
  }

  std::string as_json() const {
    pipexpr::base::JsonWriter json;
    json.StartObject();
    json.member("pipexpr", PIPEXPR_VERSION_STRING);
    json.member("definition", pipexpr::evidence::evidence_definition());
    json.member("object", kObject);
    json.key("answers");
    json.StartArray();
    for (const Row& row : rows_) {
      json.StartObject();
      json.member("expression", row.expression);
      json.key("same");
      json.Bool(row.same());
      write_answer(json, "aws", row.theirs);
      write_answer(json, "pipexpr", row.ours);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    return std::string(json.view()) + "\n";
  }

  int write() {
    std::size_t different = 0;
    std::string out;
    for (const Row& row : rows_) {
      if (row.same()) continue;
      ++different;
      const auto shown = [](const Answer& answer) {
        return answer.error.empty() ? "'" + answer.value + "'" : answer.error + ": " + answer.message;
      };
      out += pipexpr::base::show("differs  {}\n  aws      {}\n  pipexpr  {}\n", row.expression, shown(row.theirs),
                                 shown(row.ours));
    }
    out += fmt::format("{} of {} expressions asked, {} the same, {} different\n", rows_.size(), expressions_.size(),
                       rows_.size() - different, different);
    session_.out.write(request_.format == "json" ? as_json() : out);
    if (!request_.output.empty()) {
      if (const std::string why = write_file(request_.output, as_json()); !why.empty())
        return unreadable(command_, fmt::format("--output: cannot write '{}': {}", request_.output, why));
    }
    if (rows_.size() < expressions_.size()) return kUnreadable;  // stopped by the user
    return different == 0 ? kFine : kFailed;
  }

  const CLI::App& command_;
  Session& session_;
  const EvidenceRequest& request_;
  std::shared_ptr<const pipexpr::PipelineDefinition> definition_;
  std::vector<std::string> expressions_;
  std::string id_;
  std::vector<Row> rows_;
};

}  // namespace

void add_evidence(CLI::App& app, Session& session) {
  const auto request = std::make_shared<EvidenceRequest>();
  CLI::App& command = add_command(app, "evidence", "Ask AWS itself what expressions evaluate to, and compare");
  add_flag(command, "--yes", request->yes, "Run it; without, only show what would be run");
  add_option(command, "--output", request->output, "FILE", "Write expressions and answers into this file, as JSON");
  add_option(command, "--expressions", request->expressions, "FILE", "Ask these instead, one a line");
  add_option(command, "--endpoint-url", request->endpoint, "URL", "Passed on to the aws command");
  add_option(command, "--region", request->region, "NAME", "Passed on to the aws command");
  add_option(command, "--profile", request->profile, "NAME", "Passed on to the aws command");
  add_option(command, "--aws", request->program, "PROGRAM [aws]", "The aws command");
  add_unset_runtime_flag(command, session, request->flags.unset_runtime);
  add_choice(command, session, "--format", request->format, {"text", "json"}, "Form of the output");
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = Evidence(command, session, *request).run(); });
}

}  // namespace cli
