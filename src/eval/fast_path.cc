// The fast path: the texts of a template are written where they will stay, and its expressions are evaluated by the
// lean instantiation of the step loop, without frames. A field whose text is a template itself is written in place,
// too. Whatever comes up that it does not do (a list, an error, a text that has yet to be compiled, a result beyond the
// limit) it hands over to the interpreter (interpreter.cc) with everything as the interpreter would have it at that
// step.
#include <algorithm>

#include "base/short_equal.h"
#include "eval/steps.h"

namespace pipexpr {

using eval::SingleField;
using Single = SingleValue;

// A field whose text is being written, or has been. The interpreter remembers each field that it has evaluated, so this
// does, too.
struct Evaluator::Machine::Written {
  const void* identity;
  ObjectId owner;
  const FieldName* name;
  SlotType type;
  bool is_open;             // its text is being written
  bool is_value;            // it is one expression, whose value is no text, `value`
  std::size_t begin, size;  // its text in the buffer
  ValueView value;

  bool is(const SingleField& field, ObjectId object, const FieldName& of) const {
    return identity == field.identity && owner == object && base::same(name->text, of.text);
  }
};

// A template that waits for the text of a field in it.
struct Evaluator::Machine::Level {
  const Program* program;
  const FieldName* names;
  ObjectId object;
  const Piece* piece;  // the one that the field is the value of
  Written* field;
};

// Called out of the way, so that the common way keeps its registers. What the graph said is kept for the interpreter.
// When the time is over it is the interpreter's, which says so.
[[gnu::noinline, gnu::cold]] SingleField Evaluator::Machine::ask(ObjectId object, const FieldName& name) {
  asked_.field = {};
  asked_.found = graph->field(object, name, asked_.field);
  asked_.object = object;
  asked_.name = &name;
  SingleField field = asked_.found ? eval::single_field(asked_.field) : SingleField();
  if (budget_.is_over()) field.single = Single::none;
  return field;
}

// Makes the frames, the memo and the parts that the interpreter would have at that step of that piece; what has been
// written for a field becomes a part of its text.
[[gnu::noinline, gnu::cold]] void Evaluator::Machine::hand_over(const Level* levels, std::size_t depth,
                                                                const Written* written, std::size_t count,
                                                                const Scope& scope, const Piece* piece,
                                                                const Step* step) {
  used_ = true;
  wanted_ = Wanted::appended;
  const char* const text = appending_.out->room(0);
  const auto keep = [&](std::size_t begin, std::size_t end) {
    char* const kept = arena.allocate_uncharged(end - begin);  // it has been charged, or costs nothing
    std::copy(text + begin, text + end, kept);
    return std::string_view(kept, end - begin);
  };
  const auto enter = [&](const Program& program, const FieldName* names, ObjectId object) -> Frame& {
    Frame& frame = frames_.push();
    frame = Frame();
    frame.program = &program;
    frame.names = names;
    frame.object = object;
    frame.sphere = scope.sphere;
    frame.parts_base = static_cast<std::uint32_t>(parts.size());
    return frame;
  };
  const auto at_piece = [&](Frame& frame, const Piece* at) {
    frame.piece = static_cast<std::uint32_t>(at - frame.program->pieces.data());
  };
  bool fresh = false;
  for (const Written* one = written; one != written + count; ++one) {
    const eval::Memo::Key key{one->identity, one->owner, scope.sphere, one->name->text};
    (void)memo_.find(key, fresh);
    if (!one->is_open)
      memo_.finish(key, one->is_value ? one->value : ValueView(keep(one->begin, one->begin + one->size), one->type));
  }
  const std::size_t end = appended();
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
        parts.push_back(field.value);
      } else if (until != field.begin) {
        parts.push_back(ValueView(keep(field.begin, until)));
      }
    }
    at_piece(frame, is_last ? piece : levels[i].piece);
    if (!is_last) {
      frame.step = levels[i].piece->end_step;  // it has moved on: its value comes
      frame.in_expression = true;
    } else if (step != nullptr) {
      frame.step = static_cast<std::uint32_t>(step - scope.program->steps.data());
      frame.in_expression = true;
    }
  }
  // The expressions of the outer templates have no operands: one unused place each, below the innermost one's values.
  const std::size_t height = stack_.size();
  for (std::size_t i = 0; i < depth; ++i) stack_.push_back(ValueView());
  for (std::size_t i = height; i-- > 0;) stack_[i + depth] = stack_[i];
  texts_ = depth;
  if (depth != 0) appending_.at = appending_.out->room(0) + levels[0].field->begin;
}

