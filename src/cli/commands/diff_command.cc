// pipexpr diff: which rendered fields of two definitions differ, and at which run first.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <pipexpr/compare.h>

#include "base/json_writer.h"
#include "base/shown.h"
#include "base/similar_names.h"
#include "cli/command_context.h"
#include "cli/commands/commands.h"
#include "cli/loaded_definition.h"
#include "cli/options.h"
#include "process/interrupt.h"
#include "report/definition_text.h"

namespace cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  pipexpr diff old.json new.json
  pipexpr diff old.json new.json --from 2024-01-01T00:00:00 --to 2024-04-01T00:00:00
  pipexpr diff old.json new.json --runs 31 --object Copy --field command

Compares what the definitions evaluate to, not how they are written: the order of keys, the file's form, the
spelling of an expression and whether a value comes from a parameter or a parent make no difference. Without a
range both are compared at some four hundred instants where patterns and calculations that look alike differ (ends
of months, leap days, years of weeks, both halves of a day, changes of the time zones named), and in the first 100
runs of their schedules; with --at in that run, and with --from, --to or --runs in every run. A field that is
written alike and reads nothing that differs is equal by construction. Of a field that cannot be evaluated, all
but what it lacks is compared; for what only a run knows, such as @pipelineId, stands its name or a value of its
kind. One change that several objects inherit is shown once. Standard error says how much was compared.

Exit status: 0 nothing differs, 1 something does, 2 wrong usage, 3 a file cannot be read.)";

// Every part of this date has its own value, so that confusing two of them shows.
constexpr std::string_view kProbe = "2001-02-03T04:05:06";

struct DiffRequest {
  Flags flags;
  std::string other;
  std::vector<std::string> objects, fields;
  std::string format = "text";
  bool show_secrets = false;
};

