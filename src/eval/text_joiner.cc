// Parts of a template on their way to its value: texts are joined once, when all are known; a list among them makes
// the value a list.
#include "eval/machine.h"

namespace pipexpr {

bool Evaluator::Machine::add_part(const ValueView& value) {
  const Kind kind = value.kind();
  const bool whole = frames_.back().program->is_single() && (frames_.size() != 1 || wanted_ == Wanted::value);
  if (kind == Kind::string || kind == Kind::list || whole) {
    parts.push_back(value);
    return true;
  }
  if (kind == Kind::unset) return true;
  ValueView text;
  if (!eval::to_text(value, graph, arena, text)) return fail_memory();
  parts.push_back(text);
  return true;
}

ValueView* Evaluator::Machine::list_room(std::uint64_t count) {
  if (count > limits_.max_list_items) {
    fail_limit(DiagnosticCode::limit_list_items, &Limits::max_list_items);
    return nullptr;
  }
  auto* const room = arena.allocate_values<ValueView>(count);
  if (room == nullptr) fail_memory();
  return room;
}

bool Evaluator::Machine::join_texts(const ValueView* texts, std::size_t count, ValueView& out, bool charged) {
  if (count <= 1) {
    out = ValueView(count == 0 ? std::string_view("") : texts[0].text());
    return true;
  }
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < count; ++i) size += texts[i].text().size();
  if (size > limits_.max_output_bytes) return fail_limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
  // A first text at the end of the arena is prolonged, so that a + b + c + ... takes linear time.
  const std::string_view first = texts[0].text();
  const bool prolonged = arena.ends_at(first.data() + first.size(), size - first.size());
  const std::size_t more = prolonged ? size - first.size() : size;
  char* const room = charged ? arena.allocate(more) : arena.allocate_uncharged(more);
  if (room == nullptr) return fail_memory();
  char* to = prolonged ? room : base::copy(room, first);
  for (std::size_t i = 1; i < count; ++i) to = base::copy(to, texts[i].text());
  out = ValueView(std::string_view(prolonged ? first.data() : room, size));
  return true;
}

// A text with one list in it: the text around it with each item, in order. What stands before and behind the list is
// joined once: it may be many parts, and the list may have many items.
bool Evaluator::Machine::join_list(std::size_t from, std::size_t at, ValueView& out) {
  const ValueView list = parts[at];
  ValueView around[3];
  if (!join_texts(parts.data() + from, at - from, around[0], false)) return false;
  if (!join_texts(parts.data() + at + 1, parts.size() - at - 1, around[2], false)) return false;
  // Each costs its length, in one part or in many.
  if (!arena.charge(around[0].text().size() + around[2].text().size())) return fail_memory();
  ValueView* const items = list_room(list.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (!charge()) return false;
    if (!eval::to_text(list.begin()[i], graph, arena, around[1])) return fail_memory();
    if (!join_texts(around, 3, items[i])) return false;
  }
  out = ValueView(items, list.size());
  return true;
}

bool Evaluator::Machine::join_parts(std::size_t from, ValueView& out, bool charged) {
  std::size_t list = parts.size();
  for (std::size_t i = from; i < parts.size(); ++i) {
    if (!parts[i].is(Kind::list)) continue;
    if (list != parts.size()) return fail(DiagnosticCode::several_lists_in_text);
    list = i;
  }
  if (list != parts.size()) return join_list(from, list, out);
  return join_texts(parts.data() + from, parts.size() - from, out, charged);
}

namespace {

// JSON's quoting. Bytes that are no UTF-8 stay: the engine is blind to encodings.
std::size_t quoted_size(std::string_view text) {
  std::size_t size = 2;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    size += c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' ? 2 : byte < 0x20 ? 6 : 1;
  }
  return size;
}

char* quote(char* to, std::string_view text) {
  *to++ = '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const char letter = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
    if (letter != c || c == '"' || c == '\\') {
      *to++ = '\\';
      *to++ = letter;
    } else if (byte < 0x20) {
      to = fmt::format_to(to, "\\u{:04x}", byte);
    } else {
      *to++ = c;
    }
  }
  *to++ = '"';
  return to;
}

}  // namespace

// A list as text: ["a", "b"], numbers bare (rule 4.8).
bool Evaluator::Machine::list_text(const ValueView& list, ValueView& out) {
  ValueView* const texts = list_room(list.size());
  if (texts == nullptr) return false;
  std::uint64_t size = 2;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const ValueView& item = list.begin()[i];
    if (!eval::to_text(item, graph, arena, texts[i])) return fail_memory();
    const bool bare = item.is(Kind::integer) || item.is(Kind::number);
    size += (i == 0 ? 0 : 2) + (bare ? texts[i].text().size() : quoted_size(texts[i].text()));
  }
  if (size > limits_.max_output_bytes) return fail_limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
  char* const room = arena.allocate(size);
  if (room == nullptr) return fail_memory();
  char* to = room;
  *to++ = '[';
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (i != 0) {
      *to++ = ',';
      *to++ = ' ';
    }
    const Kind kind = list.begin()[i].kind();
    const std::string_view text = texts[i].text();
    to = kind == Kind::integer || kind == Kind::number ? std::copy(text.begin(), text.end(), to) : quote(to, text);
  }
  *to++ = ']';
  out = ValueView(std::string_view(room, static_cast<std::size_t>(to - room)));
  return true;
}

// The top template's parts, as texts to be written one after the other.
bool Evaluator::Machine::finish_parts() {
  bool plain = true;
  for (const ValueView& part : parts) plain = plain && part.is(Kind::string);
  if (!plain) {  // a list is among them
    ValueView list = parts[0];
    if (!frames_.back().program->is_single() && !join_parts(0, list)) return false;
    parts.shrink(1);
    if (!list_text(list, parts[0])) return false;
  }
  std::uint64_t size = 0;
  for (const ValueView& part : parts) size += part.text().size();
  if (size > limits_.max_output_bytes) return fail_limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
  parts_bytes = size;
  frames_.pop_back();
  return true;
}

}  // namespace pipexpr
