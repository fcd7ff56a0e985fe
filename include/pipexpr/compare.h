// compare(): what two definitions evaluate to differently.
//
//   auto found = pipexpr::compare(*old_definition, *new_definition, {.render = {.at = start}});
//   if (!found) return report(found.error());                       // a schedule cannot be read
//   for (const pipexpr::Difference& one : found->differences)
//     std::cout << one.object << '.' << one.field << ": " << one.a.front() << " -> " << one.b.front() << '\n';
//
// Values are compared and not how they are written: the order of keys, the file's form, the spelling of an expression
// and whether a value comes from a parameter or a parent make no difference. Of a field that cannot be evaluated, all
// but what it lacks is compared: runtime fields that no run has a value for stand in it as they are written, or as some
// value of their kind. What is executed is an attempt, and the first run of each object is compared as one, too. What
// is shown has its secrets masked; what is compared has not.
//
// Without a range, `probe` compares at a few hundred instants where calculations and patterns that look alike differ
// (ends of months, leap days, years of weeks, both halves of a day, the changes of every time zone that a text names),
// and in the first runs of the schedules. A field that is written alike and reads nothing that differs is equal by
// construction: it is evaluated once, and no more.
//
// The result owns its texts. Everything here may be used from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/render.h>
#include <pipexpr/result.h>
#include <pipexpr/runs.h>

namespace pipexpr {

struct CompareOptions {
  RenderSettings render = {};             // its `at` is the run in which what has no runs of its own is compared
  RunRange range = {};                    // every run in it is compared; not given: the run of `render`
  std::vector<std::string> objects = {};  // ids; none: all
  std::vector<std::string> fields = {};   // names; none: all
  bool show_secrets = false;
  bool probe = false;              // without a range: at probing instants and in the first runs, too
  std::int64_t probed_runs = 100;  // so many of each schedule
};

// A field whose values differ in at least one run, or at one probing instant.
struct Difference {
  std::string object, field;
  std::string first;              // id of the instance where it differs first, or the instant; in a single run, empty
  std::uint64_t runs = 0;         // in so many runs
  std::vector<std::string> a, b;  // the values there
  bool in_a = false, in_b = false;
  std::uint64_t instants = 0;  // at so many probing instants
  // Where the field is written, when others inherit it from there and it is written otherwise on the two sides. The
  // object and those that inherit the change are one difference, that of the first.
  std::string written_in = {};
  std::uint64_t objects = 1;  // that have the change
};

// Runs that only one side has.
struct UnmatchedRuns {
  std::string object, first;
  std::uint64_t runs = 0;
  bool in_a = false;
};

struct Comparison {
  std::vector<std::string> removed, added;  // ids of objects
  std::vector<Difference> differences;      // in the order of their first runs
  std::vector<UnmatchedRuns> unmatched_runs;
  // What was compared: fields of objects that both have, how many of them are equal by construction, at how many
  // probing instants, and in how many runs of objects.
  std::uint64_t fields = 0, equal_by_construction = 0, instants = 0, runs = 0;
  std::vector<std::string> without_value;  // OBJECT.FIELD, whose evaluation fails on both sides
  bool same() const { return removed.empty() && added.empty() && differences.empty() && unmatched_runs.empty(); }
};

// Objects that others inherit from show in those. When `cancel` of the options is set, what was found so far comes
// back. Diagnostics of a schedule that cannot be read have their spans in the JSON of the definition that `unreadable`,
// unless it is nullptr, is set to.
PIPEXPR_API Result<Comparison> compare(const PipelineDefinition& a, const PipelineDefinition& b,
                                       const CompareOptions& options = {},
                                       const PipelineDefinition** unreadable = nullptr);

}  // namespace pipexpr
