// Joining texts and lists: texts are joined once, when all are known; a list among them makes the value a list.
#include "eval/text_joiner.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/report.h"
#include "base/short_copy.h"
#include "eval/convert.h"
#include "eval/list_text.h"

namespace pipexpr::eval {

ValueView* TextJoiner::allocate_list(std::uint64_t count) {
  if (count > state_.limits.max_list_items) {
    errors_.limit(DiagnosticCode::limit_list_items, &Limits::max_list_items);
    return nullptr;
  }
  auto* const memory = state_.arena.allocate_values<ValueView>(count);
  if (memory == nullptr) errors_.out_of_memory();
  return memory;
}

bool TextJoiner::to_text(const ValueView& value, ValueView& out) {
  return eval::to_text(value, state_.graph, state_.arena, out) || errors_.out_of_memory();
}

bool TextJoiner::join_texts(std::span<const ValueView> texts, ValueView& out, bool charged) {
  if (texts.size() <= 1) {
    out = ValueView(texts.empty() ? std::string_view("") : texts[0].text());
    return true;
  }
  std::uint64_t size = 0;
  for (const ValueView& text : texts) size += text.text().size();
  if (size > state_.limits.max_output_bytes)
    return errors_.limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
  // A first text at the end of the arena is prolonged, so that a + b + c + ... takes linear time.
  const std::string_view first = texts[0].text();
  const bool prolonged = state_.arena.ends_at(first.data() + first.size(), size - first.size());
  const std::size_t more = prolonged ? size - first.size() : size;
  char* const memory = charged ? state_.arena.allocate(more) : state_.arena.allocate_uncharged(more);
  if (memory == nullptr) return errors_.out_of_memory();
  char* to = prolonged ? memory : base::copy(memory, first);
  for (const ValueView& text : texts.subspan(1)) to = base::copy(to, text.text());
  out = ValueView(std::string_view(prolonged ? first.data() : memory, size));
  return true;
}

// A text with one list in it: the text around it with each item, in order. What precedes and follows the list is
// joined once: it may be many parts, and the list may have many items.
bool TextJoiner::join_list(std::span<const ValueView> parts, std::size_t at, ValueView& out) {
  const ValueView list = parts[at];
  ValueView around[3];
  if (!join_texts(parts.first(at), around[0], false)) return false;
  if (!join_texts(parts.subspan(at + 1), around[2], false)) return false;
  // Each costs its length, in one part or in many.
  if (!state_.arena.charge(around[0].text().size() + around[2].text().size())) return errors_.out_of_memory();
  ValueView* const items = allocate_list(list.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (!state_.budget.charge()) return errors_.over();
    if (!to_text(list.begin()[i], around[1])) return false;
    if (!join_texts(around, items[i])) return false;
  }
  out = ValueView(items, list.size());
  return true;
}

// They are told by how many parts there are from each to the end, as the beginning of a template may be one part of
// many segments.
[[gnu::noinline, gnu::cold]] bool TextJoiner::fail_of_two_lists(std::size_t first, std::size_t second) {
  const Program& program = *state_.frames.back().program;
  const auto source = [&](std::size_t from_end) {
    const std::size_t count = program.segments.size();
    return base::excerpt(program.source(program.segments[count - std::min(from_end, count)].text));
  };
  return errors_.fail(DiagnosticCode::several_lists_in_text, source(first), source(second));
}

bool TextJoiner::join(std::span<const ValueView> parts, ValueView& out, bool charged) {
  std::size_t list = parts.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].is(Kind::list)) continue;
    if (list != parts.size()) return fail_of_two_lists(parts.size() - list, parts.size() - i);
    list = i;
  }
  return list != parts.size() ? join_list(parts, list, out) : join_texts(parts, out, charged);
}

bool TextJoiner::list_text(const ValueView& list, ValueView& out) {
  ValueView* const texts = allocate_list(list.size());
  if (texts == nullptr) return false;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (!to_text(list.begin()[i], texts[i])) return false;
  }
  const auto item = [&](std::uint64_t i) { return ListItemText{list.begin()[i].kind(), texts[i].text()}; };
  const std::uint64_t size = list_text_size(list.size(), item);
  if (size > state_.limits.max_output_bytes)
    return errors_.limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
  char* const memory = state_.arena.allocate(size);
  if (memory == nullptr) return errors_.out_of_memory();
  const char* const end = write_list_text(memory, list.size(), item);
  out = ValueView(std::string_view(memory, static_cast<std::size_t>(end - memory)));
  return true;
}

}  // namespace pipexpr::eval
