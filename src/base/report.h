// Makes diagnostics from the table of codes: the message of the code with its gaps filled.
#pragma once

#include <fmt/format.h>

#include <string>

#include <pipexpr/diagnostic.h>

namespace pipexpr::base {

template <class... Args>
Diagnostic report(DiagnosticCode code, SourceSpan span, const Args&... args) {
  Diagnostic result;
  result.code = code;
  result.message = fmt::vformat(code_description(code), fmt::make_format_args(args...));
  result.span = span;
  return result;
}

// User's text for a message: at most about 80 bytes, cut at a character, control bytes as \xNN.
std::string excerpt(std::string_view text);
// The text as messages show it: control characters as \xNN.
std::string shown(std::string_view text);

}  // namespace pipexpr::base
