// The end of a check: what was looked at, and what was found, by rule.
#pragma once

#include <string>
#include <vector>

#include "report/finding_text.h"

namespace pipexpr::report {

struct FixCounts {
  std::size_t written = 0;           // fixes that are in the files now
  std::size_t safe = 0, unsafe = 0;  // fixes that --fix would make, and --unsafe-fixes besides
  bool is_least = false;             // there may be more: not all were tried
};

std::string check_summary(const std::vector<CheckedFile>& files, const FixCounts& fixes);

}  // namespace pipexpr::report
