// pipexpr render: a whole definition, evaluated.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <pipexpr/schedule.h>

#include "base/runtime_fields.h"
#include "base/shown.h"
#include "base/similar_names.h"
#include "check_config/suppressions.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/commands/requests.h"
#include "cli/io/definition_files.h"
#include "cli/io/input.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"
#include "process/interrupt.h"
#include "report/definition_text.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr render pipeline.json --at 2024-05-24T17:00:00
  pipexpr render pipeline.json --at 2024-05-24T17:00:00 --object Copy --field command
  pipexpr render pipeline.json --at 2024-05-24T17:00:00 --format table
  pipexpr render pipeline.json --from 2024-05-01T00:00:00 --to 2024-06-01T00:00:00 --format jsonl
  pipexpr render pipeline.json --runs 5 --object Copy --field command --format table

Every field of every object is evaluated for the run that starts at --at; references and names stay as they are, a
field without a value is left out, and what an object inherits stands where it is written. JSON output has the
objects in the spelling of the file. Fields that fail are reported on standard error with their places, keep their
text in the output, and make the status 1; with --partial what is known of them is evaluated, and names without a
value stay. --unset-runtime says what a runtime field is that the service sets later: an error, null as in its mails,
empty, or kept in place. Secrets, the fields and parameters whose names begin with '*', show as
******** wherever they would appear.

An alarm that speaks of its node and belongs to several objects is rendered for each of them, with the field "node".

--at may be repeated, and --missing names a file of such times: runs to be made up for. Every object that runs is
rendered for each of them; a time that its schedule does not have is warned of.

With --from, --to or --runs, every object that runs on a schedule is rendered for each run of its schedule in that
range, with what it inherits, in the order of time. Output paths, commands and queries that two instances share,
and gaps and overlaps of the runs, are reported on standard error; with --strict, shared ones make the status 1.)";

struct RenderRequest {
  Flags flags;
  std::vector<std::string> objects, fields;
  std::string format = "json";
  std::string output;
  std::string missing;  // path of a file with the starts of runs
  std::string config;   // instead of the .pipexpr.json near the definition
  bool show_secrets = false;
  bool summary = false;
  bool strict = false;
};

// Schedules of what is rendered that have no run at that time: what is shown will never be.
std::string off_schedule(const pipexpr::PipelineDefinition& graph, pipexpr::DateTime at, const Flags& flags,
                         const std::vector<std::string_view>& ids) {
  std::string out;
  std::set<pipexpr::ObjectId> seen;
  for (const std::string_view id : ids) {
    const auto object = graph.find(id);
    if (!object || !graph.has_instances(*object)) continue;
    const pipexpr::ObjectId schedule = pipexpr::schedule_of(graph, *object);
    const auto type = pipexpr::schedule_type(graph, *object, flags.evaluate_options());
    if (schedule == pipexpr::kNoObject || !type || *type == pipexpr::ScheduleType::ondemand) continue;
    if (!seen.insert(schedule).second) continue;
    // One that begins with the activation, or cannot be read, has no times to compare with.
    const auto runs = pipexpr::Schedule::read(graph, schedule, {flags.range.activation, flags.evaluate_options()});
    if (!runs) continue;
    const std::int64_t index = runs->first_from(at);
    const auto next = runs->run(index);
    if (next && next->scheduled_start.epoch_millis == at.epoch_millis) continue;
    const auto last = index > 0 ? runs->run(index - 1) : std::nullopt;
    out += pipexpr::base::show("{}: warning: schedule '{}' has no run at {}: {}{}{}\n", graph.source_name(),
                               graph.id(schedule), pipexpr::to_string(at),
                               last ? "the last before is " + to_string(last->scheduled_start) : "",
                               last && next ? ", " : "", next ? "the next is " + to_string(next->scheduled_start) : "");
  }
  return out;
}

using Info = pipexpr::PipelineDefinition::FieldInfo;

bool speaks_of_node(const Info& info) {
  for (std::uint32_t i = 0; i < info.field.count; ++i) {
    const pipexpr::FieldItem& item = info.field.items[i];
    const bool is_text = item.form != pipexpr::FieldItem::Form::literal && item.value.is(pipexpr::Kind::string);
    if (is_text && item.value.text().find("node") != std::string_view::npos) return true;
  }
  return false;
}

// By object, whether one of the fields that it has written or inherits speaks of its node.
std::vector<bool> that_speak(const pipexpr::PipelineDefinition& graph) {
  std::set<std::string_view> names;  // of fields that do, in whatever object
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    for (const Info& info : graph.fields(graph.object(i))) {
      if (speaks_of_node(info)) names.insert(info.name);
    }
  }
  std::vector<bool> speak(graph.object_count(), false);
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    speak[i] = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      const auto info = graph.find_field(graph.object(i), name);
      return info && speaks_of_node(*info);
    });
  }
  return speak;
}

