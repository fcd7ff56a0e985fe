// Calls: arguments are converted, the function's body is run, and its result is checked. Owns what functions have
// prepared from arguments that are no literals.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/thrown_message.h"
#include "base/utf8.h"
#include "eval/call_access.h"
#include "eval/text_joiner.h"

namespace pipexpr::eval {

class Calls {
 public:
  Calls(State& state, ErrorReport& errors, TextJoiner& joiner) : state_(state), errors_(errors), joiner_(joiner) {}

  // The call of a step on the stack's topmost values; its result takes their place. False: it has been reported.
  bool call(const Program& program, const Step& step);
  // One call of values that are no lists.
  bool call_once(const Program& program, const Step& step, const ValueView* operands, ValueView& out);
  // Runs the body once. False: the state's error says why.
  bool run_body(const functions::Callable& function, Call& call);

  // What was prepared under other limits might not be allowed under new ones.
  void forget_prepared() { prepared_.clear(); }
  void release() {
    forget_prepared();
    std::vector<ValueView>().swap(arguments_);
  }
  std::size_t memory_bytes() const {
    std::size_t bytes = arguments_.capacity() * sizeof(ValueView) + prepared_.capacity() * sizeof(Preparation);
    for (const Preparation& known : prepared_) bytes += known.text.capacity();
    return bytes;
  }

 private:
  bool invoke(const functions::Callable& function, const ValueView* arguments, std::size_t count, const void* prepared,
              ValueView& out);
  bool refused(const FunctionSpec& function, Call& call);
  bool check_result(const FunctionSpec& function, Call& call);
  bool convert_arguments(const FunctionSpec& function, const ValueView* operands, std::size_t count);
  const void* prepare(const std::shared_ptr<const FunctionSpec>& function, std::string_view text);

  struct Preparation {
    std::shared_ptr<const FunctionSpec> function;  // held, so that no other can get its address
    std::string text;
    std::shared_ptr<const void> object;
  };

  State& state_;
  ErrorReport& errors_;
  TextJoiner& joiner_;
  std::vector<ValueView> arguments_;  // of the current call, where they had to be converted
  std::vector<Preparation> prepared_;
};

[[gnu::always_inline]] inline bool Calls::run_body(const functions::Callable& function, Call& call) {
  state_.error.code = DiagnosticCode::internal_error;
  try {
    if (function.direct != nullptr ? function.direct(call) : function.body(call)) [[likely]] {
      if (CallAccess::result(call).kind() == function.sure_result && !CallAccess::is_out_of_memory(call)) return true;
      return check_result(function, call);
    }
  } catch (...) {
    const std::string words = base::thrown_message();
    state_.error.exception = std::current_exception();
    return state_.error.set(DiagnosticCode::host_error, base::cut_utf8(words, kMaxHostWords));
  }
  return refused(function, call);
}

}  // namespace pipexpr::eval
