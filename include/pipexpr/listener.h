// EvaluationListener: watches one evaluation, step by step, for explaining and debugging.
//
// Calls come in evaluation order: enter_field ... (node ...)* ... leave_field, properly nested; a field that fails is
// entered and never left. The values that a node consumed are those of the nodes before it; the fields between them and
// a reference or member are what it read. Each value of a field ends with one "text" or "template". explain.h makes a
// tree of all this. Views are valid during the call only. The result and every limit are the same with and without a
// listener.
#pragma once

#include <string_view>

#include <pipexpr/object_graph.h>
#include <pipexpr/source.h>

namespace pipexpr {

// Where a name was found.
enum class Origin : std::uint8_t {
  context,    // Context::fields
  run,        // Context::run
  object,     // a field of the object, own or inherited
  parameter,  // a parameter
  path_head,  // an object's id
  memo,       // evaluated before in this evaluation: nothing is evaluated between entering and leaving
};

struct TracedField {
  ObjectId object;  // the object whose field it is; kNoObject for a parameter
  std::string_view name;
  Origin origin;
  std::string_view text;  // of the item under evaluation; empty for values that are no text
  std::uint32_t depth;
};

struct TracedNode {
  std::string_view source;  // the text that the span is in
  SourceSpan span;
  // "literal", "reference", "member", "call", "operator"; "text" is a field's value that needs no evaluation, and
  // "template" a whole text with expressions (of the evaluated one when its value is asked for).
  std::string_view what;
  std::string_view name;   // function, operator or field name; empty otherwise
  std::uint32_t operands;  // how many of the preceding values it consumed
  std::uint32_t depth;
};

class PIPEXPR_API EvaluationListener {
 public:
  virtual ~EvaluationListener();
  virtual void enter_field(const TracedField& field);
  virtual void leave_field(const TracedField& field, const ValueView& value);
  virtual void node(const TracedNode& node, const ValueView& value);
};

}  // namespace pipexpr
