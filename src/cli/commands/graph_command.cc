// pipexpr graph: the objects of a definition and what leads from one to another, as a diagram.
#include <memory>

#include <pipexpr/graph_diagram.h>

#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr graph pipeline.json > pipeline.svg
  pipexpr graph pipeline.json --format mermaid
  pipexpr graph pipeline.json --format dot | dot -Tpng > pipeline.png

Arrows lead the way of data and time: from an input to its activity and on to the output, from what an activity depends on
to the activity, and from an object to its alarms, its resource and whatever else it refers to. Dashed arrows are
expressions that read a field of another object. svg is laid out here and needs no other program; dot is for Graphviz,
mermaid for Markdown on GitHub and GitLab, json for programs. Schedules and objects that are only inherited from are left
out unless --everything is given. A diagram has names and types in it, and no values.)";

struct GraphRequest {
  Flags flags;
  std::string format = "svg";
  bool everything = false;
};

int run(const CLI::App& command, Session& session, GraphRequest& request) {
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  Definitions definitions(request.flags);
  const Loaded& loaded = definitions.get(request.flags.definition, request.flags.parameter_values);
  if (!loaded.graph) return say_unloaded(command, session, loaded);
  const auto diagram = pipexpr::GraphDiagram::of(
      *loaded.graph, {.everything = request.everything, .compile = request.flags.compile_options()});
  session.out.write(request.format == "dot"       ? diagram.to_dot()
                    : request.format == "mermaid" ? diagram.to_mermaid()
                    : request.format == "json"    ? diagram.to_json() + "\n"
                                                  : diagram.to_svg());
  return kFine;
}

}  // namespace

void add_graph(CLI::App& app, Session& session) {
  const auto request = std::make_shared<GraphRequest>();
  CLI::App& command = add_command(app, "graph", "Draw the objects of a definition and what each refers to");
  add_argument(command, "DEFINITION", request->flags.definition,
               "Pipeline definition; '-' reads it from standard input", Presence::required);
  add_parameter_flags(command, request->flags);
  add_choice(command, session, "--format", request->format, {"svg", "dot", "mermaid", "json"}, "Form of the diagram");
  add_flag(command, "--everything", request->everything, "Also schedules, and objects that are only inherited from");
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
