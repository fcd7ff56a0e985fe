// EvaluatorImpl: one evaluator: its parts, and how an evaluation begins and ends.
#pragma once

#include <string_view>

#include "eval/fast_path.h"
#include "eval/interpreter.h"
#include "eval/parts.h"

namespace pipexpr::eval {

class EvaluatorImpl {
 public:
  explicit EvaluatorImpl(const EvaluateOptions& options) : parts_(options) {}

  // Appends the text; on failure nothing.
  Result<void> append(const Expression& expression, const ObjectGraph& graph, const Context& context, TextBuffer& out);
  // The value as `result`, or as texts in `parts`. False: `take_diagnostics` says why.
  bool run(const Expression& expression, const ObjectGraph& graph, const Context& context, Output::Wanted wanted);
  // An exception of the host's graph after an evaluation.
  Diagnostics exception(const Expression& expression, std::string_view why);

  const ValueView& result() const { return parts_.output.result(); }
  const Stack<ValueView>& parts() const { return parts_.state.parts; }
  Diagnostics take_diagnostics();

  Usage usage() const;
  std::size_t memory_bytes() const;
  void shrink();

  const EvaluateOptions& options() const { return parts_.state.options; }
  void set_options(const EvaluateOptions& options);
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
    parts_.state.options.deadline = deadline;
  }

 private:
  // While an evaluation goes on, the host's code may not begin another one.
  class Busy {
   public:
    explicit Busy(bool& flag) : flag_(flag) { flag_ = true; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { flag_ = false; }

   private:
    bool& flag_;
  };

  bool refuse_entry(const Expression& expression);
  void take_limits();
  void begin(const ObjectGraph& graph, const Context& context);
  void clear();
  bool finish_append();
  bool caught(const Expression& expression, std::string_view why);

  Parts parts_;
  Interpreter interpreter_{parts_};
  FastPath fast_path_{parts_, interpreter_};
  bool limits_known_ = false;  // the state's limits are those of its options
  bool used_ = false;          // the interpreter, in the last evaluation: it leaves something behind
  bool is_busy_ = false;
  Diagnostics entry_refused_;  // why the host's code could not begin an evaluation while one was going on
};

}  // namespace pipexpr::eval
