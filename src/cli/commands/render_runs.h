// Rendering the runs of a range, one instance after the other, in constant memory.
#pragma once

#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace cli {

struct Session;

struct RunsRequest {
  std::string format;                // json, jsonl or table
  std::vector<std::string> objects;  // none: all
  std::vector<std::string> fields;   // none: all
  bool strict = false;               // collisions fail
  bool summary = false;
};

// Writes them to the session's output, and what is wrong to standard error. Returns the status to end with.
int render_runs(const pipexpr::PipelineDefinition& graph, pipexpr::RunSequence& walk,
                pipexpr::DefinitionRenderer& renderer, const RunsRequest& request, Session& session);

// The same for runs of every object that has instances at each of these times, whether their schedules have them or
// not.
int render_instants(const pipexpr::PipelineDefinition& graph, const std::vector<pipexpr::DateTime>& starts,
                    pipexpr::DefinitionRenderer& renderer, const RunsRequest& request, Session& session);

}  // namespace cli
