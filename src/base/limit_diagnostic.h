// Diagnostics E6xx: which limit was reached, its value, and how to raise it.
#pragma once

#include <pipexpr/diagnostic.h>
#include <pipexpr/limits.h>

namespace pipexpr::base {

// `limits` are those in force. The message ends with how to raise the limit, in the API and on the command line.
Diagnostic limit_reached(DiagnosticCode code, SourceSpan span, std::uint64_t Limits::*member, const Limits& limits);
// For the limits on the length of an input, whose message also says how long it is.
Diagnostic limit_reached(DiagnosticCode code, SourceSpan span, std::uint64_t Limits::*member, const Limits& limits,
                         std::uint64_t found);

// "Limits::max_steps or --max-steps (at most 100000000)".
std::string how_to_raise(std::uint64_t Limits::*member);

}  // namespace pipexpr::base
