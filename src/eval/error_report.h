// ErrorReport: turns the error of an operation into a diagnostic with its place and the path of fields that led there,
// and knows what has gone wrong in an evaluation so far.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/runtime_fields.h"
#include "eval/secrets.h"
#include "eval/state.h"

namespace pipexpr::eval {

class ErrorReport {
 public:
  explicit ErrorReport(State& state) : state_(state) {}

  void clear();
  bool has_failed() const { return failed_; }
  bool is_fatal() const { return fatal_; }  // a limit was reached: nothing further is tried
  bool is_full() const { return diagnostics_.size() >= state_.limits.max_diagnostics; }
  Diagnostics take() { return std::exchange(diagnostics_, {}); }
  Secrets& secrets() { return secrets_; }

  // Each reports an error at the current step and returns false. Without frames, while constants are folded, the error
  // stays in the state: the compiler reports it.
  bool report();  // the state's error
  template <class... Args>
  bool fail(DiagnosticCode code, const Args&... args) {
    state_.error.set(code, args...);
    return report();
  }
  // A runtime field without a value.
  bool fail_unset(ObjectId object, std::string_view name, base::UnsetUse use);
  // Reports the state's error, which an operation on these values has made. When one of them only stands for a runtime
  // field, that is what is wrong, and not how the text reads.
  bool report_about(std::span<const ValueView> operands);
  bool limit(DiagnosticCode code, std::uint64_t Limits::*member) { return set_limit(code, member), report(); }
  bool out_of_memory() { return limit(DiagnosticCode::limit_memory_bytes, &Limits::max_memory_bytes); }
  bool over();  // the steps or the time are used up
  bool cycle(const Frame& field);
  // What is wrong with the text of a field that is about to be evaluated.
  bool append_nested_errors(const Diagnostics& inner, const Frame& field, std::string_view text);
  // An exception of the host's graph or listener. It is the only diagnostic.
  bool host_exception(std::string_view template_text, std::string_view why);

  // Makes the error that of a reached limit, without reporting it.
  void set_limit(DiagnosticCode code, std::uint64_t Limits::*member);
  // What precedes the dot of the current member, for a message.
  std::string head_of_member() const;

 private:
  void add_path(Diagnostic& diagnostic, std::optional<SourceSpan> innermost) const;
  std::string_view owner_of(const Frame& frame) const;
  SourceSpan span_of(const Frame& frame, bool innermost) const;
  SourceSpan argument_span(const Frame& frame) const;
  const Frame& innermost_template() const;

  State& state_;
  Diagnostics diagnostics_;
  Secrets secrets_;
  bool fatal_ = false;
  bool failed_ = false;
};

}  // namespace pipexpr::eval
