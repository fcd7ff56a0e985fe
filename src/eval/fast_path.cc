// The fast path: the texts of a template are written where they will stay, and its expressions are evaluated by the
// lean instantiation of the step loop. A field whose text is a template itself is written in place, too. Whatever comes
// up that it does not do (a list, an error, a text that has yet to be compiled, a result beyond the limit) is the
// interpreter's.
#include "eval/fast_path.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/short_copy.h"
#include "base/short_equal.h"
#include "eval/segment_loop.h"

namespace pipexpr::eval {

// Makes the frames, the memo and the parts that the interpreter would have at that step of that segment; what has been
// written for a field becomes a part of its text.
[[gnu::noinline, gnu::cold]] void FastPath::hand_over(const Level* levels, std::size_t depth, const Written* written,
                                                      std::size_t count, const Scope& scope, const Segment* segment,
                                                      const Step* step) {
  State& state = parts_.state;
  depth_ = 0;  // from here on the frames say it
  parts_.output.want(Output::Wanted::appended);
  const char* const text = parts_.buffer.text();
  const auto keep = [&](std::size_t begin, std::size_t end) {
    char* const kept = state.arena.allocate_uncharged(end - begin);  // it has been charged, or costs nothing
    std::copy(text + begin, text + end, kept);
    return std::string_view(kept, end - begin);
  };
  const auto enter = [&](const Program& program, const FieldName* names, ObjectId object) -> Frame& {
    Frame& frame = state.frames.push();
    frame = Frame();
    frame.program = &program;
    frame.names = names;
    frame.object = object;
    frame.sphere = scope.sphere;
    frame.parts_base = static_cast<std::uint32_t>(state.parts.size());
    return frame;
  };
  const auto at_segment = [&](Frame& frame, const Segment* at) {
    frame.segment = static_cast<std::uint32_t>(at - frame.program->segments.data());
  };
  bool fresh = false;
  for (const Written* one = written; one != written + count; ++one) {
    const Memo::Key key{one->identity, one->owner, scope.sphere, one->name->text};
    (void)parts_.fields.memo().find(key, fresh);
    if (!one->is_open)
      parts_.fields.memo().finish(
          key, one->is_value ? one->value : ValueView(keep(one->begin, one->begin + one->size), one->type));
  }
  const std::size_t end = parts_.buffer.written();
  for (std::size_t i = 0; i <= depth; ++i) {
    const bool is_last = i == depth;
    Frame& frame = is_last ? enter(*scope.program, scope.names, scope.object)
                           : enter(*levels[i].program, levels[i].names, levels[i].object);
    if (i != 0) {
      const Written& field = *levels[i - 1].field;
      frame.memoised = true;
      frame.slot = field.type;
      frame.name = field.name->text;
      frame.identity = field.identity;
      const std::size_t until = is_last ? end : levels[i].field->begin;
      if (field.is_value) {
        state.parts.push_back(field.value);
      } else if (until != field.begin) {
        state.parts.push_back(ValueView(keep(field.begin, until)));
      }
    }
    at_segment(frame, is_last ? segment : levels[i].segment);
    if (!is_last) {
      frame.step = levels[i].segment->end_step;  // it has moved on: its value comes
      frame.in_expression = true;
    } else if (step != nullptr) {
      frame.step = static_cast<std::uint32_t>(step - scope.program->steps.data());
      frame.in_expression = true;
    }
  }
  // The expressions of the outer templates have no operands: one unused place each, below the innermost one's values.
  const std::size_t height = state.stack.size();
  for (std::size_t i = 0; i < depth; ++i) state.stack.push_back(ValueView());
  for (std::size_t i = height; i-- > 0;) state.stack[i + depth] = state.stack[i];
  state.depth = depth;
  if (depth != 0) parts_.buffer.set_at(parts_.buffer.text() + levels[0].field->begin);
}

// The frames that say which fields led there, and nothing else of them.
[[gnu::noinline, gnu::cold]] void FastPath::keep_path() {
  const std::size_t depth = std::exchange(depth_, 0);
  if (depth == 0) return;
  const Level* const outer = levels();
  for (std::size_t i = 0; i <= depth; ++i) {
    Frame& frame = parts_.state.frames.push();
    frame = Frame();
    frame.program = i == depth ? outer[i - 1].inner : outer[i].program;
    if (i != 0) {
      frame.object = outer[i - 1].field->owner;
      frame.name = outer[i - 1].field->name->text;
    }
    if (i == depth) break;
    frame.segment = static_cast<std::uint32_t>(outer[i].segment - frame.program->segments.data());
    frame.step = outer[i].segment->end_step;
  }
}

// Where the loop writes. Its members are in registers: after every byte that is written, a member of the output would
// have to be read again.
class FastPath::TemplateWriter {
 public:
  [[gnu::always_inline]] TemplateWriter(FastPath& path, const Program& program, const FieldName* names, Level* levels,
                                        Written* written)
      : next(program.segments.data()),
        end(next + program.segments.size()),
        path_(path),
        parts_(path.parts_),
        state_(path.parts_.state),
        at_(parts_.buffer.at()),
        at_end_(parts_.buffer.end()),
        levels_(levels),
        level_(levels),
        written_(written),
        scope_(program, names, state_.context->object,
               state_.context->run.has_value() ? Sphere::instance : Sphere::component, *state_.context),
        special_(state_.context->fields.empty() && (!state_.context->run || state_.context->run->attempt == 0)
                     ? kNoObject
                     : state_.context->object),
        table_(state_.graph->table()) {}

