// Turns a parser's fault into a diagnostic: what was expected, what stands there.
#pragma once

#include <string_view>

#include <pipexpr/diagnostic.h>

#include "syntax/builder.h"

namespace pipexpr::syntax {

// `source` is the span of the expression in `text`.
Diagnostic explain(std::string_view text, SourceSpan source, const syntax::SyntaxFault& fault, const Limits& limits);

}  // namespace pipexpr::syntax
