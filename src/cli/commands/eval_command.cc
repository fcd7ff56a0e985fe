// pipexpr eval: one template, or with --jsonl a stream of them.
#include "cli/commands/requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <pipexpr/pipexpr.h>
#include <pipexpr/specialize.h>

#include "base/json_writer.h"
#include "base/runtime_fields.h"
#include "base/shown.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"
#include "process/interrupt.h"
#include "report/answer_json.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr eval '#{1 + 2}'
  pipexpr eval '#{myBucket}/in' --parameter myBucket=s3://orders
  pipexpr eval '#{output.directoryPath}' --definition p.json --object Copy --at 2024-05-24T17:00:00
  pipexpr eval --file query.sql --definition p.json --object Report --at 2024-05-24T17:00:00
  echo '{"template": "#{1 + 2}"}' | pipexpr eval --jsonl

Text output is the value and a newline; a file's own last newline is not doubled. Lists are JSON arrays.
The value of --set is a field's text and may hold expressions; {"ref": "ID"} refers to an object. Runtime fields
(@status=FINISHED, errorMessage=text) hold for every object of the run. The run ends, without --end, one period of the object's
schedule after --at; that of an alarm or a precondition, when those of the objects it belongs to do.

A request of --jsonl is {"template": "...", "fields": {"name": "text" | ["list"] | {"ref": "id"}}, "parameters":
{"name": "value" | ["list"]}, "definition": "FILE", "object": "id", "at": "...", "end": "...", "now": "...",
"delimiters": "..."}; all but the template are optional and come before the flags. An answer is {"value": ...} or
{"error": {"code", "message", ...}}. Files are read once. The status is 1 when any answer is an error.)";

// A call of a known function, or a runtime field.
bool looks_like_expression(std::string_view text, const pipexpr::CompileOptions& options) {
  const std::size_t open = text.find('(');
  const bool is_call = open != std::string_view::npos && text.ends_with(")") &&
                       pipexpr::FunctionRegistry::standard().find(text.substr(0, open)) != nullptr;
  if (!is_call && pipexpr::base::find_runtime_field(text) == nullptr) return false;
  return static_cast<bool>(pipexpr::Expression::compile(fmt::format("#{{{}}}", text), options));
}

class Evaluation {
 public:
  Evaluation(const CLI::App& command, Session& session, const EvalRequest& request)
      : command_(command), session_(session), request_(request), place_(request.flags) {}

  int run() {
    if (const int status = read_template(); status != kFine) return status;
    if (const int status = place_.find(command_, session_, request_.object); status != kFine) return status;
    return evaluate();
  }

 private:
  int read_template() {
    template_ = request_.template_text;
    if (request_.file.empty()) return kFine;
    file_ = read_file(request_.file, request_.flags.limits.max_template_bytes);
    if (!file_.problem.empty()) {
      return unreadable(command_, fmt::format("cannot read '{}': {}", shown_name(request_.file), file_.problem));
    }
    template_ = file_.view();
    source_name_ = shown_name(request_.file);
    return kFine;
  }

  int evaluate() {
    const Flags& flags = request_.flags;
    pipexpr::CompileOptions options = flags.compile_options();
    options.borrow_source = true;
    const auto expression = pipexpr::Expression::compile(template_, options);
    if (!expression) return report(expression.error());
    pipexpr::Diagnostics why;
    if (!place_.enter(current_time(), why)) return report(why);
    const pipexpr::PipelineDefinition& graph = place_.graph();
    const pipexpr::Context& context = place_.context();
    pipexpr::Evaluator evaluator(flags.evaluate_options());
    std::string remains;
    if (request_.format == "json") {
      auto value = evaluator.value(*expression, graph, context);
      if (!value && !keep(*expression, remains, why)) return report(why.empty() ? value.error() : why);
      if (!value) value = pipexpr::Value(remains);
      pipexpr::base::JsonWriter json;
      const bool good = pipexpr::report::write_answer(json, *value);
      session_.out.write(json.view());
      if (!request_.no_newline) session_.out.write("\n");
      return good ? kFine : kFailed;
    }
    std::vector<std::string_view> pieces;
    if (const auto done = evaluator.pieces(*expression, graph, context, pieces); !done) {
      if (!keep(*expression, remains, why)) return report(why.empty() ? done.error() : why);
      pieces = {remains};
    }
    // What looks like an expression and stands alone is hardly meant as a plain string.
    if (expression->is_literal() && looks_like_expression(template_, options)) {
      print_error(
          pipexpr::base::show("pipexpr eval: there is no expression in it; did you mean '#{{{}}}'?\n", template_));
    }
    session_.out.write(pieces);
    while (!pieces.empty() && pieces.back().empty()) pieces.pop_back();
    const bool ended = !request_.file.empty() && !pieces.empty() && pieces.back().back() == '\n';
    if (!request_.no_newline && !ended) session_.out.write("\n");
    return kFine;
  }

