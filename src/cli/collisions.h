// Collisions: instances that would do the same work twice or write to the same place.
//
// An output path that came before is a collision, of whichever object. A command or query that came before is one only
// when its object has others, too: then its text follows the run, and less closely than the runs. One that never
// changes is meant so.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "cli/renderer.h"

namespace cli {

class Collisions {
 public:
  // More values than that are not compared, so that memory stays bounded; the report says so.
  static constexpr std::size_t kMostValues = 500'000;

  explicit Collisions(const pipexpr::PipelineDefinition& graph) : graph_(graph) {}

  void add(pipexpr::ObjectId object, pipexpr::DateTime start, const std::vector<Rendered>& fields);

  bool found() const;
  std::string report() const;  // a line for every field that collides

 private:
  struct Place {
    pipexpr::ObjectId object;
    pipexpr::DateTime start;
  };
  struct Group {
    bool is_path = false;
    std::uint64_t values = 0, distinct = 0, repeated = 0;
    std::string example;  // of the first collision
    Place first = {}, second = {};
  };
  bool collides(const Group& group) const { return group.repeated != 0 && (group.is_path || group.distinct > 1); }
  bool is_output(pipexpr::ObjectId object);

  const pipexpr::PipelineDefinition& graph_;
  std::map<std::pair<pipexpr::ObjectId, std::string_view>, Group> groups_;
  std::unordered_map<std::uint64_t, Place> seen_;  // by hash: 64 bits tell 500,000 values apart
  std::vector<signed char> outputs_;               // by object: 0 unknown, 1 is some activity's output, -1 is not
  bool full_ = false;
};

}  // namespace cli