  const Segment* next;
  const Segment* end;

  [[gnu::always_inline]] bool is_outermost() {
    parts_.buffer.set_at(at_);
    return level_ == levels_;
  }

  // The text of a field has been written: the template goes on that it stands in.
  [[gnu::always_inline]] bool leave() {
    Written& field = *level_[-1].field;
    field.size = parts_.buffer.written() - field.begin;
    if (!scope_.program->is_single() && !state_.arena.charge(field.size)) return stop(end, nullptr);
    field.is_open = false;
    const Level& outer = *--level_;
    --path_.depth_;
    if (field.is_value && level_ != levels_ && outer.program->is_single()) {
      level_[-1].field->is_value = true;
      level_[-1].field->value = field.value;
    }
    enter(*outer.program, outer.names, outer.object);
    next = outer.segment + 1;
    return true;
  }

  [[gnu::always_inline]] bool write_literal(const Segment& segment) {
    const char* const text = scope_.program->text.data() + segment.text.offset;
    if (segment.is_wide != 0 && Segment::kWide <= capacity()) {
      std::memcpy(at_, text, Segment::kWide);
      at_ += segment.text.length;
      return true;
    }
    return put({text, segment.text.length}) || stop(&segment, nullptr);
  }

  [[gnu::always_inline]] Evaluated evaluate(const Segment& segment, ValueView& value) {
    return segment.is_path == 0 || !scope_.is_open ? run(segment, value) : walk(segment, value);
  }

  [[gnu::always_inline]] bool write_value(const Segment& segment, ValueView& value) {
    if (value.is(Kind::string)) return put(value.text()) || stop_with(segment, value);
    // A field that is one expression keeps a value that its text would lose.
    const bool is_kept =
        level_ != levels_ && scope_.program->is_single() && !value.is(Kind::integer) && !value.is(Kind::number);
    if (is_kept) [[unlikely]] {
      level_[-1].field->is_value = true;
      level_[-1].field->value = value;
    }
    if (value.is(Kind::reference)) {
      const std::string_view id = state_.graph->id(value.object());
      return put(id) || stop_with(segment, is_kept ? value : ValueView(id));
    }
    if (max_written(value.kind()) != 0 && kMaxWritten <= state_.arena.left() && kMaxWritten <= capacity()) {
      at_ = parts_.buffer.write_charged(value, at_);
      return true;
    }
    parts_.buffer.set_at(at_);
    if (!parts_.buffer.write_value(value)) return stop_with(segment, value);
    reload();
    return true;
  }

