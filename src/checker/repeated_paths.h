// Output paths that two runs of a schedule share, found by evaluating them.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <utility>
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
  // What the runs that are tried have in common.
  struct Shared {
    bool is_known = false;     // each of them has a path
    bool is_constant = false;  // all have one
    std::vector<std::pair<std::size_t, std::size_t>> pairs =
        {};  // each run with the latest that had its path before it, which stands first
  };
  struct Asked {
    const FieldItem* item = nullptr;
    ObjectId schedule = kNoObject, object = kNoObject;

    friend bool operator==(const Asked&, const Asked&) = default;
  };

  const Shared& shared(const Place& place, const Field& field, ObjectId schedule);
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
  Asked asked_;                                // what shared_ answers
  Shared shared_;
};

}  // namespace pipexpr::checker
