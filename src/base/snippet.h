// The two parts of a rendered diagnostic, for what else has a place and a message.
#pragma once

#include <string>
#include <string_view>

#include <pipexpr/diagnostic.h>

namespace pipexpr::base {

// "name:1:10: error[E201]: message\n"
std::string header_line(Severity severity, std::string_view code, std::string_view message, SourceSpan span,
                        const RenderOptions& options);
// The line of the span, and a caret under it.
void append_snippet(std::string& out, std::string_view text, SourceSpan span, bool color);

}  // namespace pipexpr::base