// Of every alarm and precondition whose texts speak of its node, the ids of the objects that refer to it, in the order
// of the file. All are found at once, in time linear in the definition.
class AlarmNodes {
 public:
  explicit AlarmNodes(const pipexpr::PipelineDefinition& graph);

  const std::vector<std::string_view>& of(pipexpr::ObjectId object) const;

 private:
  std::vector<std::vector<std::string_view>> nodes_;  // by object
};

AlarmNodes::AlarmNodes(const pipexpr::PipelineDefinition& graph) : nodes_(graph.object_count()) {
  const std::vector<bool> speak = that_speak(graph);
  // What descendants inherit is looked through once, where it is written.
  std::map<std::pair<pipexpr::ObjectId, std::string_view>, std::vector<pipexpr::ObjectId>> targets;
  const auto targets_of = [&](const Info& info) -> const std::vector<pipexpr::ObjectId>& {
    const auto [known, fresh] = targets.try_emplace({info.defined_by, info.name});
    for (std::uint32_t k = 0; fresh && k < info.field.count; ++k) {
      const pipexpr::ValueView& value = info.field.items[k].value;
      const bool refers = value.is(pipexpr::Kind::reference) && value.object() != pipexpr::kNoObject;
      if (refers && speak[static_cast<std::size_t>(value.object())]) known->second.push_back(value.object());
    }
    return known->second;
  };
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    const pipexpr::ObjectId node = graph.object(i);
    const std::string_view type = graph.type(node);
    if (!graph.has_instances(node) || type == "SnsAlarm" || type == "Terminate") continue;
    for (const std::string_view name : {"onFail", "onSuccess", "onLateAction", "precondition"}) {
      const auto info = graph.find_field(node, name);
      if (!info) continue;
      for (const pipexpr::ObjectId target : targets_of(*info)) {
        std::vector<std::string_view>& nodes = nodes_[static_cast<std::size_t>(target)];
        const bool is_new = nodes.empty() || nodes.back() != graph.id(node);
        if (target != node && is_new) nodes.push_back(graph.id(node));
      }
    }
  }
}

const std::vector<std::string_view>& AlarmNodes::of(pipexpr::ObjectId object) const {
  return nodes_[static_cast<std::size_t>(object)];
}

// One time in each line; blank lines, and what begins with #, are left out. Empty: no error.
std::string read_starts(const std::string& path, const Flags& flags, std::vector<pipexpr::DateTime>& out) {
  const File file = read_file(path, flags.limits.max_definition_bytes);
  if (!file.problem.empty()) return fmt::format("cannot read '{}': {}", shown_name(path), file.problem);
  std::string_view rest = file.view();
  for (std::size_t number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if (line.empty() || line.front() == '#') continue;
    const auto start = pipexpr::parse_datetime(line);
    if (!start) return fmt::format("{}:{}: {}", shown_name(path), number, start.error().front().message);
    out.push_back(*start);
  }
  return out.empty() ? fmt::format("{}: there is no time in it", shown_name(path)) : "";
}

// What the configuration, of --config or the nearest .pipexpr.json, says of collisions. Empty: understood; otherwise
// why it cannot be read.
std::string accepted_collisions(const RenderRequest& request, pipexpr::Collisions::Accepts& accepts) {
  const std::string& file = request.flags.definition;
  const std::string path = request.config.empty() ? nearest_config(file == "-" ? "stdin" : file) : request.config;
  if (path.empty()) return "";
  const File content = read_file(path, request.flags.limits.max_definition_bytes);
  auto known = std::make_shared<pipexpr::check_config::Suppressions>();
  const std::string problem = content.problem.empty() ? known->read(content.view()) : content.problem;
  if (!problem.empty()) return fmt::format("cannot read '{}': {}", shown_name(path), problem);
  accepts = [known, file](std::string_view object, std::string_view field) {
    return known->accepts_collision(object, field, file);
  };
  return "";
}

// Several runs that are named one by one.
int render_starts(const CLI::App& command, Session& session, const RenderRequest& request, Loaded& loaded) {
  if (!request.output.empty()) return usage_error(command, "--output is for one run: redirect the output");
  const pipexpr::PipelineDefinition& graph = *loaded.graph;
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i < graph.object_count(); ++i) ids.push_back(graph.id(graph.object(i)));
  if (!request.objects.empty()) ids.assign(request.objects.begin(), request.objects.end());
  for (const pipexpr::DateTime at : request.flags.moments.all) print_error(off_schedule(graph, at, request.flags, ids));
  pipexpr::Collisions::Accepts accepts;
  if (const std::string why = accepted_collisions(request, accepts); !why.empty()) return unreadable(command, why);
  pipexpr::SecretMask mask(!request.show_secrets);
  pipexpr::DefinitionRenderer renderer(graph, mask, request.flags.render_settings(session.color_errors()));
  return render_instants(graph, request.flags.moments.all, renderer,
                         {request.format, request.objects, request.fields, request.strict, request.summary, accepts},
                         session);
}

