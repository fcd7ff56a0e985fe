// Compare: what two definitions render differently.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "cli/renderer.h"
#include "cli/run_sequence.h"

namespace cli {

// A definition on one side: rendered as it is, to compare, and with secrets hidden, to show.
class Side {
 public:
  Side(Loaded& loaded, const Flags& flags, bool show_secrets)
      : plain_mask_(false),
        mask_(!show_secrets),
        plain_(loaded, flags, plain_mask_),
        shown_(loaded, flags, mask_),
        graph_(*loaded.graph),
        templates_(templates(graph_)) {}

  const pipexpr::PipelineDefinition& graph() const { return graph_; }
  // What others inherit from, and is nothing by itself: its fields show in its heirs.
  bool is_template(std::string_view id) const;
  // The fields of the object of that id, own and inherited, in that run or, without one, in the run of the flags.
  std::vector<Rendered> fields(std::string_view id, const pipexpr::Run* run) { return of(plain_, id, run); }
  std::vector<Rendered> shown(std::string_view id, const pipexpr::Run* run) { return of(shown_, id, run); }

 private:
  std::vector<Rendered> of(Renderer& renderer, std::string_view id, const pipexpr::Run* run);

  Mask plain_mask_, mask_;
  Renderer plain_, shown_;
  const pipexpr::PipelineDefinition& graph_;
  std::set<pipexpr::ObjectId> templates_;
};

// A field whose values differ in at least one run.
struct Difference {
  std::string object, field;
  std::string first;              // the instance where it differs first; without runs, empty
  std::uint64_t runs = 0;         // in so many runs
  std::vector<std::string> a, b;  // the values there
  bool in_a = false, in_b = false;
};

// Runs that only one side has.
struct Unmatched {
  std::string object, first;
  std::uint64_t runs = 0;
  bool in_a = false;
};

class Comparison {
 public:
  Comparison(Side& a, Side& b) : a_(a), b_(b) {}

  // Objects that only one side has.
  void objects();
  // One object of both sides; `only` names the fields, none: all.
  void object(std::string_view id, const pipexpr::Run* run, const std::vector<std::string>& only);
  void unmatched(std::string_view id, const pipexpr::Run& run, bool in_a);

  std::vector<std::string> removed, added;  // ids of objects
  std::vector<Difference> differences;      // in the order of their first runs
  std::vector<Unmatched> unmatched_runs;
  bool same() const { return removed.empty() && added.empty() && differences.empty() && unmatched_runs.empty(); }

 private:
  Side &a_, &b_;
  std::map<std::pair<std::string, std::string>, std::size_t> known_;
  std::map<std::pair<std::string, bool>, std::size_t> known_unmatched_;
};

}  // namespace cli
