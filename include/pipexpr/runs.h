// RunSequence: the runs of a definition in a range of time, in the order of their starts; and Collisions: what two of
// them would both write.
//
//   auto runs = pipexpr::RunSequence::plan(*definition, {.from = from, .to = to});
//   if (!runs) return report(runs.error());                         // a schedule cannot be read, or has no end
//   pipexpr::Collisions collisions(*definition);
//   for (pipexpr::RunSequence::Step step; runs->next(step);)
//     for (pipexpr::ObjectId object : step.timetable->objects)
//       collisions.add(object, step.run.scheduled_start, renderer.instance(object, step.run));
//   std::cerr << runs->gaps() << collisions.report();
//
// Both borrow the definition, and belong to one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/options.h>
#include <pipexpr/render.h>
#include <pipexpr/result.h>
#include <pipexpr/schedule.h>

namespace pipexpr {

// The runs that are asked for: those that start in [from, to), `runs` of each schedule at most.
struct RunRange {
  std::optional<DateTime> from = {}, to = {};
  std::optional<DateTime> activation = {};  // as in ScheduleOptions
  std::int64_t runs = 0;                    // 0: all of them

  bool is_set() const { return from || to || runs != 0; }
};

// One schedule and the objects that run on it.
struct Timetable {
  std::string_view name;  // the schedule's id; of runs on demand without one, empty
  Schedule schedule;
  std::vector<ObjectId> objects;    // in the order of their dependencies, else of the file
  std::int64_t first = 0, end = 0;  // numbers of its runs in the range, end exclusive
};

class PIPEXPR_API RunSequence {
 public:
  // The runs of the objects named, or of all objects that have instances. Diagnostic invalid_schedule when a schedule
  // cannot be read, and when one has no end and the range has none.
  static Result<RunSequence> plan(const PipelineDefinition& definition, const RunRange& range,
                                  std::span<const std::string> only = {}, const EvaluateOptions& options = {});

  struct Step {
    const Timetable* timetable = nullptr;
    Run run = {};
  };
  // The next run; false: that was all.
  bool next(Step& out);

  const std::vector<Timetable>& timetables() const { return timetables_; }
  // How many instances there are, of all objects together.
  std::uint64_t instances() const;
  // Whether the object has a run in the range that starts at that time.
  bool has_run(ObjectId object, DateTime start) const;
  // Where the runs leave the range uncovered or reach over a schedule's end, a sentence a line.
  std::string gaps() const;

 private:
  struct Next {
    Run run;
    std::size_t timetable;
    std::int64_t number;
  };
  static bool later(const Next& a, const Next& b);
  void push(std::size_t timetable, std::int64_t number);

  RunRange range_;
  std::vector<Timetable> timetables_;
  std::vector<Next> next_;  // a heap: the earliest on top, of equal ones the timetable that came first
};

// Values that two instances share though they should not: output paths, and commands and queries of an object whose
// other runs differ. The names of the fields are the service's: filePath, directoryPath, command, selectQuery and the
// like.
class PIPEXPR_API Collisions {
 public:
  // Values beyond so many are not compared, so that memory stays bounded; the report says so.
  static constexpr std::size_t kMaxValues = 500'000;

  // Whether it is known and wanted that values of an object's field come again: none is reported of that field.
  using Accepts = std::function<bool(std::string_view object, std::string_view field)>;

  explicit Collisions(const PipelineDefinition& definition, Accepts accepts = {});
  Collisions(Collisions&&) noexcept;
  Collisions& operator=(Collisions&&) noexcept;
  ~Collisions();

  // An instance as it was rendered. Fields that hold a masked secret or failed take no part.
  void add(ObjectId object, DateTime start, const std::vector<RenderedField>& fields);

  bool found() const;
  std::string report() const;  // a line for every field that collides

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace pipexpr