// The runs of a range, each rendered and written before the next.
int render_range(const CLI::App& command, Session& session, const RenderRequest& request, Loaded& loaded) {
  if (!request.output.empty()) {
    return usage_error(
        command, "--output replaces a file when all is rendered, and runs are written one by one: redirect the output");
  }
  auto walk =
      pipexpr::RunSequence::plan(*loaded.graph, request.flags.range, request.objects, request.flags.evaluate_options());
  if (!walk) {
    for (const pipexpr::Diagnostic& why : walk.error()) {
      print_error(pipexpr::render(why, {.source_name = loaded.graph->source_name(),
                                        .source = loaded.graph->json(),
                                        .color = session.color_errors()}));
    }
    return kFailed;
  }
  if (walk->timetables().empty()) {
    print_error(pipexpr::base::show("{}: no object {}has a schedule: give --at for a single run\n",
                                    loaded.graph->source_name(), request.objects.empty() ? "" : "that was named "));
    return kFailed;
  }
  pipexpr::Collisions::Accepts accepts;
  if (const std::string why = accepted_collisions(request, accepts); !why.empty()) return unreadable(command, why);
  pipexpr::SecretMask mask(!request.show_secrets);
  pipexpr::DefinitionRenderer renderer(*loaded.graph, mask, request.flags.render_settings(session.color_errors()));
  return render_runs(*loaded.graph, *walk, renderer,
                     {request.format, request.objects, request.fields, request.strict, request.summary, accepts},
                     session);
}

// A run that is asked for twice is one run.
void drop_repetitions(std::vector<pipexpr::DateTime>& starts) {
  std::set<std::int64_t> known;
  std::erase_if(starts, [&](const pipexpr::DateTime& one) { return !known.insert(one.epoch_millis).second; });
}

