// Other programs: run to their end, with what they write.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace pipexpr::process {

struct Finished {
  int status = -1;      // as the shell has it: 128 and the signal, when one ended it
  std::string output;   // its standard output
  std::string errors;   // its standard error
  std::string problem;  // why it could not be started, or was ended; empty: it ran to its end
};

// words[0] is looked up on the path. `input` is its standard input; it need not read it. A program that takes longer
// than `limit` is killed; 0: it may take as long as it likes.
Finished run_program(const std::vector<std::string>& words, std::string_view input = {},
                     std::chrono::seconds limit = std::chrono::seconds(0));

}  // namespace pipexpr::process
