// Values as arguments of a declared kind, and as text.
#pragma once

#include <algorithm>

#include <pipexpr/object_graph.h>

#include "eval/arena.h"
#include "eval/eval_error.h"
#include "eval/number.h"
#include "time/literal.h"

namespace pipexpr::eval {

// The argument as the function wants it; never a list. `position` counts from 1.
bool convert(const ValueView& value, Kind wanted, std::size_t position, std::string_view function, ValueView& result,
             EvalError& error);

// The text of a single value; false: the arena's limit is reached. Unset is the empty text.
bool to_text(const ValueView& value, const ObjectGraph* graph, Arena& arena, ValueView& text);

// Kinds whose text is written anew: the bytes that it takes at most, 0 for the others.
constexpr std::size_t max_written(Kind kind) {
  switch (kind) {
    case Kind::integer: return kMaxIntegerText;
    case Kind::number: return kMaxNumberText;
    case Kind::datetime: return time::kMaxDefaultText;
    case Kind::period: return time::kMaxPeriodText;
    default: return 0;
  }
}
inline constexpr std::size_t kMaxWritten = std::max(
    {max_written(Kind::integer), max_written(Kind::number), max_written(Kind::datetime), max_written(Kind::period)});
// Writes the text of such a value and returns the end.
char* write(const ValueView& value, char* out);

// "the string 'abc'", "an integer": a value for messages.
std::string describe(const ValueView& value);

}  // namespace pipexpr::eval
