// Output paths that two runs of a schedule share, found by evaluating them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <pipexpr/field_override.h>
#include <pipexpr/schedule.h>

#include "checker/checks.h"

namespace pipexpr::checker {

class RepeatedPaths {
 public:
  explicit RepeatedPaths(Stage& stage);

  // One value of a path of the node that `place` names, written in every run of the schedule. `pattern` shows a time as
  // fine as the schedule; `is_whole`: a pattern of the path does already.
  void check(const Place& place, const Field& field, ObjectId schedule, std::string_view pattern, bool is_whole);

  // Whether a clock that is set back, as that of the zone is, gives two runs one path. Also when a run cannot be
  // evaluated.
  bool may_share_hour(const Place& place, const Field& field, ObjectId schedule, TimeZone zone);

 private:
  // Calls `seen` with each run whose path an earlier one has, and with the latest of those. False: some run has no
  // path.
  template <class Seen>
  bool each_pair(const Place& place, const Field& field, const std::vector<Run>& runs, std::size_t& paths, Seen seen);
  std::optional<TimeZone> set_back_between(const Run& first, const Run& second) const;
  std::optional<std::string> evaluate(const Place& place, const Field& field, const Run& run);
  bool comes_round(const Place& place, const Field& field, const std::vector<Run>& runs);
  std::string advice(std::string_view written, const Run& first, const Run& second, std::string_view pattern,
                     bool is_whole) const;
  const std::vector<Run>& runs_of(ObjectId schedule);

  Stage& stage_;
  std::size_t count_;  // of runs of a path
  std::vector<TimeZone> zones_;
  FieldOverrides constants_;                   // what has one value in all runs, and none before them
  std::map<ObjectId, std::vector<Run>> runs_;  // by schedule; none: it cannot be read
};

}  // namespace pipexpr::checker
