// pipexpr reduce: what of expressions can be computed before a run is computed, and the rest is shown.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include <pipexpr/pipexpr.h>
#include <pipexpr/specialize.h>

#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/evaluation_target.h"
#include "cli/output/json_output.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr reduce pipeline.json
  pipexpr reduce pipeline.json --object Copy --field command
  pipexpr reduce pipeline.json --object Copy --expression '#{input.filePath}'
  pipexpr reduce pipeline.json --at 2024-05-24T17:00:00

Everything that does not depend on the run is replaced by its value: parameters, fields, constants, and references to
fields, of which what needs the run remains. With --at the run is known, too. Each line is an object's field and what
remains of its text; fields without expressions are left out, and so are secret fields. --unknown names what another value
will be given to. Values of secrets are never shown.)";

struct ReduceRequest {
  Flags flags;
  std::string object, expression, format = "text";
  std::vector<std::string> fields, unknown;
  bool keep_references = false;
};

constexpr std::string_view kReasons[] = {"run", "unknown_field", "field", "secret", "value", "error"};

class Reduction {
 public:
  Reduction(const CLI::App& command, Session& session, const ReduceRequest& request)
      : command_(command), session_(session), request_(request), place_(request.flags) {}

  int run() {
    if (const int status = place_.find(command_, session_, request_.object); status != kFine) return status;
    pipexpr::Diagnostics why;
    if (!place_.enter({}, why)) return report("template", request_.expression, why);
    if (!request_.expression.empty()) {
      context_ = place_.context();
      return reduce("template", request_.expression,
                    [&](std::string_view remains) { return std::string(remains) + "\n"; });
    }
    return request_.object.empty() ? all() : object(place_.object(), true);
  }

 private:
  int all() {
    int status = kFine;
    const pipexpr::PipelineDefinition& graph = place_.graph();
    for (std::size_t i = 0; i < graph.object_count(); ++i) status = std::max(status, object(graph.object(i), false));
    return status;
  }

  // Own fields, and the inherited ones of an object that was asked for.
  int object(pipexpr::ObjectId object, bool inherited) {
    const pipexpr::PipelineDefinition& graph = place_.graph();
    context_ = place_.context();
    context_.object = object;
    int status = kFine;
    std::vector<std::string> names;
    bool found = request_.fields.empty();
    for (const auto& field : graph.fields(object, inherited)) {
      names.emplace_back(field.name);
      const auto& wanted = request_.fields;
      if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), field.name) == wanted.end()) continue;
      found = true;
      if (field.name.starts_with('*')) continue;
      for (std::uint32_t i = 0; i < field.field.count; ++i) {
        const pipexpr::FieldItem& item = field.field.items[i];
        if (item.form == pipexpr::FieldItem::Form::literal || !item.value.is(pipexpr::Kind::string)) continue;
        const std::string name = fmt::format("{}.{}", graph.id(object), field.name);
        status = std::max(status, reduce(name, item.value.text(), [&](std::string_view remains) {
                            return fmt::format("{}: {}\n", name, remains);
                          }));
      }
    }
    if (found || !inherited) return status;
    return usage_error(command_, fmt::format("object '{}' has no field '{}'{}", graph.id(object), request_.fields[0],
                                             pipexpr::base::did_you_mean(request_.fields[0], names)));
  }

  template <class Line>
  int reduce(std::string_view name, std::string_view text, Line line) {
    const pipexpr::SpecializeOptions options{.compile = request_.flags.compile_options(),
                                             .evaluate = request_.flags.evaluate_options(),
                                             .unknown_fields = request_.unknown,
                                             .inlines_references = !request_.keep_references};
    const auto expression = pipexpr::Expression::compile(text, options.compile);
    if (!expression) return report(name, text, expression.error());
    const auto made = pipexpr::specialize(*expression, place_.graph(), context_, options);
    if (!made) return report(name, text, made.error());
    if (request_.format == "text") {
      session_.out.write(line(made->expression.text()));
      return kFine;
    }
    Json json;
    json.StartObject();
    json.member("name", name);
    json.member("text", text);
    json.member("remains", made->expression.text());
    json.key("constant");
    json.Bool(made->is_constant());
    json.key("kept");
    json.StartArray();
    for (const pipexpr::KeptName& kept : made->kept) {
      json.StartObject();
      json.member("path", kept.text);
      json.member("offset", std::uint64_t{kept.span.offset});
      json.member("length", std::uint64_t{kept.span.length});
      json.member("reason", kReasons[static_cast<std::size_t>(kept.reason)]);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    session_.out.write(std::string(json.view()) + "\n");
    return kFine;
  }

  int report(std::string_view name, std::string_view text, const pipexpr::Diagnostics& why) {
    std::string out;
    for (const pipexpr::Diagnostic& diagnostic : why) {
      out += pipexpr::render(diagnostic, {.source_name = name, .source = text, .color = session_.color_errors()});
    }
    complain(out);
    return kFailed;
  }

  const CLI::App& command_;
  Session& session_;
  const ReduceRequest& request_;
  Place place_;
  pipexpr::Context context_;
};

int run(const CLI::App& command, Session& session, ReduceRequest& request) {
  const bool has_file = command.get_option("DEFINITION")->count() > 0;
  if (has_file && request.flags.definition.empty()) {
    return usage_error(command, "DEFINITION: expected a file's name, found an empty string");
  }
  if (!has_file && request.expression.empty())
    return usage_error(command, "expected a definition or --expression TEXT");
  if (!request.expression.empty() && !request.fields.empty()) {
    return usage_error(command, "--field and --expression exclude each other");
  }
  if (!request.fields.empty() && request.object.empty()) {
    return usage_error(command, "--field needs the --object that it belongs to");
  }
  if (request.flags.definition == "-" && request.flags.values == "-") {
    return usage_error(command, "standard input can be read only once");
  }
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  return Reduction(command, session, request).run();
}

}  // namespace

void add_reduce(CLI::App& app, Session& session) {
  const auto request = std::make_shared<ReduceRequest>();
  CLI::App& command = *app.add_subcommand("reduce", "Compute what does not depend on the run, and show the rest");
  command.add_option("DEFINITION", request->flags.definition, "Pipeline definition; '-' reads it from standard input")
      ->option_text(" ");
  command.add_option("-o,--object", request->object, "Only this object, with what it inherits")->option_text("ID");
  command.add_option("--field", request->fields, "Only this field; may be repeated")
      ->option_text("NAME")
      ->allow_extra_args(false);
  command.add_option("-e,--expression", request->expression, "A template to reduce instead of fields")
      ->option_text("TEXT");
  command.add_option("--set", request->flags.sets, "A field of the current object; repeat it for a list")
      ->option_text("FIELD=VALUE")
      ->allow_extra_args(false);
  command
      .add_option("--unknown", request->unknown, "A field or parameter that will have another value; may be repeated")
      ->option_text("NAME")
      ->allow_extra_args(false);
  command.add_flag("--keep-references", request->keep_references,
                   "Do not replace references by what remains of their fields");
  add_run_flags(command, request->flags);
  add_definition_flags(command, session, request->flags);
  add_choice(command, session, "--format", request->format, {"text", "json"}, "Form of the output");
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  command.callback([&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
