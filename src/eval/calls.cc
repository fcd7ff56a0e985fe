// Calls: arguments converted, the body run, results kept in the arena.
#include <cmath>

#include "eval/call.h"
#include "eval/prepare.h"
#include "eval/steps.h"

namespace pipexpr {

bool Call::is_over() const { return CallAccess::is_over(engine_); }

char* Call::other_room(std::size_t size) {
  room_ = CallAccess::machine(engine_).arena.allocate(size);
  if (room_ == nullptr) is_out_of_memory_ = true;
  return room_;
}

void Call::keep(std::size_t written) { CallAccess::machine(engine_).arena.shrink(room_ + written); }

bool Call::give(std::string_view text) {
  char* const to = room(text.size());
  if (to == nullptr) return false;
  text.copy(to, text.size());
  return give_room(text.size());
}

bool Call::fail(DiagnosticCode code, std::string message) {
  eval::Fault& fault = CallAccess::machine(engine_).fault;
  fault.code = code;
  fault.message = std::move(message);
  fault.argument = -1;
  fault.part = {};
  return false;
}

bool Call::fail_at(std::size_t argument, SourceSpan part, DiagnosticCode code, std::string message) {
  fail(code, std::move(message));
  eval::Fault& fault = CallAccess::machine(engine_).fault;
  fault.argument = static_cast<int>(argument);
  fault.part = part;
  return false;
}

bool Evaluator::Machine::call(const Program& program, const Step& step) {
  const FunctionSpec& function = *program.functions[step.index];
  const std::size_t base = stack_.size() - step.count;
  ValueView* const given = stack_.data() + base;
  std::size_t lists = 0, list_at = 0;
  for (std::size_t i = 0; i < step.count; ++i) {
    if (!given[i].is(Kind::list) || function.takes_list(i)) continue;
    ++lists;
    list_at = i;
  }
  ValueView value;
  if (lists == 0) {
    if (!call_once(program, step, given, value)) return false;
    stack_.shrink(base);
    stack_.push_back(value);
    return true;
  }
  if (lists > 1) return fail(DiagnosticCode::several_list_arguments, function.name, lists);
  const ValueView list = given[list_at];
  ValueView* const items = list_room(list.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (!charge()) return false;
    stack_[base + list_at] = list.begin()[i];
    if (!call_once(program, step, given, items[i])) return false;
    if (items[i].is(Kind::list)) {  // lists never nest
      return fail(DiagnosticCode::wrong_argument_kind, list_at + 1, function.name,
                  kind_name(function.parameter(list_at).kind), "a list");
    }
  }
  stack_.shrink(base);
  stack_.push_back(ValueView(items, list.size()));
  return true;
}

// One call of values that are no lists.
bool Evaluator::Machine::call_once(const Program& program, const Step& step, const ValueView* given, ValueView& out) {
  const FunctionSpec& function = *program.functions[step.index];
  const ValueView* arguments = given;
  for (std::size_t i = 0; i < step.count; ++i) {
    if (given[i].is(function.parameter(i).kind)) continue;
    if (!convert_arguments(function, given, step.count)) return false;
    arguments = arguments_.data();
    break;
  }
  const void* prepared = nullptr;
  if (step.callee.prepared != nullptr) {
    prepared = step.callee.prepared;
  } else if (function.prepare) {
    prepared = prepare(program.functions[step.index], arguments[function.prepared_parameter].text());
    if (prepared == nullptr) return fail_here();
  }
  return invoke(*step.callee.function, arguments, step.count, prepared, out);
}

// Why a call has no result, as a finished message.
[[gnu::noinline, gnu::cold]] bool Evaluator::Machine::refused(const FunctionSpec& function, Call& call) {
  if (CallAccess::is_out_of_memory(call)) {
    limit_fault(DiagnosticCode::limit_memory_bytes, &Limits::max_memory_bytes);
    return false;
  }
  if (fault.code == DiagnosticCode::internal_fault) call.fail("");  // it returned false and nothing else
  if (fault.code == DiagnosticCode::function_failed) fault.message = eval::failure_message(function, fault.message);
  return false;
}

// A result must be what the function was registered with, and a number that has a text.
[[gnu::noinline]] bool Evaluator::Machine::check_result(const FunctionSpec& function, Call& call) {
  const ValueView& returned = CallAccess::result(call);
  if (CallAccess::is_out_of_memory(call)) return refused(function, call);
  if (!returned.is(function.result) && function.result != kAnyKind) {
    return fault.set(
        DiagnosticCode::function_failed, function.name,
        returned.is(Kind::unset)
            ? fmt::format("it returned no result, but declares {}", kind_name(function.result))
            : fmt::format("it returned {}, but declares {}", kind_name(returned.kind()), kind_name(function.result)));
  }
  const ValueView* const begin = returned.is(Kind::list) ? returned.begin() : &returned;
  const ValueView* const end = returned.is(Kind::list) ? returned.end() : &returned + 1;
  for (const ValueView* item = begin; item != end; ++item) {
    if (item->is(Kind::number) && !std::isfinite(item->number())) {
      return fault.set(DiagnosticCode::not_finite, fmt::format("the result of {}", function.name));
    }
    if (item->is(Kind::reference) && item->object() == kNoObject) {
      return fault.set(DiagnosticCode::function_failed, function.name, "it returned a reference to no object");
    }
  }
  return true;
}

// Runs the body on arguments of the right kinds. `out` may be one of them.
bool Evaluator::Machine::invoke(const functions::Callable& function, const ValueView* arguments, std::size_t count,
                                const void* prepared, ValueView& out) {
  Call call = CallAccess::make(*this, arguments, count, prepared, *context_);
  if (!run_body(function, call)) return fail_here();
  out = eval::in_words(CallAccess::result(call));
  return !budget_.is_timed() || !budget_.is_over() || report_over();
}

bool Evaluator::Machine::convert_arguments(const FunctionSpec& function, const ValueView* given, std::size_t count) {
  if (arguments_.size() < count) arguments_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!eval::convert(given[i], function.parameter(i).kind, i + 1, function.name, arguments_[i], fault)) {
      fault.argument = static_cast<int>(i);
      return fail_here();
    }
  }
  return true;
}

// What prepare makes of an argument that is no literal, remembered for as long as it is likely to come again.
const void* Evaluator::Machine::prepare(const std::shared_ptr<const FunctionSpec>& function, std::string_view text) {
  constexpr std::size_t kMost = 32, kLong = 65'536;
  for (const Preparation& known : prepared_) {
    if (known.function == function && known.text == text) return known.object.get();
  }
  Prepared made = eval::prepare_argument(*function, text, limits_);
  if (made.object == nullptr) {
    fault.code = made.code;
    fault.message = std::move(made.message);
    fault.argument = static_cast<int>(function->prepared_parameter);
    fault.part = made.part;
    return nullptr;
  }
  if (text.size() > kLong) {
    prepared_.clear();  // at most one long one is kept
  } else if (prepared_.size() == kMost) {
    prepared_.erase(prepared_.begin());
  }
  return prepared_.emplace_back(Preparation{function, std::string(text), std::move(made.object)}).object.get();
}

}  // namespace pipexpr
