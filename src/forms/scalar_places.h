// Where the bytes of a decoded string stand in its text.
#pragma once

#include <string_view>
#include <vector>

#include "forms/document.h"

namespace pipexpr::forms {

// A run of a decoded text: its bytes are those from `source` on when it is exact, and were made from them otherwise.
struct Run {
  std::uint32_t begin = 0, length = 0;  // in the decoded text
  SourceSpan source;
  bool exact = false;
};

// The runs of a string, in order and without gaps. Time linear in the length of its text.
std::vector<Run> runs_of(std::string_view source, const Node& node);

}  // namespace pipexpr::forms
