// Builds the tree while the grammar recognises the text: one call per token, in source order. After the first error
// every call is ignored, so the grammar need not unwind.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <pipexpr/limits.h>

#include "syntax/node.h"

namespace pipexpr::syntax {

// What the grammar was looking for when it failed; grammar/rule_names.h has the words.
enum class Expected : std::uint8_t {
  nothing,
  operand,
  operator_or_end,
  closing_parenthesis,
  call_end,
  member,
  name,
  number
};

// The first error of a parse.
struct SyntaxError {
  enum class Kind : std::uint8_t { none, expected, nesting, nodes, digits, integer_range, number_range };
  Kind kind = Kind::none;
  Expected expected = Expected::nothing;
  SourceSpan span;     // the token found, or its place with length 0
  SourceSpan subject;  // function or prefix that the message names
};

class Builder {
 public:
  // Appends to `nodes`; spans count from the beginning of `text`.
  Builder(std::string_view text, std::vector<Node>& nodes, std::uint32_t& name_count, const Limits& limits)
      : text_(text), nodes_(nodes), name_count_(name_count), limits_(limits) {}
  // For the next expression of the same template.
  void restart() {
    operands_.clear();
    pending_.clear();
    error_ = {};
    depth_ = 0;
  }

  void number(SourceSpan digits);
  void string(SourceSpan content);
  void prefix(SourceSpan at) { prefix_ = at; }
  void identifier(SourceSpan name) { identifier_ = name; }
  void name();           // the remembered identifier is a name
  void prefixed_name();  // ... after the remembered prefix
  void member();
  void prefixed_member();
  void begin_group(SourceSpan parenthesis) { push({'(', false, parenthesis, 0}); }
  void end_group(SourceSpan parenthesis);
  void begin_call();    // the remembered identifier is a function
  void begin_method();  // ... applied to the last operand
  void end_call(SourceSpan parenthesis);
  void begin_negate(SourceSpan minus) { push({'n', false, minus, 0}); }
  void end_negate();
  void begin_binary(SourceSpan op) { push({text_[op.offset], false, op, 0}); }
  void end_binary();

  // Nesting: false when the limit is reached (and the error is set).
  bool enter(std::uint32_t offset);
  void leave() { --depth_; }

  void fail(Expected expected, std::uint32_t offset);
  const SyntaxError& error() const { return error_; }
  bool failed() const { return error_.kind != SyntaxError::Kind::none; }
  SourceSpan span_of(const char* begin, const char* end) const {
    return {static_cast<std::uint32_t>(begin - text_.data()), static_cast<std::uint32_t>(end - begin)};
  }

 private:
  struct Pending {
    char op;  // + - * / ^, n: negate, c: call
    bool method;
    SourceSpan at;           // operator or function name
    std::uint32_t operands;  // calls: operands before the arguments
  };

  void push(Pending pending) {
    if (!failed()) pending_.push_back(pending);
  }
  Node* add(NodeKind kind, SourceSpan span, std::uint32_t operands);
  void set(SyntaxError::Kind kind, SourceSpan span);
  SourceSpan joined() const { return {prefix_.offset, identifier_.end() - prefix_.offset}; }

  std::string_view text_;
  std::vector<Node>& nodes_;
  std::uint32_t& name_count_;
  const Limits& limits_;
  // Short as a rule, and then without an allocation.
  boost::container::small_vector<SourceSpan, 16> operands_;  // spans of the values that wait for an operator
  boost::container::small_vector<Pending, 16> pending_;
  SourceSpan prefix_, identifier_;
  SyntaxError error_;
  std::uint64_t depth_ = 0;
};

}  // namespace pipexpr::syntax
