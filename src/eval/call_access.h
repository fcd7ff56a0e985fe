// CallAccess: the part of a Call that only the engine touches.
#pragma once

#include <pipexpr/function_registry.h>

#include "eval/state.h"

namespace pipexpr::eval {

class CallAccess {
 public:
  static Call make(State& state, const ValueView* arguments, std::size_t count, const void* prepared) {
    Call call;
    call.arguments_ = arguments;
    call.count_ = count;
    call.prepared_ = prepared;
    call.context_ = state.context;
    call.graph_ = state.graph;
    call.engine_ = &state;
    return call;
  }
  static bool is_out_of_memory(const Call& call) { return call.is_out_of_memory_; }
  // Where a text may be written, because it is to stand there in the end.
  static void offer(Call& call, char* place, std::size_t size) {
    call.offered_ = place;
    call.offered_size_ = size;
  }
  static const ValueView& result(const Call& call) { return call.result_; }
  static void set_result(Call& call, const ValueView& value) { call.result_ = value; }
  static State& state(void* engine) { return *static_cast<State*>(engine); }
};

}  // namespace pipexpr::eval
