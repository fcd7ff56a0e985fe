// Output: what becomes of the top template's value: a value, texts, or text in the caller's buffer, where it is written
// as it comes. What does not go so (a list among texts, a text beyond the limit) makes what has been written the first
// part of a text that is joined at the end.
#pragma once

#include "eval/output_buffer.h"
#include "eval/text_joiner.h"

namespace pipexpr::eval {

class Output {
 public:
  // Values and parts are in memory of the evaluator, the program and the graph.
  enum class Wanted : std::uint8_t { value, parts, appended };

  Output(State& state, ErrorReport& errors, TextJoiner& joiner, OutputBuffer& buffer)
      : state_(state), errors_(errors), joiner_(joiner), buffer_(buffer) {}

  void want(Wanted wanted) { wanted_ = wanted; }
  Wanted wanted() const { return wanted_; }
  void clear() { result_ = {}, size_ = 0; }

  // A text and the value of an expression of the innermost template. False: it has been reported.
  void add_text(std::string_view text);
  bool add_value(const ValueView& value);
  // After the top template's last segment.
  bool finish();

  const ValueView& result() const { return result_; }  // of Wanted::value
  // What is in the buffer, or the parts, is the buffer's text from now on.
  void commit();

 private:
  bool is_appending() const {
    return wanted_ == Wanted::appended && state_.frames.size() == 1 && !errors_.has_failed();
  }
  bool append_value(const ValueView& value);
  void stop_appending();
  bool finish_value(bool is_single);
  bool finish_parts(bool is_single);

  State& state_;
  ErrorReport& errors_;
  TextJoiner& joiner_;
  OutputBuffer& buffer_;
  Wanted wanted_ = Wanted::value;
  std::size_t size_ = 0;  // of all parts
  ValueView result_;
};

}  // namespace pipexpr::eval
