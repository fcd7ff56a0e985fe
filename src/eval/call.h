// The part of a Call that only the engine touches.
#pragma once

#include <pipexpr/function_registry.h>

#include "eval/machine.h"

namespace pipexpr {

class CallAccess {
 public:
  static Call make(EvaluatorAccess::Machine& machine, const ValueView* arguments, std::size_t count,
                   const void* prepared, const Context& context) {
    Call call;
    call.arguments_ = arguments;
    call.count_ = count;
    call.prepared_ = prepared;
    call.context_ = &context;
    call.graph_ = machine.graph;
    call.engine_ = &machine;
    return call;
  }
  static bool is_out_of_memory(const Call& call) { return call.is_out_of_memory_; }
  // Where a text may be written, because it is to stand there in the end.
  static void offer(Call& call, char* place, std::size_t size) {
    call.place_ = place;
    call.place_size_ = size;
  }
  static const Limits& limits(void* engine) { return machine(engine).limits_; }
  static const ValueView& result(const Call& call) { return call.result_; }
  static EvaluatorAccess::Machine& machine(void* engine) { return *static_cast<EvaluatorAccess::Machine*>(engine); }
  static bool is_over(void* engine) { return machine(engine).budget().is_over(); }
};

}  // namespace pipexpr
