// What `pipexpr eval` was asked to do.
#pragma once

#include <string>

#include "cli/flags.h"

namespace CLI {
class App;
}

namespace cli {

struct Session;

struct EvalRequest {
  Flags flags;
  std::string template_text;
  std::string file;    // path of the template; "-" is standard input
  std::string object;  // id of the current object
  std::string format = "text";
  bool no_newline = false;
  bool lines = false;  // --jsonl
};

// One request a line from standard input, one answer a line; see requests.cc.
int answer_lines(const CLI::App& command, Session& session, const EvalRequest& request);

}  // namespace cli
