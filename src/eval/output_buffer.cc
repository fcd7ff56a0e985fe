// Growing the caller's buffer and writing values to it.
#include "eval/output_buffer.h"

#include "base/short_copy.h"

namespace pipexpr::eval {

[[gnu::noinline]] bool OutputBuffer::grow(std::size_t size) {
  const std::size_t before = written();
  if (size > state_.limits.max_output_bytes - before) return false;
  buffer_->commit(before);
  at_ = buffer_->prepare(size);
  buffer_->truncate(begin_);
  find_end();
  return true;
}

bool OutputBuffer::write_value(const ValueView& value) {
  const std::size_t most = max_written(value.kind());
  if (value.is(Kind::unset)) return true;
  if (most == 0 || most > state_.arena.left()) return false;
  if (most > static_cast<std::size_t>(end_ - at_) && !grow(most)) return false;
  at_ = write_charged(value, at_);
  return true;
}

void OutputBuffer::commit_parts(const Stack<ValueView>& parts, std::size_t size) {
  char* to = buffer_->prepare(size);
  for (const ValueView& part : parts) to = base::copy(to, part.text());
  buffer_->commit(size);
}

}  // namespace pipexpr::eval
