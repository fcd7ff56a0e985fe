// The loop over the steps of an expression. It is instantiated twice. The lean instantiation has the rules of what
// nearly every template is made of, and no bookkeeping; at anything else it stops and leaves its stack and its step to
// the full one. So nothing is done twice, and neither knows a rule that the other does not have.
#pragma once

#include "eval/arithmetic.h"
#include "eval/call.h"
#include "eval/host_field.h"
#include "eval/machine.h"

namespace pipexpr {

// The object's own or inherited field. A graph that has a table need not be called.
[[gnu::always_inline]] inline eval::SingleField Evaluator::Machine::look(ObjectId object, const FieldName& name) {
  if (const FieldTable* const table = graph->table()) {
    if (const FieldTable::Entry* const slot = table->find(object, name.key)) {
      return {slot->items, slot->items, slot->type, slot->single};
    }
  }
  return ask(object, name);
}

// Calls the body once. False: `fault` says why.
[[gnu::always_inline]] inline bool Evaluator::Machine::run_body(const functions::Callable& function, Call& call) {
  fault.code = DiagnosticCode::internal_fault;
  try {
    if (function.direct != nullptr ? function.direct(call) : function.body(call)) [[likely]] {
      if (CallAccess::result(call).kind() == function.sure_result && !CallAccess::is_out_of_memory(call)) return true;
      return check_result(function, call);
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& why) {
    return fault.set(DiagnosticCode::host_fault, why.what());
  } catch (...) {
    return fault.set(DiagnosticCode::host_fault, "an exception that is no std::exception");
  }
  return refused(function, call);
}

// Takes the steps from `at` to `end`. The expression's values are on the stack above one unused place. The topmost
// value is in registers: a value that is stored and read again at once comes late.
//
// The full instantiation works for the top frame and continues where the stack stands; it begins with the unused place
// on the stack. The lean one begins an expression; with `in_place`, a text that a last call returns may stand at the
// end of the caller's buffer already. After `done` the value is in `out` and the stack as it was before the expression;
// after everything else `at` is the step to go on with, or the one at fault.
template <bool kFull>
[[gnu::noinline]] Evaluator::Machine::Outcome Evaluator::Machine::run_steps(const Scope& scope, const Step*& at,
                                                                            const Step* const end, bool in_place,
                                                                            ValueView& out) {
  using Quick = Step::Quick;
  const Step* step = at;
  const auto count = static_cast<std::uint32_t>(end - step);
  ValueView* below;
  ValueView top;
  if constexpr (kFull) {
    (void)stack_.room(count + 1);
    below = stack_.end() - 1;
    top = *below;
  } else {
    below = stack_.room(count + 1);
  }
  std::conditional_t<kFull, std::uint64_t&, std::uint64_t> references = budget_.references_left;
  const auto flush = [&]() __attribute__((always_inline)) {
    *below = eval::in_words(top);
    stack_.set_end(below + 1);
  };
  const auto leave = [&](Outcome outcome) __attribute__((always_inline)) {
    flush();
    at = step;
    if constexpr (!kFull) {
      budget_.refund(static_cast<std::uint64_t>(end - step) - (outcome == Outcome::handed_over ? 0 : 1));
      budget_.references_left = references;
    }
    return outcome;
  };
  if constexpr (!kFull) {
    if (!budget_.charge_all(count)) [[unlikely]] {
      flush();
      return Outcome::handed_over;
    }
  }
  const auto push = [&](const ValueView& value) __attribute__((always_inline)) {
    *below++ = eval::in_words(top);
    top = eval::in_words(value);
  };
  // On two operands, and on one and the constant of this step, which saves the next one.
  const auto operate = [&]<char op>() __attribute__((always_inline)) {
    ValueView left = eval::in_words(below[-1]);
    if (!eval::calculate_numbers<op>(left, top)) return false;
    top = left;
    --below;
    return true;
  };
  const auto operate_constant = [&]<char op>() __attribute__((always_inline)) {
    if constexpr (kFull) {
      push(step->constant);
    } else if (eval::calculate_numbers<op>(top, step->constant)) {
      ++step;
    } else {
      push(step->constant);
    }
  };
  // A listener hears of each value, and of each field that is entered and left.
  const bool is_watched = kFull && listener_ != nullptr;
  const auto advance = [&]() __attribute__((always_inline)) {
    if constexpr (kFull) {
      if (is_watched) trace_step(*scope.program, *step, top);
    }
    ++step;
  };
  for (; step != end; advance()) {
    if constexpr (kFull) {
      if (!budget_.charge()) return leave(Outcome::over);
    }
    bool asked = kFull && asked_.pending;  // by the lean loop, just before it stopped
    const bool is_told = is_watched || asked;
    switch (step->quick) {
      case Quick::constant: push(step->constant); continue;
      case Quick::add_constant: operate_constant.template operator()<'+'>(); continue;
      case Quick::subtract_constant: operate_constant.template operator()<'-'>(); continue;
      case Quick::multiply_constant: operate_constant.template operator()<'*'>(); continue;
      case Quick::divide_constant: operate_constant.template operator()<'/'>(); continue;
      case Quick::power_constant: operate_constant.template operator()<'^'>(); continue;
      case Quick::add:
        if (operate.template operator()<'+'>()) continue;
        break;
      case Quick::subtract:
        if (operate.template operator()<'-'>()) continue;
        break;
      case Quick::multiply:
        if (operate.template operator()<'*'>()) continue;
        break;
      case Quick::divide:
        if (operate.template operator()<'/'>()) continue;
        break;
      case Quick::power:
        if (operate.template operator()<'^'>()) continue;
        break;
      case Quick::start:
        if (scope.sphere != Sphere::instance || !context_->run || references == 0 ||
            (!scope.is_open &&
             eval::find_binding(scope.given, run_fields(scope.sphere), scope.names[step->index].text) != nullptr)) {
          break;
        }
        push(ValueView(context_->run->scheduled_start));
        --references;
        continue;
      case Quick::name: {
        if (is_told) break;
        const FieldName& name = scope.names[step->index];
        const Binding* given = eval::find_binding(scope.given, name.text);
        if (given == nullptr && !scope.is_open) given = eval::find_binding({}, run_fields(scope.sphere), name.text);
        if (references == 0 || (given == nullptr && scope.object == kNoObject)) break;
        const eval::SingleField field = given != nullptr ? eval::single_field(given->field) : look(scope.object, name);
        ValueView value;
        if (!eval::plain_value(field, scope.sphere, value)) {
          asked = given == nullptr && was_asked(scope.object, name);
          break;
        }
        push(value);
        --references;
        continue;
      }
      case Quick::member: {
        if (is_told || references == 0 || !top.is(Kind::reference) || top.object() == kNoObject) break;
        const FieldName& name = scope.names[step->index];
        const std::span<const Binding> context = given_of(top.object()), run = run_fields(top.sphere());
        const Binding* const given =
            context.empty() && run.empty() ? nullptr : eval::find_binding(context, run, name.text);
        const eval::SingleField field = given != nullptr ? eval::single_field(given->field) : look(top.object(), name);
        if (!eval::plain_value(field, top.sphere(), top)) {
          asked = given == nullptr && was_asked(top.object(), name);
          break;
        }
        --references;
        continue;
      }
      case Quick::call: {
        const functions::Callable& function = *step->callee.function;
        *below = eval::in_words(top);
        ValueView* const arguments = below + 1 - step->count;
        if (!function.takes(arguments, step->count)) break;
        Call call = CallAccess::make(*this, arguments, step->count, step->callee.prepared, *context_);
        const bool last = !kFull && in_place && step + 1 == end;
        if (last) {
          const auto room = static_cast<std::uint64_t>(appending_.end - appending_.at);
          CallAccess::offer(call, appending_.at, std::min(room, arena.left()));
        }
        if (!run_body(function, call)) [[unlikely]]
          return leave(Outcome::failed);
        top = eval::in_words(CallAccess::result(call));
        if (last && top.is(Kind::string) && top.text().data() == appending_.at) {
          (void)arena.charge(top.text().size());  // as a text elsewhere; offered no more than is left
        }
        below = arguments;
        if (budget_.is_timed() && budget_.is_over()) [[unlikely]]
          return leave(Outcome::over);
        continue;
      }
      case Quick::none: break;
      default: __builtin_unreachable();
    }
    asked_.pending = asked;
    if constexpr (!kFull) {
      return leave(Outcome::handed_over);
    } else {
      const std::size_t height = frames_.size();
      flush();
      frames_.back().step = static_cast<std::uint32_t>(step - scope.program->steps.data());
      const bool good = execute(frames_.back(), *step);
      asked_.pending = false;
      if (!good) {
        at = step;
        return Outcome::reported;
      }
      if (frames_.size() != height) {
        at = step + 1;
        return Outcome::suspended;
      }
      (void)stack_.room(static_cast<std::size_t>(end - step) + 1);
      below = stack_.end() - 1;
      top = *below;
    }
  }
  if constexpr (kFull) {
    stack_.set_end(below - 1);
  } else {
    budget_.references_left = references;
  }
  out = top;
  return Outcome::done;
}

}  // namespace pipexpr
