// The loop over the steps of an expression. It is instantiated twice. The lean instantiation has the rules of what
// nearly every template is made of, and no bookkeeping; at anything else it stops and leaves its stack and its step to
// the full one. So nothing is done twice, and neither knows a rule that the other does not have.
#pragma once

#include <algorithm>

#include "base/compiler.h"
#include "eval/arithmetic.h"
#include "eval/host_field.h"
#include "eval/parts.h"
#include "eval/scope.h"
#include "time/zone.h"

namespace pipexpr::eval {

enum class StepOutcome : std::uint8_t {
  done,
  handed_over,  // the lean loop: to the full one
  suspended,    // the full loop: a field has to be evaluated first, whose frame will leave its value on the stack
  failed,       // the state's error says why
  over,         // the steps or the time are used up
  reported,     // failed, and there is a diagnostic
};

// A step whose rule the loop does not have inline, on the stack as it is. False: it has been reported.
bool execute(Parts& parts, const Frame& frame, const Step& step);
// Tells the listener of a step's value.
void trace_step(const State& state, const Program& program, const Step& step, const ValueView& value);

// Takes the steps from `at` to `end`. The expression's values are on the stack above one unused place. The topmost
// value is in registers: a value that is stored and read again at once comes late.
//
// The full instantiation works for the top frame and continues where the stack stands; it begins with the unused place
// on the stack. The lean one begins an expression; with `in_place`, a text that a last call returns may stand at the
// end of the caller's buffer already. After `done` the value is in `out` and the stack as it was before the expression;
// after everything else `at` is the step to go on with, or the one that is wrong.
template <bool kFull>
[[gnu::always_inline]] inline StepOutcome step_loop(Parts& parts, const Scope& scope, const Step*& at,
                                                    const Step* const end, bool in_place, ValueView& out) {
  State& state = parts.state;
  using Fast = Step::FastOp;
  const Step* step = at;
  const auto count = static_cast<std::uint32_t>(end - step);
  ValueView* below;
  ValueView top;
  if constexpr (kFull) {
    (void)state.stack.reserve_more(count + 1);
    below = state.stack.end() - 1;
    top = *below;
  } else {
    below = state.stack.reserve_more(count + 1);
  }
  std::conditional_t<kFull, std::uint64_t&, std::uint64_t> references = state.budget.references_left;
  const auto flush = [&]() PIPEXPR_INLINE_LAMBDA {
    *below = in_words(top);
    state.stack.set_end(below + 1);
  };
  const auto leave = [&](StepOutcome outcome) PIPEXPR_INLINE_LAMBDA {
    flush();
    at = step;
    if constexpr (!kFull) {
      state.budget.refund(static_cast<std::uint64_t>(end - step) - (outcome == StepOutcome::handed_over ? 0 : 1));
      state.budget.references_left = references;
    }
    return outcome;
  };
  if constexpr (!kFull) {
    if (!state.budget.charge_all(count)) [[unlikely]] {
      flush();
      return StepOutcome::handed_over;
    }
  }
  const auto push = [&](const ValueView& value) PIPEXPR_INLINE_LAMBDA {
    *below++ = in_words(top);
    top = in_words(value);
  };
  // On two operands, and on one and the constant of this step, which saves the next one.
  const auto operate = [&]<char op>() PIPEXPR_INLINE_LAMBDA {
    ValueView left = in_words(below[-1]);
    if (!calculate_numbers<op>(left, top)) return false;
    top = left;
    --below;
    return true;
  };
  const auto operate_constant = [&]<char op>() PIPEXPR_INLINE_LAMBDA {
    if constexpr (kFull) {
      push(step->constant);
    } else if (calculate_numbers<op>(top, step->constant)) {
      ++step;
    } else {
      push(step->constant);
    }
  };
  // A listener hears of each value, and of each field that is entered and left.
  const bool is_watched = kFull && state.listener != nullptr;
  const auto advance = [&]() PIPEXPR_INLINE_LAMBDA {
    if constexpr (kFull) {
      if (is_watched) trace_step(state, *scope.program, *step, top);
    }
    ++step;
  };
  for (; step != end; advance()) {
    if constexpr (kFull) {
      if (!state.budget.charge()) return leave(StepOutcome::over);
    }
    bool asked = kFull && parts.names.is_pending();  // by the lean loop, just before it stopped
    const bool is_told = is_watched || asked;
    // What is computed from a secret is one, and only the interpreter's rules see to that.
    const Fast fast = kFull && state.reads_secrets ? Fast::none : step->fast;
    switch (fast) {
      case Fast::constant: push(step->constant); continue;
      case Fast::add_constant: operate_constant.template operator()<'+'>(); continue;
      case Fast::subtract_constant: operate_constant.template operator()<'-'>(); continue;
      case Fast::multiply_constant: operate_constant.template operator()<'*'>(); continue;
      case Fast::divide_constant: operate_constant.template operator()<'/'>(); continue;
      case Fast::power_constant: operate_constant.template operator()<'^'>(); continue;
      case Fast::add:
        if (operate.template operator()<'+'>()) continue;
        break;
      case Fast::subtract:
        if (operate.template operator()<'-'>()) continue;
        break;
      case Fast::multiply:
        if (operate.template operator()<'*'>()) continue;
        break;
      case Fast::divide:
        if (operate.template operator()<'/'>()) continue;
        break;
      case Fast::power:
        if (operate.template operator()<'^'>()) continue;
        break;
      case Fast::start:
        if (scope.sphere != Sphere::instance || !state.context->run || references == 0 ||
            (!scope.is_open && find_binding(scope.bindings, state.run_bindings(scope.sphere),
                                            scope.names[step->index].text) != nullptr)) {
          break;
        }
        if (const TimeZone zone = state.context->run->scheduled_start.zone; !zone.is_utc() && !time::is_known(zone)) {
          break;  // a host's zone of no known number: an error
        }
        push(ValueView(state.context->run->scheduled_start));
        --references;
        continue;
      case Fast::name: {
        if (is_told) break;
        // Where a host answers for instances, the lean loop is not entered.
        if (kFull && state.instances(scope.sphere) != nullptr) break;
        const FieldName& name = scope.names[step->index];
        const Binding* binding = find_binding(scope.bindings, name.text);
        if (binding == nullptr && !scope.is_open)
          binding = find_binding({}, state.run_bindings(scope.sphere), name.text);
        if (references == 0 || (binding == nullptr && scope.object == kNoObject)) break;
        const SingleField field =
            binding != nullptr ? single_field(binding->field) : parts.names.look_up(scope.object, name);
        ValueView value;
        if (!plain_value(field, scope.sphere, value)) {
          asked = binding == nullptr && parts.names.was_asked(scope.object, name);
          break;
        }
        push(value);
        --references;
        continue;
      }
      case Fast::member: {
        if (is_told || references == 0 || !top.is(Kind::reference) || top.object() == kNoObject) break;
        if (kFull && state.instances(top.sphere()) != nullptr) break;
        const FieldName& name = scope.names[step->index];
        const std::span<const Binding> context = state.context_bindings(top.object()),
                                       run = state.run_bindings(top.sphere());
        const Binding* const binding = context.empty() && run.empty() ? nullptr : find_binding(context, run, name.text);
        const SingleField field =
            binding != nullptr ? single_field(binding->field) : parts.names.look_up(top.object(), name);
        if (!plain_value(field, top.sphere(), top)) {
          asked = binding == nullptr && parts.names.was_asked(top.object(), name);
          break;
        }
        --references;
        continue;
      }
      case Fast::object_name: {
        ValueView value;
        if (is_told || references == 0 ||
            !parts.names.fast_name(scope.names[step->index], scope.object, scope.sphere, value)) {
          break;
        }
        push(value);
        --references;
        continue;
      }
      case Fast::member_name:
        if (is_told || references == 0 || !parts.names.fast_member_name(scope.names[step->index], top)) break;
        --references;
        continue;
      case Fast::call: {
        const functions::Callable& function = *step->callee.function;
        *below = in_words(top);
        ValueView* const arguments = below + 1 - step->count;
        if (!function.takes(arguments, step->count)) break;
        Call call = CallAccess::make(state, arguments, step->count, step->callee.prepared);
        const bool last = !kFull && in_place && step + 1 == end;
        if (last) {
          const auto capacity = static_cast<std::uint64_t>(parts.buffer.end() - parts.buffer.at());
          CallAccess::offer(call, parts.buffer.at(), std::min(capacity, state.arena.left()));
        }
        if (!parts.calls.run_body(function, call)) [[unlikely]]
          return leave(StepOutcome::failed);
        top = in_words(CallAccess::result(call));
        if (last && top.is(Kind::string) && top.text().data() == parts.buffer.at()) {
          (void)state.arena.charge(top.text().size());  // as a text elsewhere; offered no more than is left
        }
        below = arguments;
        if (state.budget.is_timed() && state.budget.is_over()) [[unlikely]]
          return leave(StepOutcome::over);
        continue;
      }
      case Fast::none: break;
      default: base::unreachable();
    }
    parts.names.set_pending(asked);
    if constexpr (!kFull) {
      return leave(StepOutcome::handed_over);
    } else {
      const std::size_t height = state.frames.size();
      flush();
      state.frames.back().step = static_cast<std::uint32_t>(step - scope.program->steps.data());
      const bool good = execute(parts, state.frames.back(), *step);
      parts.names.set_pending(false);
      if (!good) {
        at = step;
        return StepOutcome::reported;
      }
      if (state.frames.size() != height) {
        at = step + 1;
        return StepOutcome::suspended;
      }
      (void)state.stack.reserve_more(static_cast<std::size_t>(end - step) + 1);
      below = state.stack.end() - 1;
      top = *below;
    }
  }
  if constexpr (kFull) {
    state.stack.set_end(below - 1);
  } else {
    state.budget.references_left = references;
  }
  out = top;
  return StepOutcome::done;
}

// The loop as a function of its own. The fast path, which is in a hurry, has it inline.
template <bool kFull>
[[gnu::noinline]] StepOutcome run_steps(Parts& parts, const Scope& scope, const Step*& at, const Step* const end,
                                        ValueView& out) {
  return step_loop<kFull>(parts, scope, at, end, false, out);
}

}  // namespace pipexpr::eval