  // With --unset-runtime keep: what is left of the text when runtime fields without a value stay in it, or else what is
  // wrong besides them.
  bool keep(const pipexpr::Expression& expression, std::string& out, pipexpr::Diagnostics& why) const {
    if (request_.flags.unset_runtime != "keep") return false;
    auto made = pipexpr::evaluate_or_keep(
        expression, place_.graph(), place_.context(),
        {.compile = request_.flags.compile_options(), .evaluate = request_.flags.evaluate_options()});
    if (!made) return why = made.take_error(), false;
    out = *std::move(made);
    return true;
  }

  int report(const pipexpr::Diagnostics& why) {
    if (pipexpr::process::interrupted()) return kFailed;  // the user cancelled it, and needs no message about it
    if (request_.format == "json") {
      pipexpr::base::JsonWriter json;
      pipexpr::report::write_answer(json, why);
      session_.out.write(json.view());
      if (!request_.no_newline) session_.out.write("\n");
      return kFailed;
    }
    session_.print_diagnostics(why, source_name_, template_);
    return kFailed;
  }

  const CLI::App& command_;
  Session& session_;
  const EvalRequest& request_;
  Place place_;
  File file_;
  std::string_view template_;
  std::string_view source_name_ = "template";
};

int run(const CLI::App& command, Session& session, EvalRequest& request) {
  const bool has_template = is_given(command, "TEMPLATE");
  if (has_template && request.template_text == "-" && request.file.empty()) {
    request.file = "-";
  } else if (has_template && !request.file.empty()) {
    return usage_error(command, "a template and --file exclude each other");
  }
  if (request.lines && (has_template || !request.file.empty())) {
    return usage_error(command, "--jsonl reads its templates from standard input: drop the template");
  }
  if (!request.lines && !has_template && request.file.empty()) {
    return usage_error(command, "expected a template, --file FILE or '-' for standard input");
  }
  const bool reads_input = request.lines || request.file == "-";
  if (int(reads_input) + int(request.flags.definition == "-") + int(request.flags.values == "-") > 1) {
    return usage_error(command, "standard input can be read only once");
  }
  if (is_given(command, "--definition") && request.flags.definition.empty()) {
    return usage_error(command, "--definition: expected a file's name, found an empty string");
  }
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  if (request.lines) return answer_lines(command, session, request);
  return Evaluation(command, session, request).run();
}

}  // namespace

void add_eval(CLI::App& app, Session& session) {
  const auto request = std::make_shared<EvalRequest>();
  CLI::App& command = add_command(app, "eval", "Evaluate a template");
  add_argument(command, "TEMPLATE", request->template_text, "Text with expressions; '-' reads it from standard input");
  add_option(command, "-f,--file", request->file, "FILE", "Read the template from a file");
  add_flag(command, "--jsonl", request->lines, "Answer requests, one JSON object a line, from standard input");
  add_option(command, "-d,--definition", request->flags.definition, "FILE", "Pipeline definition to evaluate against");
  add_option(command, "-o,--object", request->object, "ID", "Id of the current object");
  add_repeatable(command, "--set", request->flags.sets, "FIELD=VALUE",
                 "A field of the current object, or a runtime field of every object; repeat it for a list");
  add_run_flags(command, request->flags);
  add_definition_flags(command, session, request->flags);
  add_choice(command, session, "--format", request->format, {"text", "json"}, "Form of the output");
  add_flag(command, "-n", request->no_newline, "No newline after the value");
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
