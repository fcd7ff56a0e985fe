// Texts and values of a template on their way, and finishing the top template's value or its parts.
#include "eval/output.h"

#include <algorithm>

#include "base/short_copy.h"

namespace pipexpr::eval {

// What has been written becomes a part, and further texts do, too.
[[gnu::noinline, gnu::cold]] void Output::stop_appending() {
  const std::size_t size = buffer_.written();
  wanted_ = Wanted::parts;
  if (size == 0) return;
  char* const kept = state_.arena.allocate_uncharged(size);
  std::copy_n(buffer_.text(), size, kept);
  state_.parts.push_back(ValueView(std::string_view(kept, size)));
}

void Output::add_text(std::string_view text) {
  if (is_appending()) {
    if (text.size() <= static_cast<std::size_t>(buffer_.end() - buffer_.at()) || buffer_.grow(text.size())) {
      buffer_.set_at(base::copy(buffer_.at(), text));
      return;
    }
    stop_appending();
  }
  state_.parts.push_back(ValueView(text));
}

bool Output::add_value(const ValueView& value) {
  if (is_appending()) return append_value(value);
  const Kind kind = value.kind();
  const bool is_whole =
      state_.frames.back().program->is_single() && (state_.frames.size() != 1 || wanted_ == Wanted::value);
  if (kind == Kind::string || kind == Kind::list || is_whole) {
    state_.parts.push_back(value);
    return true;
  }
  if (kind == Kind::unset) {
    // Every segment after a list is one part, by which the joiner tells whose a part is.
    if (!state_.frames.back().program->is_single()) state_.parts.push_back(ValueView(std::string_view("")));
    return true;
  }
  ValueView text;
  if (!joiner_.to_text(value, text)) return false;
  state_.parts.push_back(value.is_secret() ? text.as_secret() : text);
  return true;
}

bool Output::append_value(const ValueView& value) {
  switch (value.kind()) {
    case Kind::string: add_text(value.text()); return true;
    case Kind::reference: add_text(state_.graph->id(value.object())); return true;
    case Kind::unset: return true;
    case Kind::list:
      stop_appending();
      state_.parts.push_back(value);
      return true;
    default: break;
  }
  if (buffer_.write_value(value)) return true;
  if (max_written(value.kind()) > state_.arena.left()) return errors_.out_of_memory();
  stop_appending();
  return add_value(value);
}

bool Output::finish() {
  // Where an expression of the top template has failed, its parts are incomplete.
  if (errors_.has_failed() || wanted_ == Wanted::appended) return true;
  const bool is_single = state_.frames.back().program->is_single();
  return wanted_ == Wanted::parts ? finish_parts(is_single) : finish_value(is_single);
}

bool Output::finish_value(bool is_single) {
  ValueView value;
  if (is_single) {
    value = state_.parts.back();
  } else if (!joiner_.join({state_.parts.begin(), state_.parts.end()}, value)) {
    return false;
  }
  if (state_.reads_secrets && has_secret({state_.parts.begin(), state_.parts.end()})) value = value.as_secret();
  state_.parts.clear();
  if (value.is(Kind::string) && value.text().size() > state_.limits.max_output_bytes) {
    return errors_.limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
  }
  ValueView whole;  // a list is as long as its text, so that all ways to evaluate agree
  if (value.is(Kind::list) && !joiner_.list_text(value, whole)) return false;
  result_ = value;
  return true;
}

// The parts become texts that are to be written one after the other.
bool Output::finish_parts(bool is_single) {
  Stack<ValueView>& parts = state_.parts;
  const bool is_text =
      std::all_of(parts.begin(), parts.end(), [](const ValueView& part) { return part.is(Kind::string); });
  if (!is_text) {  // a list is among them
    ValueView list = parts[0];
    if (!is_single && !joiner_.join({parts.begin(), parts.end()}, list)) return false;
    parts.shrink(1);
    if (!joiner_.list_text(list, parts[0])) return false;
  }
  std::uint64_t size = 0;
  for (const ValueView& part : parts) size += part.text().size();
  if (size > state_.limits.max_output_bytes) {
    return errors_.limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
  }
  size_ = size;
  return true;
}

void Output::commit() {
  if (wanted_ == Wanted::appended) {
    buffer_.commit();
  } else {
    buffer_.commit_parts(state_.parts, size_);
  }
}

}  // namespace pipexpr::eval
