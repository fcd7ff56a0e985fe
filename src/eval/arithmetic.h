// The operators on single values; lists are the machine's matter. A text in a typed slot counts as that type.
#pragma once

#include <pipexpr/value.h>

#include "eval/fault.h"

namespace pipexpr::eval {

// True when a + b joins texts instead of adding numbers; the machine does the joining.
bool joins(const ValueView& a, const ValueView& b);

// a op b with numbers; op is one of + - * / ^.
bool calculate(char op, const ValueView& a, const ValueView& b, ValueView& result, Fault& fault);
bool negate(const ValueView& a, ValueView& result, Fault& fault);

}  // namespace pipexpr::eval
