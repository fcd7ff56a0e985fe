// FieldEvaluator: the values of fields. A text with expressions becomes a frame of its own, in the context of the
// object whose field it is; each field is evaluated once per evaluation. Owns the fields evaluated so far (Memo) and
// the compiled texts of the host (TextCache).
#pragma once

#include "eval/host_values.h"
#include "eval/memo.h"
#include "eval/text_cache.h"

namespace pipexpr::eval {

class FieldEvaluator {
 public:
  FieldEvaluator(State& state, ErrorReport& errors, TextJoiner& joiner, HostValues& values)
      : state_(state), errors_(errors), joiner_(joiner), values_(values) {}

  // Forgets the fields of the last evaluation, and texts beyond the cache's bounds.
  void clear();

  // A field becomes a value on the stack, or a frame that will leave it there. All that is false has been reported.
  // `of_instance`: as Frame has it.
  bool push(const Field& field, ObjectId object, Sphere sphere, std::string_view name, Origin origin, bool of_instance);
  // The next value of the top frame's field.
  bool run_items();
  // The values above the top frame's base become its value: flattened, without the unset ones; a single one stands for
  // itself.
  bool collect();
  // Ends the top frame, a template within another one, whose text has been evaluated to `value`.
  bool finish_template(ValueView value, bool is_single);
  // After an error: nothing is under evaluation any more.
  void forget_open_fields();

  // What the fast path has evaluated, or has begun to.
  Memo& memo() { return memo_; }

  std::size_t memory_bytes() const { return memo_.memory_bytes() + texts_.memory_bytes(); }
  void release() {
    memo_.release();
    texts_.clear();
  }

 private:
  bool push_item(const Frame& field, const FieldItem& item);
  bool push_template(const Frame& field, const Program& program, const FieldName* names, bool is_secret);
  bool finish_field(ValueView value);
  void finish_item(const Frame& field, const ValueView& value);
  bool convert_to_slot(ValueView& value, SlotType slot);
  const Program* compile(std::string_view text, const Frame& field);
  void trace_known(ObjectId object, std::string_view name, Origin origin);

  State& state_;
  ErrorReport& errors_;
  TextJoiner& joiner_;
  HostValues& values_;
  Memo memo_;
  TextCache texts_;
};

}  // namespace pipexpr::eval
