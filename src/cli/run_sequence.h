// Walk: the runs of a definition in a range of time, in the order of their starts.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "cli/flags.h"

namespace cli {

// One schedule and the objects that run on it.
struct Timetable {
  std::string_view name;  // the schedule's id; of runs on demand without one, empty
  pipexpr::Schedule schedule;
  std::vector<pipexpr::ObjectId> objects;
  std::int64_t first = 0, end = 0;  // numbers of its runs in the range, end exclusive
};

// Default, and other objects without a type that are there to be inherited from: they have no instances.
std::set<pipexpr::ObjectId> templates(const pipexpr::PipelineDefinition& graph);

class Walk {
 public:
  // The runs of the objects named, or of all objects that have instances. Fails when a schedule cannot be read, and
  // when one has no end and the range has none.
  static pipexpr::Result<Walk> plan(const pipexpr::PipelineDefinition& graph, const Range& range,
                                    const std::vector<std::string>& only, const pipexpr::EvaluateOptions& evaluate);

  struct Step {
    const Timetable* timetable;
    pipexpr::Run run;
  };
  // The next run; false: that was all.
  bool next(Step& out);

  const std::vector<Timetable>& timetables() const { return timetables_; }
  std::uint64_t instances() const;
  // Where the runs leave the range uncovered or reach over a schedule's end, a sentence a line.
  std::string gaps(const Range& range) const;

 private:
  struct Next {
    pipexpr::Run run;
    std::size_t timetable;
    std::int64_t number;
  };
  static bool later(const Next& a, const Next& b);
  void push(std::size_t timetable, std::int64_t number);

  std::vector<Timetable> timetables_;
  std::vector<Next> next_;  // a heap: the earliest on top, of equal ones the timetable that came first
};

}  // namespace cli
