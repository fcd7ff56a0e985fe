// The tree of one template: nodes in postorder, so that the array is also the order of evaluation.
#pragma once

#include <cstdint>

#include <pipexpr/source.h>

namespace pipexpr::syntax {

enum class NodeKind : std::uint8_t {
  integer,  // an integer: `integer`
  number,   // a floating-point number: `number`
  string,   // a string: `text`, as written between the quotes
  name,     // a name at the head of a path: `text`
  member,   // .name of the operand before it: `text`
  negate,   // - operand
  binary,   // two operands; `op` is one of + - * / ^
  call,     // `count` operands; `text` is the function's name
};

struct Node {
  NodeKind kind = NodeKind::integer;
  char op = 0;              // of binary nodes
  bool escaped = false;     // a string with backslashes
  bool method = false;      // a call written x.f(y): the first operand precedes the dot
  std::uint32_t count = 0;  // operands of a call
  SourceSpan span;          // the whole subexpression
  SourceSpan text;          // name or string content; for binary nodes the operator
  union {
    std::int64_t integer = 0;
    double number;
    std::uint32_t index;  // name and member: position among the names; call: the function
  };
};

inline std::uint32_t operand_count(const Node& node) {
  switch (node.kind) {
    case NodeKind::member:
    case NodeKind::negate: return 1;
    case NodeKind::binary: return 2;
    case NodeKind::call: return node.count;
    default: return 0;
  }
}

// A part of a literal's text, or the whole operand when positions inside it are not those of the source.
inline SourceSpan part_of(const Node& node, SourceSpan part) {
  if (node.kind != NodeKind::string || node.escaped || part.length == 0) return node.span;
  return {node.text.offset + part.offset, part.length};
}

}  // namespace pipexpr::syntax
