// The parser: the text of one expression -> nodes. The only door to the grammar; it hides Boost.
#pragma once

#include <string_view>

#include "syntax/builder.h"

namespace pipexpr::syntax {

// Parses the expression at `span` of the builder's text into the builder. False: builder.error() says why.
bool parse(std::string_view text, SourceSpan span, syntax::Builder& builder);

}  // namespace pipexpr::syntax