// Appends the pieces of a template. True: all. False: the interpreter has to go on; or the host's clock or function has
// said no, which has been reported.
bool Evaluator::Machine::append_pieces(const Program& program, const FieldName* names) {
  constexpr std::size_t kMaxLevels = 8, kMaxFields = 64;
  // Nothing in them is made before it is needed.
  alignas(Level) std::byte level_places[kMaxLevels * sizeof(Level)];
  alignas(Written) std::byte written_places[kMaxFields * sizeof(Written)];
  Level* const levels = reinterpret_cast<Level*>(level_places);
  Written* const written = reinterpret_cast<Written*>(written_places);
  Level* level = levels;
  std::size_t fields = 0;
  Scope scope(program, names, context_->object, context_->run.has_value() ? Sphere::instance : Sphere::component,
              *context_);
  // References to this object are the interpreter's.
  const ObjectId special = context_->fields.empty() ? kNoObject : context_->object;
  // Where to write, in registers: behind every byte that is written, a member would have to be read again.
  char* at = appending_.at;
  char* room_end = appending_.end;
  const auto put = [&](std::string_view text) __attribute__((always_inline)) {
    if (text.size() > static_cast<std::size_t>(room_end - at)) [[unlikely]] {
      appending_.at = at;
      if (!make_room(text.size())) return false;
      at = appending_.at;
      room_end = appending_.end;
    }
    at = base::copy(at, text);
    return true;
  };
  const Piece* next = program.pieces.data();
  const Piece* end = next + program.pieces.size();
  // The interpreter goes on at that step, with the stack as it is; nullptr: at the piece's beginning.
  const auto give_up = [&](const Piece* piece, const Step* step) __attribute__((always_inline)) {
    appending_.at = at;
    hand_over(levels, static_cast<std::size_t>(level - levels), written, fields, scope, piece, step);
    return false;
  };
  // As `give_up`, when a value has to be put on the stack that was not the loop's.
  const auto give_value = [&](const Piece* piece, const Step* step, const ValueView& value)
      __attribute__((always_inline)) {
    stack_.push_back(ValueView());
    stack_.push_back(value);
    return give_up(piece, step);
  };
  for (;;) {
    if (next == end) {
      appending_.at = at;
      if (level == levels) return true;
      Written& field = *level[-1].field;
      field.size = appended() - field.begin;
      if (!scope.program->is_single() && !arena.charge(field.size)) return give_up(end, nullptr);
      field.is_open = false;
      const Level& outer = *--level;
      if (field.is_value && level != levels && outer.program->is_single()) {
        level[-1].field->is_value = true;
        level[-1].field->value = field.value;
      }
      scope = Scope(*outer.program, outer.names, outer.object, scope.sphere, *context_);
      next = outer.piece + 1;
      end = scope.program->pieces.data() + scope.program->pieces.size();
      continue;
    }
    const Piece& piece = *next++;
    if (piece.is_literal()) {
      const char* const text = scope.program->text.data() + piece.text.offset;
      if (piece.is_wide != 0 && Piece::kWide <= static_cast<std::size_t>(room_end - at)) {
        std::memcpy(at, text, Piece::kWide);
        at += piece.text.length;
      } else if (!put({text, piece.text.length})) {
        return give_up(&piece, nullptr);
      }
      continue;
    }
    ValueView value;
    const Step* step = scope.program->steps.data() + piece.first_step;
    const Step* const last = scope.program->steps.data() + piece.end_step - 1;
    if (piece.is_path == 0 || !scope.is_open) {
      appending_.at = at;
      const Outcome outcome = run_steps<false>(scope, step, last + 1, true, value);
      if (outcome != Outcome::done) [[unlikely]] {
        give_up(&piece, step);
        if (outcome != Outcome::handed_over && !report(outcome) && !unwind()) frames_.clear();
        return false;
      }
      if (value.is(Kind::string) && value.text().data() == at) {
        at += value.text().size();
        continue;
      }
    } else {
      // From field to field: one value, of `owner`.
      const auto count = static_cast<std::uint32_t>(last + 1 - step);
      if (count > budget_.references_left || !budget_.charge_all(count)) [[unlikely]] {
        stack_.push_back(ValueView());
        return give_up(&piece, step);
      }
      budget_.references_left -= count;
      ObjectId owner = scope.object;
      SingleField field;
      const auto walk = [&]() __attribute__((always_inline)) {
        for (;; ++step) {
          field = look(owner, scope.names[step->index]);
          if (step == last) return field.single != Single::none;
          if (field.single != Single::instance || field.item->value.object() == special) return false;
          owner = field.item->value.object();
        }
      };
      // At a step that is the interpreter's: the reference that it works on is on the stack.
      const auto give_step = [&]() __attribute__((always_inline)) {
        const auto left = static_cast<std::uint64_t>(last + 1 - step);
        budget_.refund(left);
        budget_.references_left += left;
        stack_.push_back(ValueView());
        if (step != scope.program->steps.data() + piece.first_step) stack_.push_back(ValueView(owner, scope.sphere));
        asked_.pending = was_asked(owner, scope.names[step->index]);
        return give_up(&piece, step);
      };
      if (!walk()) [[unlikely]]
        return give_step();
      const FieldItem& item = *field.item;
      if (field.single == Single::text) {
        if (!put(item.value.text())) return give_value(&piece, last + 1, ValueView(item.value.text(), field.type));
        continue;
      }
      if (field.single == Single::compiled) {
        const FieldName& name = scope.names[last->index];
        const Written* known = written;
        while (known != written + fields && !known->is(field, owner, name)) ++known;
        if (known == written + fields) {
          // A chain that is too deep is the interpreter's.
          const auto depth = static_cast<std::size_t>(level - levels);
          if (depth == kMaxLevels || depth >= limits_.max_reference_depth || fields == kMaxFields) return give_step();
          appending_.at = at;
          Written* const opened = written + fields++;
          opened->identity = field.identity;
          opened->owner = owner;
          opened->name = &name;
          opened->type = field.type;
          opened->is_open = true;
          opened->is_value = false;
          opened->begin = appended();
          *level++ = {scope.program, scope.names, scope.object, &piece, opened};
          const Program& inner = ExpressionAccess::program(*item.expression);
          scope = Scope(inner, ExpressionAccess::names(*item.expression, graph->identity()), owner, scope.sphere,
                        *context_);
          next = inner.pieces.data();
          end = next + inner.pieces.size();
          continue;
        }
        if (known->is_open) return give_step();  // a cycle
        if (!known->is_value) {
          const std::size_t begin = known->begin, size = known->size;
          if (size > static_cast<std::size_t>(room_end - at)) {
            appending_.at = at;
            if (!make_room(size)) return give_step();
            at = appending_.at;
            room_end = appending_.end;
          }
          at = base::copy(at, std::string_view(appending_.out->room(0) + begin, size));
          continue;
        }
        value = known->value;
      } else {
        (void)eval::plain_value(field, scope.sphere, value);
      }
    }
    if (value.is(Kind::string)) {
      if (!put(value.text())) return give_value(&piece, last + 1, value);
      continue;
    }
    // A field that is one expression keeps a value that its text would lose.
    const bool kept =
        level != levels && scope.program->is_single() && !value.is(Kind::integer) && !value.is(Kind::number);
    if (kept) [[unlikely]] {
      level[-1].field->is_value = true;
      level[-1].field->value = value;
    }
    if (value.is(Kind::reference)) {
      const std::string_view id = graph->id(value.object());
      if (!put(id)) return give_value(&piece, last + 1, kept ? value : ValueView(id));
      continue;
    }
    if (eval::written_room(value.kind()) != 0 && eval::kMostWrittenRoom <= arena.left() &&
        eval::kMostWrittenRoom <= static_cast<std::size_t>(room_end - at)) {
      at = write_charged(value, at);
    } else {
      appending_.at = at;
      if (!write_value(value)) return give_value(&piece, last + 1, value);
      at = appending_.at;
      room_end = appending_.end;
    }
  }
}

