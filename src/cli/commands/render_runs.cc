// Writes the runs of a range as a table or as JSON.
#include "base/display_width.h"
#include "base/json_writer.h"
#include "base/shown.h"
#include "cli/commands/requests.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include <pipexpr/schedule.h>

#include "cli/command_context.h"
#include "process/interrupt.h"
#include "report/definition_text.h"

namespace cli {
namespace {

// How far it is, on a terminal that shows nothing else, when it takes long.
class Progress {
 public:
  explicit Progress(std::uint64_t total)
      : total_(total), on_(::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 0) {}
  // Leaves the line empty for whatever else there is to say.
  void clear() {
    if (shown_) replace_error_line("");
    shown_ = false;
  }

  void step(std::uint64_t done) {
    if (!on_ || done % 256 != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    // A line that the terminal breaks cannot be taken back: the bar takes what room there is.
    const std::string count = fmt::format("{} of {} instances", done, total_);
    const std::size_t columns = terminal_width(STDERR_FILENO), taken = count.size() + 4;
    const std::size_t bar = std::min(columns - std::min(columns, taken), kMaxBar);
    if (columns < count.size() + 1) return;
    const std::size_t filled = total_ == 0 ? 0 : static_cast<std::size_t>(std::min(done, total_) * bar / total_);
    const std::string drawn = fmt::format("[{}{}] ", std::string(filled, '='), std::string(bar - filled, ' '));
    replace_error_line((bar < kMinBar ? "" : drawn) + count);
    shown_ = true;
  }

 private:
  static constexpr std::size_t kMaxBar = 30, kMinBar = 5;  // columns of the bar

  std::uint64_t total_;
  bool on_, shown_ = false;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
};

void write_json(pipexpr::base::JsonWriter& json, std::string_view object, const pipexpr::Run& run,
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
  Table(const pipexpr::PipelineDefinition& graph, const std::vector<std::string>& only) : graph_(graph), only_(only) {
    for (const std::string& name : only)
      name_ = std::max(name_, pipexpr::base::display_width(pipexpr::base::shown(name)));
  }
  void expect(pipexpr::ObjectId object, pipexpr::DateTime start) {
    id_ = std::max(id_,
                   pipexpr::base::display_width(pipexpr::base::shown(pipexpr::instance_id(graph_.id(object), start))));
    if (!only_.empty()) return;
    for (const auto& field : graph_.fields(object, true))
      name_ = std::max(name_, pipexpr::base::display_width(pipexpr::base::shown(field.name)));
  }
  void row(Session& session, std::string_view id, std::string_view name, std::string_view value) const {
    std::string line(id);
    const auto pad = [&](std::size_t width, std::string_view cell) {
      line.append(width - std::min(width, pipexpr::base::display_width(cell)) + 2, ' ');
    };
    pad(id_, id);
    line += name;
    pad(name_, name);
    line += value;
    line.erase(line.find_last_not_of(' ') + 1);
    session.out.write(line += '\n');
  }

 private:
  const pipexpr::PipelineDefinition& graph_;
  const std::vector<std::string>& only_;
  std::size_t id_ = 8, name_ = 5;
};

// Writes instances, and knows in the end what was wrong with them.
class Instances {
 public:
  Instances(const pipexpr::PipelineDefinition& graph, pipexpr::DefinitionRenderer& renderer, const RunsRequest& request,
            Session& session, std::uint64_t total)
      : graph_(graph),
        renderer_(renderer),
        request_(request),
        session_(session),
        collisions_(graph, request.accepts),
        progress_(total),
        table_(graph, request.fields) {}

  Table& table() { return table_; }

  void begin() {
    if (as_table_) table_.row(session_, "INSTANCE", "FIELD", "VALUE");
    if (as_array_) session_.out.write("[");
  }

  bool stopped() const { return session_.out.error() != 0 || pipexpr::process::interrupted(); }

