// Values as arguments of a declared kind, and as text.
#pragma once

#include <pipexpr/object_graph.h>

#include "eval/arena.h"
#include "eval/fault.h"

namespace pipexpr::eval {

// The argument as the function wants it; never a list. `position` counts from 1.
bool convert(const ValueView& value, Kind wanted, std::size_t position, std::string_view function, ValueView& result,
             Fault& fault);

// The text of a single value; false: the arena's limit is reached. Unset is the empty text.
bool to_text(const ValueView& value, const ObjectGraph* graph, Arena& arena, ValueView& text);

// "the text 'abc'", "an integer": a value for messages.
std::string describe(const ValueView& value);

}  // namespace pipexpr::eval