int run(const CLI::App& command, Session& session, RenderRequest& request) {
  if (request.flags.definition.empty()) {
    return usage_error(command, "DEFINITION: expected a file's name, found an empty string");
  }
  if (int(request.flags.definition == "-") + int(request.flags.values == "-") + int(request.missing == "-") > 1) {
    return usage_error(command, "standard input can be read only once");
  }
  if (!request.missing.empty()) {
    const std::string error = read_starts(request.missing, request.flags, request.flags.moments.all);
    if (!error.empty()) return unreadable(command, error);
    request.flags.moments.at = request.flags.moments.all.front();
  }
  drop_repetitions(request.flags.moments.all);
  if (const int status = check_output(command, request.output, request.flags); status != kFine) return status;
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  for (const pipexpr::FieldOverride& one : request.flags.overrides) {
    if (one.name == "node" || pipexpr::base::is_set_by_run(one.name)) continue;
    return usage_error(command, fmt::format("--set: expected a runtime field such as @status, found '{}'", one.name));
  }
  const bool ranged = request.flags.range.is_set();
  if (!request.flags.sets.empty() && !request.flags.moments.at && !ranged) {
    return usage_error(command, "--set needs the run whose fields it sets: give --at");
  }
  const bool several = request.flags.moments.all.size() > 1 || !request.missing.empty();
  if (several && request.flags.moments.end) return usage_error(command, "--end is for one run: give one --at");
  if (request.format == "jsonl" && !ranged && !several) {
    return usage_error(command, "--format jsonl is for runs: give --from, --to or --runs");
  }
  Definitions definitions(request.flags);
  Loaded& loaded = definitions.get(request.flags.definition, request.flags.parameter_values);
  if (!loaded.graph) return say_unloaded(command, session, loaded);
  const pipexpr::PipelineDefinition& graph = *loaded.graph;
  request.objects = loaded.expanded(request.objects);
  std::vector<std::string> named = request.objects;
  if (!request.flags.node.empty()) named.push_back(request.flags.node);
  for (const std::string& id : named) {
    if (graph.find(id)) continue;
    return usage_error(command,
                       fmt::format("there is no object '{}'{}", id, pipexpr::base::did_you_mean(id, loaded.ids())));
  }
  const std::vector<std::string> known = loaded.field_names(request.objects);
  for (const std::string& name : request.fields) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return usage_error(
        command, fmt::format("no object {}has a field '{}'{}", request.objects.empty() ? "" : "that was named ", name,
                             pipexpr::base::did_you_mean(name, known)));
  }

  if (request.flags.moments.all.size() > 1 || !request.missing.empty()) {
    return render_starts(command, session, request, loaded);
  }
  if (ranged) return render_range(command, session, request, loaded);

  pipexpr::SecretMask mask(!request.show_secrets);
  pipexpr::DefinitionRenderer renderer(*loaded.graph, mask, request.flags.render_settings(session.color_errors()));
  std::vector<pipexpr::report::RenderedObject> objects;
  std::optional<AlarmNodes> nodes;  // those that --node names are the only ones
  if (request.flags.node.empty()) nodes.emplace(graph);
  std::optional<pipexpr::DefinitionRenderer> of_nodes;  // of alarms
  for (std::size_t i = 0; i < graph.object_count() && !pipexpr::process::interrupted(); ++i) {
    const pipexpr::ObjectId object = graph.object(i);
    const std::string_view id = graph.id(object);
    if (!request.objects.empty() &&
        std::find(request.objects.begin(), request.objects.end(), id) == request.objects.end()) {
      continue;
    }
    const bool inherited = !request.objects.empty() && !request.fields.empty();
    // An alarm that speaks of its node and belongs to several objects is rendered for each of them.
    if (!nodes || nodes->of(object).size() < 2) {
      objects.push_back({id, renderer.object(object, request.fields, inherited)});
      continue;
    }
    if (!of_nodes) of_nodes.emplace(graph, mask, request.flags.render_settings(session.color_errors()));
    for (const std::string_view node : nodes->of(object)) {
      of_nodes->set_node(node);
      std::vector<pipexpr::RenderedField> fields = of_nodes->object(object, request.fields, inherited);
      fields.insert(fields.begin(), {"node", {{std::string(node), true}}});
      objects.push_back({id, std::move(fields)});
    }
  }
  if (pipexpr::process::interrupted()) return kFailed;

  std::vector<std::string_view> ids;
  for (const pipexpr::report::RenderedObject& one : objects) ids.push_back(one.id);
  if (request.flags.moments.at) print_error(off_schedule(graph, *request.flags.moments.at, request.flags, ids));
  const std::string text = request.format == "table" ? pipexpr::report::to_table(objects)
                                                     : pipexpr::report::to_json(objects, graph.format());
  if (request.output.empty()) {
    session.out.write(text);
    session.out.flush();  // before the messages, when both go to one terminal
  } else if (const std::string problem = write_file(request.output, text); !problem.empty()) {
    return unreadable(command, fmt::format("cannot write '{}': {}", request.output, problem));
  }
  print_error(renderer.take_report() + (of_nodes ? of_nodes->take_report() : ""));
  pipexpr::RenderCounts counts = of_nodes ? of_nodes->counts() : pipexpr::RenderCounts{};
  counts.rendered += renderer.counts().rendered;
  counts.failed += renderer.counts().failed;
  counts.untouched += renderer.counts().untouched;
  counts.partial += renderer.counts().partial;
  if (request.summary || ::isatty(STDERR_FILENO) == 1) {
    print_error(pipexpr::base::show(
        "{}: {} fields rendered, {} failed, {} untouched{}\n", graph.source_name(), counts.rendered, counts.failed,
        counts.untouched, counts.partial == 0 ? "" : fmt::format(", {} with names that stay", counts.partial)));
  }
  return counts.failed == 0 ? kFine : kFailed;
}

}  // namespace

void add_render(CLI::App& app, Session& session) {
  const auto request = std::make_shared<RenderRequest>();
  CLI::App& command = add_command(app, "render", "Evaluate every field of a definition");
  add_argument(command, "DEFINITION", request->flags.definition,
               "Pipeline definition; '-' reads it from standard input", Presence::required);
  add_selection_flags(command, session, request->flags, request->objects, request->fields);
  add_choice(command, session, "--format", request->format, {"json", "jsonl", "table"}, "Form of the output");
  add_option(command, "--output", request->output, "FILE", "Write to a file, which changes only when all is rendered");
  add_flag(command, "--show-secrets", request->show_secrets, "Show the values of '*' fields and parameters");
  request->flags.several_runs = true;
  add_option(command, "--missing", request->missing, "FILE",
             "Runs that start at the times in a file, one in each line; - is standard input");
  add_flag(command, "--partial", request->flags.partial,
           "Evaluate what is known of a field; names without a value stay as expressions");
  add_flag(command, "--strict", request->strict, "Output paths, commands and queries that two instances share fail");
  add_option(command, "--config", request->config, "FILE",
             "Read known collisions from this file instead of the .pipexpr.json near the definition");
  add_flag(command, "--summary", request->summary, "Say at the end how many fields were rendered");
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
