// What a compiled template holds in memory.
#include "eval/program.h"

namespace pipexpr::eval {

std::size_t Program::memory_bytes() const {
  std::size_t bytes = sizeof(Program) + owned.capacity();
  bytes += segments.capacity() * sizeof(Segment) + nodes.capacity() * sizeof(syntax::Node);
  bytes += steps.capacity() * sizeof(Step);
  bytes += names.capacity() * sizeof(FieldName) + functions.capacity() * sizeof(void*) * 2;
  return bytes + prepared.capacity() * sizeof(void*) * 2 + texts.capacity() * sizeof(void*);
}

}  // namespace pipexpr::eval
