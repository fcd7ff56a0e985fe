// Makes diagnostics from the table of codes: the message of the code with its gaps filled.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include <pipexpr/diagnostic.h>

#include "base/message.h"
#include "base/shown.h"

namespace pipexpr::base {

// The values as they fill the gaps of the code's message.
template <class... Args>
std::vector<std::string> texts_of(DiagnosticCode code, const Args&... args) {
  const std::string_view message = code_description(code);
  const std::vector<Gap> gaps = gaps_of(message);
  std::vector<std::string> texts;
  [[maybe_unused]] const auto add = [&](const auto& arg) {
    const Gap gap = texts.size() < gaps.size() ? gaps[texts.size()] : Gap{};
    texts.push_back(gap.length <= 2 ? fmt::format("{}", arg)
                                    : fmt::format(fmt::runtime(message.substr(gap.offset, gap.length)), arg));
  };
  (add(args), ...);
  return texts;
}

template <class... Args>
Diagnostic report(DiagnosticCode code, SourceSpan span, const Args&... args) {
  Diagnostic result;
  result.code = code;
  result.arguments = texts_of(code, args...);
  result.message = format_message(code, result.arguments);
  result.span = span;
  return result;
}

// A diagnostic whose message was made elsewhere gets the arguments that its message shows.
inline void find_arguments(Diagnostic& diagnostic) {
  if (diagnostic.arguments.empty())
    diagnostic.arguments = arguments_of(code_description(diagnostic.code), diagnostic.message);
}

}  // namespace pipexpr::base
