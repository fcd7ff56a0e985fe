// Writes the diagnostics of limits: which one was reached, its value, and how to raise it.
#include "base/limit_diagnostic.h"

#include "base/report.h"

namespace pipexpr::base {

std::string how_to_raise(std::uint64_t Limits::*member) {
  for (const LimitInfo& row : pipexpr::limits()) {
    if (row.member != member) continue;
    std::string flag(row.name);
    for (char& c : flag) {
      if (c == '_') c = '-';
    }
    return fmt::format("Limits::{} or --{} (at most {})", row.name, flag, row.ceiling);
  }
  return "";
}

Diagnostic limit_reached(DiagnosticCode code, SourceSpan span, std::uint64_t Limits::*member, const Limits& limits) {
  return report(code, span, limits.*member, how_to_raise(member));
}

Diagnostic limit_reached(DiagnosticCode code, SourceSpan span, std::uint64_t Limits::*member, const Limits& limits,
                         std::uint64_t found) {
  return report(code, span, found, limits.*member, how_to_raise(member));
}

}  // namespace pipexpr::base