  void add(pipexpr::ObjectId object, const pipexpr::Run& run) {
    const std::string_view id = graph_.id(object);
    const auto fields = renderer_.instance(object, run, request_.fields);
    if (pipexpr::process::interrupted()) return;  // what is not evaluated any more is not shown either
    collisions_.add(object, run.scheduled_start, fields);
    if (as_table_) {
      const std::string instance = pipexpr::base::shown(pipexpr::instance_id(id, run.scheduled_start));
      for (const pipexpr::RenderedField& field : fields)
        table_.row(session_, instance, pipexpr::base::shown(field.name), pipexpr::report::table_cell(field));
    } else {
      write_json(json_, id, run, fields);
      if (as_array_) session_.out.write(done_ == 0 ? "\n" : ",\n");
      session_.out.write(json_.view());
      if (!as_array_) session_.out.write("\n");
    }
    progress_.step(++done_);
    if (std::string why = renderer_.take_report(); !why.empty()) {
      session_.out.flush();
      progress_.clear();
      print_error(why);
    }
  }

  // The status to end with. `notes` are about the runs as such.
  int finish(std::uint64_t runs, const std::string& notes) {
    if (as_array_ && !pipexpr::process::interrupted()) session_.out.write(done_ == 0 ? "]\n" : "\n]\n");
    session_.out.flush();
    progress_.clear();
    if (pipexpr::process::interrupted()) return kFailed;
    print_error(notes);
    print_error(collisions_.report());
    const pipexpr::RenderCounts& counts = renderer_.counts();
    if (request_.summary || ::isatty(STDERR_FILENO) == 1) {
      print_error(pipexpr::base::show("{}: {} runs, {} instances, {} fields rendered, {} failed, {} untouched\n",
                                      graph_.source_name(), runs, done_, counts.rendered, counts.failed,
                                      counts.untouched));
    }
    return counts.failed != 0 || (request_.strict && collisions_.found()) ? kFailed : kFine;
  }

 private:
  const pipexpr::PipelineDefinition& graph_;
  pipexpr::DefinitionRenderer& renderer_;
  const RunsRequest& request_;
  Session& session_;
  pipexpr::Collisions collisions_;
  Progress progress_;
  Table table_;
  pipexpr::base::JsonWriter json_;
  std::uint64_t done_ = 0;
  const bool as_table_ = request_.format == "table", as_array_ = request_.format == "json";
};

}  // namespace

int render_runs(const pipexpr::PipelineDefinition& graph, pipexpr::RunSequence& walk,
                pipexpr::DefinitionRenderer& renderer, const RunsRequest& request, Session& session) {
  Instances instances(graph, renderer, request, session, walk.instances());
  for (const pipexpr::Timetable& table : walk.timetables()) {
    for (const pipexpr::ObjectId object : table.objects) instances.table().expect(object, table.schedule.start());
  }
  instances.begin();
  std::uint64_t runs = 0;
  for (pipexpr::RunSequence::Step step; !instances.stopped() && walk.next(step); ++runs) {
    for (const pipexpr::ObjectId object : step.timetable->objects) {
      instances.add(object, step.run);
      if (pipexpr::process::interrupted()) break;
    }
  }
  return instances.finish(runs, walk.gaps());
}

int render_instants(const pipexpr::PipelineDefinition& graph, const std::vector<pipexpr::DateTime>& starts,
                    pipexpr::DefinitionRenderer& renderer, const RunsRequest& request, Session& session) {
  std::vector<std::pair<pipexpr::ObjectId, std::optional<pipexpr::Period>>> objects;
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    const pipexpr::ObjectId object = graph.object(i);
    const auto& named = request.objects;
    const bool wanted = named.empty() || std::find(named.begin(), named.end(), graph.id(object)) != named.end();
    if (wanted && graph.has_instances(object)) {
      objects.emplace_back(object, pipexpr::period_of(graph, object));
    }
  }
  Instances instances(graph, renderer, request, session, objects.size() * starts.size());
  for (const auto& [object, period] : objects) {
    for (const pipexpr::DateTime start : starts) instances.table().expect(object, start);
  }
  instances.begin();
  for (const pipexpr::DateTime start : starts) {
    for (const auto& [object, period] : objects) {
      if (instances.stopped()) break;
      pipexpr::Run run{.scheduled_start = start};
      if (const auto end = period ? pipexpr::add(start, *period) : pipexpr::Result<pipexpr::DateTime>(start);
          period && end)
        run.scheduled_end = *end;
      instances.add(object, run);
    }
  }
  return instances.finish(starts.size(), "");
}

}  // namespace cli
