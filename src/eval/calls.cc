// Calls of functions: over the items of a list, with converted arguments, and what becomes of a result.
#include "eval/calls.h"

#include <cmath>

#include <fmt/format.h>

#include "eval/call_access.h"
#include "eval/convert.h"
#include "eval/host_values.h"
#include "eval/prepare.h"

namespace pipexpr::eval {

bool Calls::call(const Program& program, const Step& step) {
  const FunctionSpec& function = *program.functions[step.index];
  const std::size_t base = state_.stack.size() - step.count;
  ValueView* const operands = state_.stack.data() + base;
  std::size_t lists = 0, list_at = 0;
  for (std::size_t i = 0; i < step.count; ++i) {
    if (!operands[i].is(Kind::list) || function.takes_list(i)) continue;
    ++lists;
    list_at = i;
  }
  ValueView value;
  if (lists == 0) {
    if (!call_once(program, step, operands, value)) return false;
    state_.stack.shrink(base);
    state_.stack.push_back(value);
    return true;
  }
  if (lists > 1) return errors_.fail(DiagnosticCode::several_list_arguments, function.name, lists);
  const ValueView list = operands[list_at];
  ValueView* const items = joiner_.allocate_list(list.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (!state_.budget.charge()) return errors_.over();
    state_.stack[base + list_at] = list.begin()[i];
    if (!call_once(program, step, operands, items[i])) return false;
    if (items[i].is(Kind::list)) {  // lists never nest
      return errors_.fail(DiagnosticCode::wrong_argument_kind, list_at + 1, function.name,
                          kind_name(function.parameter(list_at).kind), "a list");
    }
  }
  state_.stack.shrink(base);
  state_.stack.push_back(ValueView(items, list.size()));
  return true;
}

// One call of values that are no lists.
bool Calls::call_once(const Program& program, const Step& step, const ValueView* operands, ValueView& out) {
  const FunctionSpec& function = *program.functions[step.index];
  const ValueView* arguments = operands;
  for (std::size_t i = 0; i < step.count; ++i) {
    if (operands[i].is(function.parameter(i).kind)) continue;
    if (!convert_arguments(function, operands, step.count)) return false;
    arguments = arguments_.data();
    break;
  }
  const void* prepared = nullptr;
  if (step.callee.prepared != nullptr) {
    prepared = step.callee.prepared;
  } else if (function.prepare) {
    prepared = prepare(program.functions[step.index], arguments[function.prepared_parameter].text());
    if (prepared == nullptr) return errors_.report_about({arguments + function.prepared_parameter, 1});
  }
  return invoke(*step.callee.function, arguments, step.count, prepared, out);
}

// Why a call has no result, as a finished message.
[[gnu::noinline, gnu::cold]] bool Calls::refused(const FunctionSpec& function, Call& call) {
  if (CallAccess::is_out_of_memory(call)) {
    errors_.set_limit(DiagnosticCode::limit_memory_bytes, &Limits::max_memory_bytes);
    return false;
  }
  if (state_.error.code == DiagnosticCode::internal_error) call.fail("");  // it returned false and nothing else
  if (state_.error.code == DiagnosticCode::function_failed)
    state_.error.message = failure_message(function, state_.error.message);
  return false;
}

// A result must be what the function was registered with, and a number that has a text.
[[gnu::noinline]] bool Calls::check_result(const FunctionSpec& function, Call& call) {
  const ValueView& returned = CallAccess::result(call);
  if (CallAccess::is_out_of_memory(call)) return refused(function, call);
  if (!returned.is(function.result) && function.result != kAnyKind) {
    return state_.error.set(
        DiagnosticCode::function_failed, function.name,
        returned.is(Kind::unset)
            ? fmt::format("it returned no result, but declares {}", kind_name(function.result))
            : fmt::format("it returned {}, but declares {}", kind_name(returned.kind()), kind_name(function.result)));
  }
  const ValueView* const begin = returned.is(Kind::list) ? returned.begin() : &returned;
  const ValueView* const end = returned.is(Kind::list) ? returned.end() : &returned + 1;
  for (const ValueView* item = begin; item != end; ++item) {
    if (item->is(Kind::number) && !std::isfinite(item->number())) {
      return state_.error.set(DiagnosticCode::not_finite, fmt::format("the result of {}", function.name));
    }
    if (item->is(Kind::reference) && item->object() == kNoObject) {
      return state_.error.set(DiagnosticCode::function_failed, function.name, "it returned a reference to no object");
    }
    if (!is_known(*item)) {
      return state_.error.set(DiagnosticCode::function_failed, function.name,
                              fmt::format("it returned {}", describe_unknown(*item)));
    }
  }
  // As for a field: a list of one item is that item, and one of none is unset.
  if (returned.is(Kind::list) && returned.size() <= 1) {
    CallAccess::set_result(call, returned.size() == 0 ? ValueView() : *returned.begin());
  }
  return true;
}

// Runs the body on arguments of the right kinds. `out` may be one of them.
bool Calls::invoke(const functions::Callable& function, const ValueView* arguments, std::size_t count,
                   const void* prepared, ValueView& out) {
  Call call = CallAccess::make(state_, arguments, count, prepared);
  if (!run_body(function, call)) return errors_.report_about({arguments, count});
  out = in_words(CallAccess::result(call));
  return !state_.budget.is_timed() || !state_.budget.is_over() || errors_.over();
}

bool Calls::convert_arguments(const FunctionSpec& function, const ValueView* operands, std::size_t count) {
  if (arguments_.size() < count) arguments_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!convert(operands[i], function.parameter(i).kind, i + 1, function.name, arguments_[i], state_.error)) {
      state_.error.argument = static_cast<int>(i);
      return errors_.report_about({operands + i, 1});
    }
  }
  return true;
}

// What prepare makes of an argument that is no literal, remembered for as long as it is likely to come again.
const void* Calls::prepare(const std::shared_ptr<const FunctionSpec>& function, std::string_view text) {
  constexpr std::size_t kMaxPrepared = 32, kLong = 65'536;
  for (const Preparation& known : prepared_) {
    if (known.function == function && known.text == text) return known.object.get();
  }
  Prepared made = prepare_argument(*function, text, state_.limits, state_.error.exception);
  if (made.object == nullptr) {
    state_.error.code = made.code;
    state_.error.message = std::move(made.message);
    state_.error.argument = static_cast<int>(function->prepared_parameter);
    state_.error.part = made.part;
    return nullptr;
  }
  if (text.size() > kLong) {
    prepared_.clear();  // at most one long one is kept
  } else if (prepared_.size() == kMaxPrepared) {
    prepared_.erase(prepared_.begin());
  }
  return prepared_.emplace_back(Preparation{function, std::string(text), std::move(made.object)}).object.get();
}

}  // namespace pipexpr::eval
