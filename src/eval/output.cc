// Evaluation into a caller's buffer: the top template's texts are written where they will stay, as they come. What does
// not go so (a list among texts, a text beyond the limit) makes what has been written the first part of a text that is
// joined at the end.
#include <algorithm>

#include "eval/machine.h"

namespace pipexpr {

// Room for so many bytes at `at`, where there is not enough; false when the limit does not allow them. The buffer's
// size stays what it was, so that nothing has to be taken back after a fault.
[[gnu::noinline]] bool Evaluator::Machine::make_room(std::size_t size) {
  TextBuffer& out = *appending_.out;
  const std::size_t written = appended();
  if (size > limits_.max_output_bytes - written) return false;
  out.commit(written);
  appending_.at = out.room(size);
  out.truncate(appending_.begin);
  find_end();
  return true;
}

// What has been written becomes a part, and further texts do, too.
[[gnu::noinline, gnu::cold]] void Evaluator::Machine::stop_appending() {
  const std::size_t size = appended();
  wanted_ = Wanted::parts;
  if (size == 0) return;
  char* const kept = arena.allocate_uncharged(size);
  const char* const text = appending_.out->room(0);
  std::copy(text, text + size, kept);
  parts.push_back(ValueView(std::string_view(kept, size)));
}

bool Evaluator::Machine::append_value(const ValueView& value) {
  switch (value.kind()) {
    case Kind::string: append_text(value.text()); return true;
    case Kind::reference: append_text(graph->id(value.object())); return true;
    case Kind::unset: return true;
    case Kind::list:
      stop_appending();
      parts.push_back(value);
      return true;
    default: break;
  }
  if (write_value(value)) return true;
  if (eval::written_room(value.kind()) > arena.left()) return fail_memory();
  stop_appending();
  return add_part(value);
}

// A value that is no text, where there is memory and capacity for it; false: nothing has been done.
bool Evaluator::Machine::write_value(const ValueView& value) {
  const std::size_t most = eval::written_room(value.kind());
  if (value.is(Kind::unset)) return true;
  if (most == 0 || most > arena.left()) return false;
  if (most > static_cast<std::size_t>(appending_.end - appending_.at) && !make_room(most)) return false;
  appending_.at = write_charged(value, appending_.at);
  return true;
}

}  // namespace pipexpr