// A value in one line.
std::string line_of(const std::vector<std::string>& values) {
  pipexpr::RenderedField field{{}, {}, values.size() != 1};
  constexpr std::string_view kReference = "-> ";
  for (const std::string& one : values) {
    const bool refers = one.starts_with(kReference);
    field.items.push_back({refers ? one.substr(kReference.size()) : one, refers});
  }
  return pipexpr::report::table_cell(field);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// In how many objects, at how many instants and in how many runs a difference shows; nothing when it always does.
std::string extent(const pipexpr::Difference& one, const pipexpr::Comparison& found) {
  std::string out;
  if (one.objects > 1) out += fmt::format(", in {} objects, first {}", one.objects, one.object);
  const bool always = found.instants != 0 && one.instants == found.instants;
  if (always || one.first.empty()) return out;
  if (one.instants != 0) out += fmt::format(", at {} of {} instants", one.instants, found.instants);
  if (one.runs != 0) out += fmt::format("{}{}", one.instants != 0 ? " and in " : ", ", counted(one.runs, "run"));
  return out + fmt::format(", first {}", one.first);
}

// What the comparison covers, so that "nothing differs" can be believed.
std::string coverage(const pipexpr::Comparison& found, bool has_range) {
  std::string out;
  if (found.fields != 0) {
    const std::uint64_t evaluated = found.fields - found.equal_by_construction;
    out = fmt::format("{} equal by construction", counted(found.equal_by_construction, "field"));
    if (evaluated != 0) {
      out += fmt::format("; {} compared at {}", evaluated, counted(found.instants, "instant"));
      if (found.runs != 0) out += fmt::format(" and in {}", counted(found.runs, "run"));
    }
    out += "\n";
  } else if (has_range) {
    out = fmt::format("compared in {}{}\n", counted(found.runs, "run"),
                      found.runs == 0 && found.unmatched_runs.empty() ? ": none starts in this range" : "");
  }
  for (std::size_t i = 0; i < found.without_value.size(); ++i) {
    constexpr std::size_t kNamed = 10;
    if (i == kNamed) {
      out += fmt::format("and {} more that have no value on either side\n", found.without_value.size() - kNamed);
      break;
    }
    out += pipexpr::base::show("{} has no value on either side: all but what it lacks is compared\n",
                               found.without_value[i]);
  }
  return out;
}

void write_text(Session& session, const pipexpr::Comparison& found) {
  for (const std::string& id : found.removed) session.out.write(pipexpr::base::show("- object {}\n", id));
  for (const std::string& id : found.added) session.out.write(pipexpr::base::show("+ object {}\n", id));
  for (const pipexpr::UnmatchedRuns& one : found.unmatched_runs) {
    session.out.write(pipexpr::base::show("{} {} run{} of {}, first {}\n", one.in_a ? '-' : '+', one.runs,
                                          one.runs == 1 ? "" : "s", one.object, one.first));
  }
  for (const pipexpr::Difference& one : found.differences) {
    session.out.write(
        pipexpr::base::show("{}.{}{}\n", one.objects > 1 ? one.written_in : one.object, one.field, extent(one, found)));
    if (one.in_a) session.out.write(pipexpr::base::show("  - {}\n", line_of(one.a)));
    if (one.in_b) session.out.write(pipexpr::base::show("  + {}\n", line_of(one.b)));
    if (one.in_a && one.in_b && one.a == one.b) {
      session.out.write(
          "    (they differ in a secret, in being evaluated or in what they read; --show-secrets shows the first)\n");
    }
  }
}

void write_json(Session& session, const pipexpr::Comparison& found) {
  pipexpr::base::JsonWriter json;
  json.StartObject();
  json.member("removed", found.removed);
  json.member("added", found.added);
  json.key("runs");
  json.StartArray();
  for (const pipexpr::UnmatchedRuns& one : found.unmatched_runs) {
    json.StartObject();
    json.member("object", one.object);
    json.member("only_in", one.in_a ? "a" : "b");
    json.member("runs", one.runs);
    json.member("first", one.first);
    json.EndObject();
  }
  json.EndArray();
  json.key("fields");
  json.StartArray();
  for (const pipexpr::Difference& one : found.differences) {
    json.StartObject();
    json.member("object", one.object);
    json.member("field", one.field);
    if (!one.written_in.empty()) {
      json.member("written_in", one.written_in);
      json.member("objects", one.objects);
    }
    if (!one.first.empty()) {
      json.member("first", one.first);
      if (found.instants != 0) json.member("instants", one.instants);
      json.member("runs", one.runs);
    }
    if (one.in_a) json.member("a", one.a);
    if (one.in_b) json.member("b", one.b);
    json.EndObject();
  }
  json.EndArray();
  json.key("compared");
  json.StartObject();
  if (found.fields != 0) {
    json.member("fields", found.fields);
    json.member("equal_by_construction", found.equal_by_construction);
    json.member("instants", found.instants);
  }
  json.member("runs", found.runs);
  json.member("without_value", found.without_value);
  json.EndObject();
  json.EndObject();
  session.out.write(json.view());
  session.out.write("\n");
}

int run(const CLI::App& command, Session& session, DiffRequest& request) {
  if (request.flags.definition == "-" && request.other == "-") {
    return usage_error(command, "standard input can be read only once");
  }
  if (const int status = finish_flags(command, request.flags); status != kFine) return status;
  const bool probe = !request.flags.moments.at && !request.flags.range.from && !request.flags.range.to &&
                     request.flags.range.runs == 0;
  if (!request.flags.moments.at) request.flags.moments.at = *pipexpr::parse_datetime(kProbe);
  Definitions first(request.flags), second(request.flags);
  Loaded* const sides[] = {&first.get(request.flags.definition, request.flags.parameter_values),
                           &second.get(request.other, request.flags.parameter_values)};
  for (const Loaded* side : sides) {
    if (!side->graph) return say_unloaded(command, session, *side);
  }
  std::vector<std::string> objects;
  for (const std::string& wanted : request.objects) {
    bool found = false;
    for (const Loaded* side : sides) {
      for (std::string& id : side->expanded({wanted})) {
        const bool exists = sides[0]->graph->find(id) || sides[1]->graph->find(id);
        found = found || exists;
        if (exists && std::find(objects.begin(), objects.end(), id) == objects.end()) objects.push_back(std::move(id));
      }
    }
    if (!found) return usage_error(command, fmt::format("there is no object '{}' in either definition", wanted));
  }
  request.objects = std::move(objects);
  std::vector<std::string> known = sides[0]->field_names({});
  for (std::string& name : sides[1]->field_names({})) known.push_back(std::move(name));
  for (const std::string& name : request.fields) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return usage_error(command, fmt::format("there is no field '{}' in either definition{}", name,
                                            pipexpr::base::did_you_mean(name, known)));
  }
  pipexpr::CompareOptions options;
  options.render = request.flags.render_settings(session.color_errors());
  options.range = request.flags.range;
  options.objects = request.objects;
  options.fields = request.fields;
  options.show_secrets = request.show_secrets;
  options.probe = probe;
  const pipexpr::PipelineDefinition* unreadable_side = nullptr;
  const auto compared = pipexpr::compare(*sides[0]->graph, *sides[1]->graph, options, &unreadable_side);
  if (!compared) {
    for (const pipexpr::Diagnostic& why : compared.error()) {
      print_error(pipexpr::render(why, {.source_name = unreadable_side->source_name(),
                                        .source = unreadable_side->json(),
                                        .color = session.color_errors()}));
    }
    return kUnreadable;
  }
  const pipexpr::Comparison& found = *compared;
  if (pipexpr::process::interrupted()) return kFailed;
  if (request.format == "json") {
    write_json(session, found);
  } else {
    write_text(session, found);
    session.out.flush();  // before the words about it, when both go to one terminal
    print_error(coverage(found, request.flags.range.is_set()));
  }
  return found.same() ? kFine : kFailed;
}

}  // namespace

void add_diff(CLI::App& app, Session& session) {
  const auto request = std::make_shared<DiffRequest>();
  CLI::App& command = add_command(app, "diff", "Compare what two definitions evaluate to");
  add_argument(command, "A", request->flags.definition, "Pipeline definition; '-' reads it from standard input",
               Presence::required);
  add_argument(command, "B", request->other, "The one to compare it with", Presence::required);
  add_selection_flags(command, session, request->flags, request->objects, request->fields);
  add_choice(command, session, "--format", request->format, {"text", "json"}, "Form of the output");
  add_flag(command, "--show-secrets", request->show_secrets, "Show the values of '*' fields and parameters");
  add_limit_flags(command, request->flags);
  finish_command(command, session, kExamples);
  on_run(command, [&command, &session, request] { session.status = run(command, session, *request); });
}

}  // namespace cli
