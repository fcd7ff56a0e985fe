// Preparing an argument, and the messages when that fails.
#include "eval/prepare.h"

#include <fmt/format.h>

#include <new>

#include "base/limit_diagnostic.h"
#include "base/thrown_message.h"
#include "base/utf8.h"
#include "eval/eval_error.h"

namespace pipexpr::eval {

std::string failure_message(const FunctionSpec& function, std::string_view why) {
  const std::string_view reason = why.empty() ? "it gave no reason" : why;
  return fmt::format(fmt::runtime(code_description(DiagnosticCode::function_failed)), function.name, reason);
}

namespace {

// A function knows which limit it met, and the engine how to say so.
std::string limit_message(DiagnosticCode code, std::string_view name, const Limits& limits) {
  for (const LimitInfo& row : pipexpr::limits()) {
    if (row.name != name) continue;
    return fmt::format(fmt::runtime(code_description(code)), name, limits.*row.member, base::how_to_raise(row.member));
  }
  return std::string(name);
}

}  // namespace

Prepared prepare_argument(const FunctionSpec& function, std::string_view text, const Limits& limits,
                          std::exception_ptr& exception) {
  std::string thrown;
  try {
    Prepared made = function.prepare(text, limits);
    if (made.object == nullptr && made.code == DiagnosticCode::function_failed) {
      made.message = failure_message(function, made.message);
    }
    if (made.object == nullptr && made.code == DiagnosticCode::limit_pattern) {
      made.message = limit_message(made.code, made.message, limits);
    }
    return made;
  } catch (...) {
    thrown = base::cut_utf8(base::thrown_message(), kMaxHostWords);
    exception = std::current_exception();
  }
  Prepared made;
  made.code = DiagnosticCode::host_error;
  made.message = fmt::format(fmt::runtime(code_description(made.code)), thrown);
  return made;
}

}  // namespace pipexpr::eval
