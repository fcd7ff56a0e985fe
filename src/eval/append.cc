// Evaluation into a caller's buffer: the top template's texts are written where they will stay, as they come. What does
// not go so (a list among texts, a text beyond the limit) starts the evaluation over, with parts that are joined at the
// end: that way knows all the cases and all the errors.
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

bool Evaluator::Machine::append_value(const ValueView& value) {
  switch (value.kind()) {
    case Kind::string: return append_text(value.text());
    case Kind::reference: return append_text(graph->id(value.object()));
    case Kind::unset: return true;
    case Kind::list: return start_over();
    default: break;
  }
  const std::size_t most = eval::written_room(value.kind());
  if (most > arena.left()) return fail_memory();
  if (most > static_cast<std::size_t>(appending_.end - appending_.at) && !make_room(most)) return start_over();
  appending_.at = write_charged(value, appending_.at);
  return true;
}

}  // namespace pipexpr