 private:
  [[gnu::always_inline]] const Step* first_step(const Segment& segment) const {
    return scope_.program->steps.data() + segment.first_step;
  }
  [[gnu::always_inline]] const Step* end_step(const Segment& segment) const {
    return scope_.program->steps.data() + segment.end_step;
  }
  [[gnu::always_inline]] std::size_t capacity() const { return static_cast<std::size_t>(at_end_ - at_); }

  [[gnu::always_inline]] void reload() {
    at_ = parts_.buffer.at();
    at_end_ = parts_.buffer.end();
  }

  [[gnu::always_inline]] bool put(std::string_view text) {
    if (text.size() > capacity()) [[unlikely]] {
      parts_.buffer.set_at(at_);
      if (!parts_.buffer.grow(text.size())) return false;
      reload();
    }
    at_ = base::copy(at_, text);
    return true;
  }

  [[gnu::always_inline]] void enter(const Program& program, const FieldName* names, ObjectId object) {
    scope_ = Scope(program, names, object, scope_.sphere, *state_.context);
    next = program.segments.data();
    end = next + program.segments.size();
  }

  // The interpreter goes on at that step, with the stack as it is; nullptr: at the segment's beginning.
  [[gnu::always_inline]] bool stop(const Segment* segment, const Step* step) {
    parts_.buffer.set_at(at_);
    path_.hand_over(levels_, static_cast<std::size_t>(level_ - levels_), written_, fields_, scope_, segment, step);
    return false;
  }

  // The same after the segment's last step, with its value.
  [[gnu::always_inline]] bool stop_with(const Segment& segment, const ValueView& value) {
    state_.stack.push_back(ValueView());
    state_.stack.push_back(value);
    return stop(&segment, end_step(segment));
  }

  // Any expression.
  [[gnu::always_inline]] Evaluated run(const Segment& segment, ValueView& value) {
    const Step* step = first_step(segment);
    parts_.buffer.set_at(at_);
    const StepOutcome outcome = step_loop<false>(parts_, scope_, step, end_step(segment), true, value);
    if (outcome != StepOutcome::done) [[unlikely]] {
      stop(&segment, step);
      if (outcome != StepOutcome::handed_over && !path_.interpreter_.recover(outcome)) state_.frames.clear();
      return Evaluated::stopped;
    }
    if (!value.is(Kind::string) || value.text().data() != at_) return Evaluated::value;
    at_ += value.text().size();
    return Evaluated::done;
  }

  [[gnu::always_inline]] const FieldTable::Entry* find(ObjectId object, const FieldName& name) const {
    return table_ != nullptr ? table_->find(object, name.key) : nullptr;
  }

  // From field to field: one value, of `owner`. Of an entry of the graph's table only what a step needs is read: by way
  // of `look_up`, W2 takes 2 % more instructions.
  [[gnu::always_inline]] Evaluated walk(const Segment& segment, ValueView& value) {
    const std::uint32_t count = std::uint32_t{segment.end_step} - segment.first_step;
    const Step* step = first_step(segment);
    const Step* const last = step + (count - 1);
    if (count > state_.budget.references_left || !state_.budget.charge_all(count)) [[unlikely]] {
      state_.stack.push_back(ValueView());
      stop(&segment, step);
      return Evaluated::stopped;
    }
    state_.budget.references_left -= count;
    ObjectId owner = scope_.object;
    const FieldName* name = scope_.names + step->index;
    for (; step != last; name = scope_.names + (++step)->index) {
      const FieldItem* item;
      if (const FieldTable::Entry* const entry = find(owner, *name)) {
        item = entry->single == SingleValue::instance ? entry->items : nullptr;
      } else {
        const SingleField field = parts_.names.ask(owner, *name);
        item = field.single == SingleValue::instance ? field.item : nullptr;
      }
      // References to an object with bindings, or to the instance of the attempt, are the interpreter's.
      if (item == nullptr || item->value.object() == special_) [[unlikely]]
        return stop_at(segment, step, owner);
      owner = item->value.object();
    }
    SingleField field;
    if (const FieldTable::Entry* const entry = find(owner, *name)) {
      field = {entry->items, entry->items, entry->type, entry->single};
    } else {
      field = parts_.names.ask(owner, *name);
    }
    switch (field.single) {
      case SingleValue::none: return stop_at(segment, step, owner);
      case SingleValue::text:
        if (put(field.item->value.text())) return Evaluated::done;
        stop_with(segment, ValueView(field.item->value.text(), field.type));
        return Evaluated::stopped;
      case SingleValue::compiled: return write_template(segment, step, owner, field, value);
      default: (void)plain_value(field, scope_.sphere, value); return Evaluated::value;
    }
  }

