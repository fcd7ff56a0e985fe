// Call: what a function's body does with its call. Texts and lists that it returns are copied into the evaluation's
// memory.
#include <algorithm>

#include <fmt/format.h>

#include "base/limit_diagnostic.h"
#include "eval/call_access.h"

namespace pipexpr {

using eval::CallAccess;
using eval::EvalError;

bool Call::is_over() const { return CallAccess::state(engine_).budget.is_over(); }

char* Call::allocate_elsewhere(std::size_t size) {
  text_ = CallAccess::state(engine_).arena.allocate(size);
  text_size_ = text_ == nullptr ? 0 : size;
  if (text_ == nullptr) is_out_of_memory_ = true;
  return text_;
}

void Call::shrink_text(std::size_t written) {
  if (text_ != nullptr) CallAccess::state(engine_).arena.shrink(text_ + written);
}

bool Call::refuse_text(std::size_t written) {
  return fail(text_size_ == 0
                  ? "it returned a string for which no memory was allocated"
                  : fmt::format("it returned a string of {} bytes, but {} were allocated", written, text_size_));
}

bool Call::return_value(std::string_view text) {
  char* const to = allocate_text(text.size());
  if (to == nullptr) return false;
  text.copy(to, text.size());
  return return_text(text.size());
}

bool Call::fail(DiagnosticCode code, std::string message) {
  EvalError& error = CallAccess::state(engine_).error;
  error.code = code;
  error.message = std::move(message);
  error.argument = -1;
  error.part = {};
  return false;
}

bool Call::fail_at(std::size_t argument, SourceSpan part, DiagnosticCode code, std::string message) {
  fail(code, std::move(message));
  EvalError& error = CallAccess::state(engine_).error;
  error.argument = static_cast<int>(argument);
  error.part = part;
  return false;
}

bool Call::return_list(std::span<const ValueView> items) {
  text_ = nullptr;  // what was allocated for a string before is no longer the arena's last memory
  text_size_ = 0;
  const Limits& limits = CallAccess::state(engine_).limits;
  if (items.size() > limits.max_list_items) {
    constexpr DiagnosticCode kCode = DiagnosticCode::limit_list_items;
    return fail(kCode, base::limit_reached(kCode, {}, &Limits::max_list_items, limits).message);
  }
  auto* const copied = CallAccess::state(engine_).arena.allocate_values<ValueView>(items.size());
  if (copied == nullptr) return is_out_of_memory_ = true, false;
  ValueView* to = copied;
  for (const ValueView& item : items) {
    if (item.is(Kind::list)) return fail("an item of the list is a list itself");
    ValueView& made = *to++ = item;
    if (!item.is(Kind::string)) continue;
    const std::string_view text = item.text();
    char* const memory = CallAccess::state(engine_).arena.allocate(text.size());
    if (memory == nullptr) return is_out_of_memory_ = true, false;
    text.copy(memory, text.size());
    made = ValueView(std::string_view(memory, text.size()), item.slot());
  }
  return result_ = ValueView(copied, static_cast<std::uint32_t>(items.size())), true;
}

bool Call::return_list(const std::vector<std::string>& items) {
  std::vector<ValueView> views;
  views.reserve(items.size());
  for (const std::string& item : items) views.emplace_back(std::string_view(item));
  return return_list(views);
}

}  // namespace pipexpr
