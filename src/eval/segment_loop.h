// The loop over the segments of a template. The fast path and the interpreter both run it, each with a writer of its
// own, which says where texts go, how an expression is evaluated, and what happens at a template's end.
#pragma once

#include "eval/program.h"

namespace pipexpr::eval {

// What has become of an expression.
enum class Evaluated : std::uint8_t {
  value,    // there is a value to be written
  done,     // it has been written, or the writer has gone to the first segment of another template
  stopped,  // the loop ends
};

// The writer has `next` and `end`, the segments to come. True: all have been written; false: the writer has stopped.
template <class Writer>
[[gnu::always_inline]] inline bool write_segments(Writer& writer) {
  for (;;) {
    if (writer.next == writer.end) {
      if (writer.is_outermost()) return true;
      if (!writer.leave()) return false;
      continue;
    }
    const Segment& segment = *writer.next++;
    if (segment.is_literal()) {
      if (!writer.write_literal(segment)) return false;
      continue;
    }
    ValueView value;
    const Evaluated evaluated = writer.evaluate(segment, value);
    if (evaluated == Evaluated::stopped) return false;
    if (evaluated == Evaluated::value && !writer.write_value(segment, value)) return false;
  }
}

}  // namespace pipexpr::eval
