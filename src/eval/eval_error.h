// An error of one operation, before it becomes a diagnostic with a place. Made on the way out only.
#pragma once

#include <exception>
#include <string>

#include <pipexpr/diagnostic.h>

#include "base/report.h"

namespace pipexpr::eval {

// So many bytes of what an exception of the host's code says are shown. It may say anything.
inline constexpr std::size_t kMaxHostWords = 1000;

struct EvalError {
  DiagnosticCode code = DiagnosticCode::internal_error;
  std::string message;
  std::vector<std::string> arguments;  // of the message; empty: those that it shows
  std::exception_ptr exception;        // that the host's code has thrown
  std::string meant;                   // the name that was probably meant
  int argument = -1;                   // of a call: the argument that is wrong, -1: the whole
  SourceSpan part;                     // in that argument's text; length 0: the whole argument

  template <class... Args>
  bool set(DiagnosticCode which, const Args&... args) {
    code = which;
    arguments = base::texts_of(which, args...);
    message = format_message(which, arguments);
    meant.clear();
    argument = -1;
    part = {};
    return false;
  }
};

}  // namespace pipexpr::eval
