// A fault of one operation, before it becomes a diagnostic with a place. Made on the way out only.
#pragma once

#include <string>

#include <pipexpr/diagnostic.h>

#include "base/report.h"

namespace pipexpr::eval {

struct Fault {
  DiagnosticCode code = DiagnosticCode::internal_fault;
  std::string message;
  int argument = -1;  // of a call: the argument at fault, -1: the whole
  SourceSpan part;    // in that argument's text; length 0: the whole argument

  template <class... Args>
  bool set(DiagnosticCode which, const Args&... args) {
    code = which;
    message = fmt::vformat(code_description(which), fmt::make_format_args(args...));
    argument = -1;
    part = {};
    return false;
  }
};

}  // namespace pipexpr::eval
