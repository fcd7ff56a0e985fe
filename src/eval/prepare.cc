#include "eval/prepare.h"

#include <fmt/format.h>

#include <new>

namespace pipexpr::eval {

std::string failure_message(const FunctionSpec& function, std::string_view why) {
  const std::string_view reason = why.empty() ? "it gave no reason" : why;
  return fmt::format(fmt::runtime(code_message(DiagnosticCode::function_failed)), function.name, reason);
}

Prepared prepare_argument(const FunctionSpec& function, std::string_view text, const Limits& limits) {
  std::string thrown = "an exception that is no std::exception";
  try {
    Prepared made = function.prepare(text, limits);
    if (made.object == nullptr && made.code == DiagnosticCode::function_failed) {
      made.message = failure_message(function, made.message);
    }
    return made;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& caught) {
    thrown = caught.what();
  } catch (...) {
  }
  Prepared made;
  made.code = DiagnosticCode::host_fault;
  made.message = fmt::format(fmt::runtime(code_message(made.code)), thrown);
  return made;
}

}  // namespace pipexpr::eval
