#include "cli/commands/render_runs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "cli/command_context.h"
#include "cli/io/interrupt.h"
#include "cli/output/definition_text.h"
#include "cli/output/json_output.h"
#include "cli/output/utf8_output.h"

namespace cli {
namespace {

// How far it is, on a terminal that shows nothing else, when it takes long.
class Progress {
 public:
  explicit Progress(std::uint64_t total)
      : total_(total), on_(::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 0) {}
  // Leaves the line empty for whatever else there is to say.
  void clear() {
    if (shown_) complain("\r\033[K");
    shown_ = false;
  }

  void step(std::uint64_t done) {
    if (!on_ || done % 256 != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    const auto filled = total_ == 0 ? 0 : done * 30 / total_;
    complain(fmt::format("\r[{:<30}] {} of {} instances", std::string(std::min<std::uint64_t>(filled, 30), '='), done,
                         total_));
    shown_ = true;
  }

 private:
  std::uint64_t total_;
  bool on_, shown_ = false;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
};

void write_json(Json& json, std::string_view object, const pipexpr::Run& run,
                const std::vector<pipexpr::RenderedField>& fields) {
  json.clear();
  json.StartObject();
  json.member("id", pipexpr::instance_id(object, run.scheduled_start));
  json.member("object", object);
  json.member("start", pipexpr::to_string(run.scheduled_start));
  if (run.scheduled_end) json.member("end", pipexpr::to_string(*run.scheduled_end));
  json.key("fields");
  json.StartObject();
  for (const pipexpr::RenderedField& field : fields) {
    json.key(field.name);
    const bool is_list = field.is_list || field.items.size() != 1;
    if (is_list) json.StartArray();
    for (const pipexpr::RenderedField::Item& item : field.items) {
      if (!item.is_reference) {
        json.text(item.text);
        continue;
      }
      json.StartObject();
      json.member("ref", item.text);
      json.EndObject();
    }
    if (is_list) json.EndArray();
  }
  json.EndObject();
  json.EndObject();
}

// Columns as wide as their widest cell can be, since the rows are not known in advance.
class Table {
 public:
  Table(const pipexpr::PipelineDefinition& graph, const pipexpr::RunSequence& walk,
        const std::vector<std::string>& only) {
    for (const std::string& name : only) name_ = std::max(name_, count_characters(name));
    for (const pipexpr::Timetable& table : walk.timetables()) {
      for (const pipexpr::ObjectId object : table.objects) {
        id_ = std::max(id_, count_characters(pipexpr::instance_id(graph.id(object), table.schedule.start())));
        if (!only.empty()) continue;
        for (const auto& field : graph.fields(object, true)) name_ = std::max(name_, count_characters(field.name));
      }
    }
  }
  void row(Session& session, std::string_view id, std::string_view name, std::string_view value) const {
    std::string line(id);
    const auto pad = [&](std::size_t width, std::string_view cell) {
      line.append(width - std::min(width, count_characters(cell)) + 2, ' ');
    };
    pad(id_, id);
    line += name;
    pad(name_, name);
    line += value;
    line.erase(line.find_last_not_of(' ') + 1);
    session.out.write(line += '\n');
  }

 private:
  std::size_t id_ = 8, name_ = 5;
};

}  // namespace

int render_runs(const pipexpr::PipelineDefinition& graph, pipexpr::RunSequence& walk,
                pipexpr::DefinitionRenderer& renderer, const RunsRequest& request, Session& session) {
  const bool as_table = request.format == "table", as_array = request.format == "json";
  pipexpr::Collisions collisions(graph);
  Progress progress(walk.instances());
  const Table table(graph, walk, request.fields);
  Json json;
  std::uint64_t done = 0, runs = 0;
  if (as_table) table.row(session, "INSTANCE", "FIELD", "VALUE");
  if (as_array) session.out.write("[");
  for (pipexpr::RunSequence::Step step; session.out.error() == 0 && !interrupted() && walk.next(step); ++runs) {
    for (const pipexpr::ObjectId object : step.timetable->objects) {
      const std::string_view id = graph.id(object);
      const auto fields = renderer.instance(object, step.run, request.fields);
      if (interrupted()) break;  // what is not evaluated any more is not shown either
      collisions.add(object, step.run.scheduled_start, fields);
      if (as_table) {
        const std::string instance = repair_utf8(pipexpr::instance_id(id, step.run.scheduled_start));
        for (const pipexpr::RenderedField& field : fields)
          table.row(session, instance, repair_utf8(field.name), table_cell(field));
      } else {
        write_json(json, id, step.run, fields);
        if (as_array) session.out.write(done == 0 ? "\n" : ",\n");
        session.out.write(json.view());
        if (!as_array) session.out.write("\n");
      }
      progress.step(++done);
      if (std::string why = renderer.take_report(); !why.empty()) {
        session.out.flush();
        progress.clear();
        complain(why);
      }
    }
  }
  if (as_array && !interrupted()) session.out.write(done == 0 ? "]\n" : "\n]\n");
  session.out.flush();
  progress.clear();
  if (interrupted()) return kFailed;
  complain(walk.gaps());
  complain(collisions.report());
  const pipexpr::RenderCounts& counts = renderer.counts();
  if (request.summary || ::isatty(STDERR_FILENO) == 1) {
    complain(fmt::format("{}: {} runs, {} instances, {} fields rendered, {} failed, {} untouched\n",
                         graph.source_name(), runs, done, counts.rendered, counts.failed, counts.untouched));
  }
  return counts.failed != 0 || (request.strict && collisions.found()) ? kFailed : kFine;
}

}  // namespace cli
