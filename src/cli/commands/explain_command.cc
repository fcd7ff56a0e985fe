// pipexpr explain: how one value came about.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include <pipexpr/pipexpr.h>

#include "base/json_writer.h"
#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"
#include "report/answer_json.h"
#include "report/explanation_text.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr explain pipeline.json --object Copy --field command --at 2024-05-24T17:00:00
  pipexpr explain pipeline.json --object Copy --expression '#{input.filePath}' --at 2024-05-24T17:00:00
  pipexpr explain --expression '#{1 + 2 * 3}' --format json

Shows the value of a field, or of a template, and below it the values it was made of: where each stands, whose field
it is and what it is inherited from, what gave a parameter its value, and the rule of the language with its grade of
evidence. Secrets, the fields and parameters whose names begin with '*', show as ********.)";

struct ExplainRequest {
  Flags flags;
  std::string object, field, expression;
  std::string format = "text";
  bool show_secrets = false;
};

class Explaining {
 public:
  Explaining(const CLI::App& command, Session& session, const ExplainRequest& request)
      : command_(command), session_(session), request_(request), place_(request.flags), mask_(!request.show_secrets) {}

  int run() {
    if (const int status = place_.find(command_, session_, request_.object); status != kFine) return status;
    return explain(place_.graph(), place_.object());
  }

 private:
  int explain(const pipexpr::PipelineDefinition& graph, pipexpr::ObjectId object) {
    const Flags& flags = request_.flags;
    pipexpr::Field unused;
    const bool by_field = request_.expression.empty();
    if (by_field && !graph.field(object, {request_.field}, unused)) {
      std::vector<std::string> names;
      graph.names(object, [&](std::string_view name) { names.emplace_back(name); });
      return usage_error(command_, fmt::format("object '{}' has no field '{}'{}", request_.object, request_.field,
                                               pipexpr::base::did_you_mean(request_.field, names)));
    }
    pipexpr::Diagnostics why;
    if (!place_.enter({}, why)) return report(graph, why);
    const pipexpr::Context& context = place_.context();
    mask_.learn(graph, flags.evaluate_options());
    mask_.start();
    pipexpr::ExplainOptions options{.compile = flags.compile_options(), .evaluate = flags.evaluate_options()};
    options.evaluate.listener = &mask_;
    if (by_field) return finish(graph, pipexpr::explain_field(graph, object, request_.field, context, options));
    const auto expression = pipexpr::Expression::compile(request_.expression, options.compile);
    if (!expression) return report(graph, expression.error());
    return finish(graph, pipexpr::explain(*expression, graph, context, options));
  }

  int finish(const pipexpr::PipelineDefinition& graph, const pipexpr::Result<pipexpr::Explanation>& tree) {
    if (!tree) return report(graph, tree.error());
    if (request_.format == "json") {
      session_.out.write(pipexpr::to_json(*tree, graph, mask_) + "\n");
    } else {
      // The tree is the output, so colors are right when that is a terminal.
      const bool color = session_.color == "always" || (session_.color_errors() && ::isatty(STDOUT_FILENO) == 1);
      session_.out.write(pipexpr::report::Explained(*tree, graph, mask_).text(color, terminal_width(STDOUT_FILENO)));
    }
    return kFine;
  }

  int report(const pipexpr::PipelineDefinition& graph, pipexpr::Diagnostics why) {
    if (request_.format == "json") {
      for (pipexpr::Diagnostic& diagnostic : why) hide(diagnostic);
      pipexpr::base::JsonWriter json;
      pipexpr::report::write_answer(json, why);
      session_.out.write(mask_.scrub(std::string(json.view())));
      session_.out.write("\n");
      return kFailed;
    }
    const bool by_field = request_.expression.empty();
    const bool secret = by_field && mask_.hides(request_.field);
    std::string text;
    for (pipexpr::Diagnostic& diagnostic : why) {
      pipexpr::RenderOptions options{.source_name = by_field ? graph.source_name() : "template",
                                     .source = by_field ? graph.json() : std::string_view(request_.expression),
                                     .color = session_.color_errors()};
      if (secret) {
        const auto place = pipexpr::locate(graph.json(), diagnostic.span.offset);
        options.source = {};
        options.first_line = place.line;
        options.first_column = place.column;
        diagnostic.span = {};
      }
      hide(diagnostic);
      text += mask_.scrub(pipexpr::render(diagnostic, options));
    }
    print_error(text);
    return kFailed;
  }

  // Secret texts on the way to an error.
  void hide(pipexpr::Diagnostic& diagnostic) const {
    for (pipexpr::PathStep& step : diagnostic.path) {
      if (!mask_.hides(step.field)) continue;
      step.text = pipexpr::SecretMask::kShown;
      step.span = {0, static_cast<std::uint32_t>(pipexpr::SecretMask::kShown.size())};
    }
  }

  const CLI::App& command_;
  Session& session_;
  const ExplainRequest& request_;
  Place place_;
  pipexpr::SecretMask mask_;
};

int run(const CLI::App& command, Session& session, ExplainRequest& request) {
  const bool has_expression = is_given(command, "--expression");
  const bool has_field = is_given(command, "--field");
  if (is_given(command, "DEFINITION") && request.flags.definition.empty()) {
    return usage_error(command, "DEFINITION: expected a file's name, found an empty string");
  }
  if (has_expression && has_field) return usage_error(command, "--field and --expression exclude each other");
  if (!has_expression && !has_field) {
    return usage_error(command, "expected --field NAME of an --object, or --expression TEXT");
  }
  if (has_field && request.flags.definition.empty()) return usage_error(command, "--field needs a definition");
  if (has_field && request.object.empty()) return usage_error(command, "--field needs the --object that it belongs to");
  if (request.flags.definition == "-" && request.flags.values == "-") {
    return usage_error(command, "standard input can be read only once");
  }
  request.flags.fold_constants = false;  // constants show as they were written
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  return Explaining(command, session, request).run();
}

}  // namespace

void add_explain(CLI::App& app, Session& session) {
  const auto request = std::make_shared<ExplainRequest>();
  CLI::App& command = add_command(app, "explain", "Show how a value came about");
  add_argument(command, "DEFINITION", request->flags.definition,
               "Pipeline definition; '-' reads it from standard input");
  add_option(command, "-o,--object", request->object, "ID", "Id of the current object");
  add_option(command, "--field", request->field, "NAME", "The field to explain, own or inherited");
  add_option(command, "-e,--expression", request->expression, "TEXT", "A template to explain instead of a field");
  add_repeatable(command, "--set", request->flags.sets, "FIELD=VALUE",
                 "A field of the current object, or a runtime field of every object; repeat it for a list");
  add_run_flags(command, request->flags);
  add_definition_flags(command, session, request->flags, false);
  add_choice(command, session, "--format", request->format, {"text", "json"}, "Form of the output");
  add_flag(command, "--show-secrets", request->show_secrets, "Show the values of '*' fields and parameters");
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
