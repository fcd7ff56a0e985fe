// pipexpr reduce: what of expressions can be computed before a run is computed, and the rest is shown.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <pipexpr/pipexpr.h>
#include <pipexpr/specialize.h>

#include "base/json_writer.h"
#include "base/shown.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"
#include "cli/template_selection.h"

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
will be given to. Values of secrets are never shown. A runtime field without a value stays as it is written, whatever
--unset-runtime says: what stands for it is known when it is evaluated.)";

struct ReduceRequest {
  Flags flags;
  TemplateSelection selection;
  std::string format = "text";
  std::vector<std::string> unknown;
  bool keep_references = false;
};

constexpr std::string_view kReasons[] = {"run", "unknown_field", "field", "secret", "value", "error"};

class Reduction {
 public:
  Reduction(const CLI::App& command, Session& session, const ReduceRequest& request)
      : command_(command), session_(session), request_(request), place_(request.flags) {}

  int run() {
    if (const int status = place_.find(command_, session_, request_.selection.object); status != kFine) return status;
    pipexpr::Diagnostics why;
    if (!place_.enter({}, why)) return report("template", request_.selection.expression, why);
    if (!request_.selection.expression.empty()) {
      context_ = place_.context();
      return reduce("template", request_.selection.expression,
                    [&](std::string_view remains) { return std::string(remains) + "\n"; });
    }
    int status = kFine;
    const int selected = visit_templates(
        command_, place_.graph(), place_.object(), request_.selection, [&](const SelectedTemplate& one) {
          context_ = place_.context();
          context_.object = one.object;
          status = std::max(status, reduce(one.name, one.text, [&](std::string_view remains) {
                              return pipexpr::base::show("{}: {}\n", one.name, remains);
                            }));
        });
    return std::max(status, selected);
  }

 private:
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
    pipexpr::base::JsonWriter json;
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
    session_.print_diagnostics(why, name, text);
    return kFailed;
  }

  const CLI::App& command_;
  Session& session_;
  const ReduceRequest& request_;
  Place place_;
  pipexpr::Context context_;
};

int run(const CLI::App& command, Session& session, ReduceRequest& request) {
  if (const int status = check_template_selection(command, request.flags, request.selection); status != kFine) {
    return status;
  }
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  return Reduction(command, session, request).run();
}

}  // namespace

void add_reduce(CLI::App& app, Session& session) {
  const auto request = std::make_shared<ReduceRequest>();
  CLI::App& command = add_command(app, "reduce", "Compute what does not depend on the run, and show the rest");
  add_template_selection(command, request->flags, request->selection, "A template to reduce instead of fields");
  add_repeatable(command, "--set", request->flags.sets, "FIELD=VALUE",
                 "A field of the current object, or a runtime field of every object; repeat it for a list");
  add_repeatable(command, "--unknown", request->unknown, "NAME",
                 "A field or parameter that will have another value; may be repeated");
  add_flag(command, "--keep-references", request->keep_references,
           "Do not replace references by what remains of their fields");
  add_run_flags(command, request->flags);
  add_definition_flags(command, session, request->flags);
  add_choice(command, session, "--format", request->format, {"text", "json"}, "Form of the output");
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
