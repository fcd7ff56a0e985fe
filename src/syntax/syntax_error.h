// Turns a parser's error into a diagnostic: what was expected, what stands there.
#pragma once

#include <string_view>

#include <pipexpr/diagnostic.h>

#include "syntax/builder.h"

namespace pipexpr::syntax {

// `source` is the span of the expression in `text`.
Diagnostic explain(std::string_view text, SourceSpan source, const syntax::SyntaxError& error, const Limits& limits);

}  // namespace pipexpr::syntax
