// Other programs: run to their end, with what they write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pipexpr::process {

struct Finished {
  int status = -1;      // as the shell has it: 128 and the signal, when one ended it
  std::string output;   // its standard output
  std::string errors;   // its standard error
  std::string problem;  // why it could not be started; empty: it ran
};

// words[0] is looked up on the path. `input` is its standard input; it need not read it.
Finished run_program(const std::vector<std::string>& words, std::string_view input = {});

}  // namespace pipexpr::process
