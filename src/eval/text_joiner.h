// TextJoiner: texts and lists become one text or list in the evaluation's memory, within its limits.
#pragma once

#include <cstdint>
#include <span>

#include "eval/error_report.h"
#include "eval/state.h"

namespace pipexpr::eval {

inline bool has_secret(std::span<const ValueView> values) {
  for (const ValueView& value : values) {
    if (value.is_secret()) return true;
  }
  return false;
}

class TextJoiner {
 public:
  TextJoiner(State& state, ErrorReport& errors) : state_(state), errors_(errors) {}

  // Memory for a list of so many items; nullptr: a limit, which has been reported.
  ValueView* allocate_list(std::uint64_t count);
  // The texts one after the other. All that is false has been reported.
  bool join_texts(std::span<const ValueView> texts, ValueView& out, bool charged = true);
  // What the segments of the innermost template are, with at most one list among them.
  bool join(std::span<const ValueView> parts, ValueView& out, bool charged = true);
  // A list as text: ["a", "b"], numbers bare (rule 4.8).
  bool list_text(const ValueView& list, ValueView& out);
  // The text of a single value.
  bool to_text(const ValueView& value, ValueView& out);

 private:
  bool fail_of_two_lists(std::size_t first, std::size_t second);
  bool join_list(std::span<const ValueView> parts, std::size_t at, ValueView& out);

  State& state_;
  ErrorReport& errors_;
};

}  // namespace pipexpr::eval
