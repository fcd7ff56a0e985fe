// Lists that functions give: items and texts are copied into the evaluation's memory.
#include <algorithm>

#include "base/limit_diagnostic.h"
#include "eval/call.h"

namespace pipexpr {

bool Call::give_list(std::span<const ValueView> items) {
  const Limits& limits = CallAccess::limits(engine_);
  if (items.size() > limits.max_list_items) {
    constexpr DiagnosticCode kCode = DiagnosticCode::limit_list_items;
    return fail(kCode, base::limit_reached(kCode, {}, &Limits::max_list_items, limits).message);
  }
  auto* const copied = CallAccess::machine(engine_).arena.allocate_values<ValueView>(items.size());
  if (copied == nullptr) return other_room(~std::size_t{0}) != nullptr;  // reports that there is no memory
  ValueView* to = copied;
  for (const ValueView& item : items) {
    if (item.is(Kind::list)) return fail("an item of the list is a list itself");
    ValueView& made = *to++ = item;
    if (!item.is(Kind::string)) continue;
    const std::string_view text = item.text();
    char* const memory = other_room(text.size());
    if (memory == nullptr) return false;
    text.copy(memory, text.size());
    made = ValueView(std::string_view(memory, text.size()), item.slot());
  }
  return result_ = ValueView(copied, static_cast<std::uint32_t>(items.size())), true;
}

bool Call::give_list(const std::vector<std::string>& items) {
  std::vector<ValueView> views;
  views.reserve(items.size());
  for (const std::string& item : items) views.emplace_back(std::string_view(item));
  return give_list(views);
}

}  // namespace pipexpr
