// Builds the syntax tree from the tokens that the grammar recognises.
#include "syntax/builder.h"

#include <charconv>

#include "base/read_double.h"

namespace pipexpr::syntax {

void Builder::set(SyntaxError::Kind kind, SourceSpan span) {
  if (failed()) return;
  error_.kind = kind;
  error_.span = span;
}

// Adds a node that consumes the last `operands` values and leaves one.
Node* Builder::add(NodeKind kind, SourceSpan span, std::uint32_t operands) {
  if (failed()) return nullptr;
  if (nodes_.size() >= limits_.max_nodes) {
    set(SyntaxError::Kind::nodes, span);
    return nullptr;
  }
  // One by one: for resize() g++ 12 warns of a growth that cannot happen when the sanitizers are on.
  for (; operands != 0; --operands) operands_.pop_back();
  operands_.push_back(span);
  Node& node = nodes_.emplace_back();
  node.kind = kind;
  node.span = span;
  return &node;
}

void Builder::number(SourceSpan digits) {
  if (failed()) return;
  const bool whole = text_.substr(digits.offset, digits.length).find('.') == text_.npos;
  if (digits.length - (whole ? 0 : 1) > limits_.max_literal_digits) return set(SyntaxError::Kind::digits, digits);
  const char* begin = text_.data() + digits.offset;
  const char* end = begin + digits.length;
  if (whole) {
    std::int64_t value = 0;
    if (std::from_chars(begin, end, value).ec != std::errc{}) return set(SyntaxError::Kind::integer_range, digits);
    if (Node* node = add(NodeKind::integer, digits, 0)) node->integer = value;
  } else {
    double value = 0;
    if (!base::read_double({begin, end}, value)) return set(SyntaxError::Kind::number_range, digits);
    if (Node* node = add(NodeKind::number, digits, 0)) node->number = value;
  }
}

void Builder::string(SourceSpan content) {
  Node* node = add(NodeKind::string, {content.offset - 1, content.length + 2}, 0);
  if (node == nullptr) return;
  node->text = content;
  node->escaped = text_.substr(content.offset, content.length).find('\\') != text_.npos;
}

void Builder::name() {
  if (Node* node = add(NodeKind::name, identifier_, 0)) {
    node->text = identifier_;
    node->index = name_count_++;
  }
}

void Builder::prefixed_name() {
  identifier_ = joined();
  name();
}

void Builder::member() {
  if (failed()) return;
  const std::uint32_t begin = operands_.back().offset;
  if (Node* node = add(NodeKind::member, {begin, identifier_.end() - begin}, 1)) {
    node->text = identifier_;
    node->index = name_count_++;
  }
}

void Builder::prefixed_member() {
  identifier_ = joined();
  member();
}

// Parentheses make no node, but what encloses them reaches over them.
void Builder::end_group(SourceSpan parenthesis) {
  if (failed()) return;
  const std::uint32_t begin = pending_.back().at.offset;
  pending_.pop_back();
  operands_.back() = {begin, parenthesis.end() - begin};
}

void Builder::begin_call() { push({'c', false, identifier_, static_cast<std::uint32_t>(operands_.size())}); }

void Builder::begin_method() {
  if (!failed()) push({'c', true, identifier_, static_cast<std::uint32_t>(operands_.size() - 1)});
}

void Builder::end_call(SourceSpan parenthesis) {
  if (failed()) return;
  const Pending call = pending_.back();
  pending_.pop_back();
  const auto count = static_cast<std::uint32_t>(operands_.size()) - call.operands;
  const std::uint32_t begin = call.method ? operands_[call.operands].offset : call.at.offset;
  if (Node* node = add(NodeKind::call, {begin, parenthesis.end() - begin}, count)) {
    node->count = count;
    node->method = call.method;
    node->text = call.at;
  }
}

void Builder::end_negate() {
  if (failed()) return;
  const Pending minus = pending_.back();
  pending_.pop_back();
  if (Node* node = add(NodeKind::negate, {minus.at.offset, operands_.back().end() - minus.at.offset}, 1)) {
    node->text = minus.at;
  }
}

void Builder::end_binary() {
  if (failed()) return;
  const Pending op = pending_.back();
  pending_.pop_back();
  const std::uint32_t begin = operands_[operands_.size() - 2].offset;
  if (Node* node = add(NodeKind::binary, {begin, operands_.back().end() - begin}, 2)) {
    node->op = op.op;
    node->text = op.at;
  }
}

bool Builder::enter(std::uint32_t offset) {
  if (failed()) return false;
  if (depth_ >= limits_.max_nesting) {
    set(SyntaxError::Kind::nesting, {offset, 0});
    return false;
  }
  ++depth_;
  return true;
}

void Builder::fail(Expected expected, std::uint32_t offset) {
  if (failed()) return;
  set(SyntaxError::Kind::expected, {offset, 0});
  error_.expected = expected;
  if (expected == Expected::call_end) error_.subject = pending_.back().at;
  if (expected == Expected::name) error_.subject = prefix_;
}

}  // namespace pipexpr::syntax
