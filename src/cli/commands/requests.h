// What was asked of the commands that take several files: eval, and render of many runs.
#pragma once

#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "cli/flags.h"

namespace cli {

struct EvalRequest {
  Flags flags;
  std::string template_text;
  std::string file;    // path of the template; "-" is standard input
  std::string object;  // id of the current object
  std::string format = "text";
  bool no_newline = false;
  bool lines = false;  // --jsonl
};

// One request a line from standard input, one answer a line.
int answer_lines(const CLI::App& command, Session& session, const EvalRequest& request);

// Rendering the runs of a range, one instance after the other, in constant memory.
struct RunsRequest {
  std::string format;                // json, jsonl or table
  std::vector<std::string> objects;  // none: all
  std::vector<std::string> fields;   // none: all
  bool strict = false;               // collisions fail
  bool summary = false;
  pipexpr::Collisions::Accepts accepts = {};  // collisions that are known
};

// Writes them to the session's output, and what is wrong to standard error. Returns the status to end with.
int render_runs(const pipexpr::PipelineDefinition& graph, pipexpr::RunSequence& walk,
                pipexpr::DefinitionRenderer& renderer, const RunsRequest& request, Session& session);

// The same for runs of every object that has instances at each of these times, whether their schedules have them or
// not.
int render_instants(const pipexpr::PipelineDefinition& graph, const std::vector<pipexpr::DateTime>& starts,
                    pipexpr::DefinitionRenderer& renderer, const RunsRequest& request, Session& session);

}  // namespace cli