bool Evaluator::Machine::append(const Expression& expression, const ObjectGraph& of, const Context& context,
                                TextBuffer& out) {
  if (is_busy_) [[unlikely]]
    return refuse_entry(expression);
  if (!limits_known_) [[unlikely]]
    take_limits();
  const Busy busy(is_busy_);
  const Program& program = ExpressionAccess::program(expression);
  out.room(std::min<std::size_t>(program.text.size(), limits_.max_output_bytes));
  appending_ = {&out, out.room(0), nullptr, out.size()};
  find_end();
  begin(of, context);
  try {
    if (listener_ == nullptr && !options.testing_interpreter_only && !budget_.is_over()) [[likely]] {
      if (append_pieces(program, ExpressionAccess::names(expression, of.identity()))) {
        out.commit(appended());
        return true;
      }
    } else {
      start(expression, Wanted::appended);
    }
    return append_rest();
  } catch (const std::bad_alloc&) {
    used_ = true;
    throw;
  } catch (const std::exception& why) {
    return thrown(expression, why.what());
  } catch (...) {
    return thrown(expression, "an exception that is no std::exception");
  }
}

// The interpreter goes on until the end.
[[gnu::noinline]] bool Evaluator::Machine::append_rest() {
  if (!loop()) return false;
  TextBuffer& out = *appending_.out;
  if (wanted_ == Wanted::appended) {
    out.commit(appended());
    return true;
  }
  char* to = out.room(parts_bytes);
  for (const ValueView& part : parts) to = base::copy(to, part.text());
  out.commit(parts_bytes);
  return true;
}

}  // namespace pipexpr