  // At a step of a path that is the interpreter's: the reference that it works on is on the stack.
  [[gnu::always_inline]] Evaluated stop_at(const Segment& segment, const Step* step, ObjectId owner) {
    const auto left = static_cast<std::uint64_t>(end_step(segment) - step);
    state_.budget.refund(left);
    state_.budget.references_left += left;
    state_.stack.push_back(ValueView());
    if (step != first_step(segment)) state_.stack.push_back(ValueView(owner, scope_.sphere));
    parts_.names.set_pending(parts_.names.was_asked(owner, scope_.names[step->index]));
    stop(&segment, step);
    return Evaluated::stopped;
  }

  // A field whose text is a template: the loop goes to its segments, or it has been written before.
  [[gnu::always_inline]] Evaluated write_template(const Segment& segment, const Step* step, ObjectId owner,
                                                  const SingleField& field, ValueView& value) {
    const FieldName& name = scope_.names[step->index];
    const Written* known = written_;
    while (known != written_ + fields_ && !known->is(field, owner, name)) ++known;
    if (known == written_ + fields_) {
      // A chain that is too deep is the interpreter's.
      const auto depth = static_cast<std::size_t>(level_ - levels_);
      if (depth == kMaxLevels || depth >= state_.limits.max_reference_depth || fields_ == kMaxFields) {
        return stop_at(segment, step, owner);
      }
      parts_.buffer.set_at(at_);
      Written* const opened = written_ + fields_++;
      opened->identity = field.identity;
      opened->owner = owner;
      opened->name = &name;
      opened->type = field.type;
      opened->is_open = true;
      opened->is_value = false;
      opened->begin = parts_.buffer.written();
      const Expression& inner = *field.item->expression;
      const Program& program = ExpressionAccess::program(inner);
      *level_++ = {scope_.program, scope_.names, scope_.object, &segment, opened, &program};
      path_.depth_ = depth + 1;
      enter(program, ExpressionAccess::names(inner, state_.graph->identity()), owner);
      return Evaluated::done;
    }
    if (known->is_open) return stop_at(segment, step, owner);  // a cycle
    if (known->is_value) {
      value = known->value;
      return Evaluated::value;
    }
    const std::size_t begin = known->begin, size = known->size;
    if (size > capacity()) {
      parts_.buffer.set_at(at_);
      if (!parts_.buffer.grow(size)) return stop_at(segment, step, owner);
      reload();
    }
    at_ = base::copy(at_, std::string_view(parts_.buffer.text() + begin, size));
    return Evaluated::done;
  }

  FastPath& path_;
  Parts& parts_;
  State& state_;
  char* at_;
  char* at_end_;
  Level* const levels_;
  Level* level_;
  Written* const written_;
  std::size_t fields_ = 0;
  Scope scope_;
  const ObjectId special_;         // the object with the context's bindings, or with an attempt
  const FieldTable* const table_;  // the graph's, or nullptr
};

bool FastPath::append(const Program& program, const FieldName* names) {
  TemplateWriter writer(*this, program, names, levels(), reinterpret_cast<Written*>(written_places_));
  return write_segments(writer);
}

}  // namespace pipexpr::eval
