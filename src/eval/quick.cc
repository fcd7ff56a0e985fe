// The short way: what nearly every template is made of, without frames and bookkeeping. It knows no errors and no rare
// cases. Whatever it does not know it leaves undone, and the machine's general way (run.cc) takes over from there, so
// its results and its charges are those of the general way.
#include <algorithm>

#include "eval/arithmetic.h"
#include "eval/call.h"
#include "eval/machine.h"

namespace pipexpr {
namespace {

using eval::in_words;

// A reference that leads to an instance wherever it is read in a run.
[[gnu::always_inline]] inline bool leads_to_instance(const ValueView& value) {
  return value.is(Kind::reference) && value.sphere() == Sphere::instance && value.object() != kNoObject;
}

// Most fields are one plain value: `out` is what the general way would push.
[[gnu::always_inline]] inline bool plain_value(const FieldItem* items, std::uint32_t count, SlotType type,
                                               Sphere sphere, ValueView& out) {
  if (count != 1 || items->form != FieldItem::Form::literal) return false;
  const ValueView& value = items->value;
  if (value.is(Kind::string)) {
    out = ValueView(value.text(), type);
  } else if (!value.is(Kind::reference)) {
    out = in_words(value);
  } else if (leads_to_instance(value)) {
    out = ValueView(value.object(), sphere);
  } else {
    return false;
  }
  return true;
}

// The object's own or inherited field. A graph that has a table need not be called.
[[gnu::always_inline]] inline bool look(const ObjectGraph& graph, ObjectId object, const FieldName& name, Field& out) {
  if (const FieldTable* const table = graph.table()) {
    if (const FieldTable::Slot* const slot = table->find(object, name.key)) {
      out.items = slot->items;
      out.count = slot->count;
      out.type = slot->type;
      out.identity = slot->items;
      return true;
    }
  }
  Field found;
  if (!graph.field(object, name, found)) return false;
  out = found;
  return true;
}

}  // namespace

// Pays for steps, unless too few are left: then the general way has to find out which one is too many.
[[gnu::always_inline]] inline bool Evaluator::Machine::pay(std::uint32_t steps) {
  if (until_check_ <= steps) [[unlikely]] {
    const std::uint64_t more = std::min<std::uint64_t>(steps_left_, 1024);
    if (until_check_ + more <= steps || is_over()) return false;
    until_check_ += more;
    steps_left_ -= more;
  }
  until_check_ -= steps;
  return true;
}

// A path, which is what most expressions are, from field to field: one value, in `field`, of `owner`.
[[gnu::always_inline]] inline bool Evaluator::Machine::walk(const Scope& scope, const Piece& piece, Field& field,
                                                            ObjectId& owner) {
  const Step* step = scope.program->steps.data() + piece.first_step;
  const std::uint32_t count = piece.end_step - piece.first_step;
  const bool given = !context_->fields.empty();
  owner = scope.object;
  if (!scope.is_open || references_ + count > limits_.max_references ||
      !look(*graph, owner, scope.names[step->index], field) || field.count != 1) {
    return false;
  }
  for (std::uint32_t left = count; --left != 0;) {
    if (field.items->form != FieldItem::Form::literal) return false;
    const ValueView& value = field.items->value;
    owner = value.object();
    if (!leads_to_instance(value) || (given && owner == context_->object) ||
        !look(*graph, owner, scope.names[(++step)->index], field) || field.count != 1) {
      return false;
    }
  }
  if (!pay(count)) return false;
  references_ += count;
  return true;
}

// An expression's value. False: nothing has happened, as far as it counts. With `in_place`, a text that a last call
// gives may stand at the end of the caller's buffer already.
bool Evaluator::Machine::quick(const Scope& scope, const Piece& piece, bool in_place, ValueView& out) {
  const Step* step = scope.program->steps.data() + piece.first_step;
  const Step* const end = scope.program->steps.data() + piece.end_step;
  const auto count = static_cast<std::uint32_t>(end - step);
  if (!pay(count)) return false;
  const std::uint64_t references = references_, memory = arena.left();
  ValueView* top = stack_.room(count);
  for (; step != end; ++step) {
    switch (step->op) {
      case Step::Op::constant:
        if (step->is_operand && eval::calculate_numbers(step[1].sign, top[-1], step->constant)) {
          ++step;
        } else {
          *top++ = in_words(step->constant);
        }
        continue;
      case Step::Op::binary:
        if (!eval::calculate_numbers(step->sign, top[-2], top[-1])) break;
        --top;
        continue;
      case Step::Op::name: {
        if (references_ >= limits_.max_references) break;
        if (step->known == KnownName::scheduled_start && scope.sphere == Sphere::instance && !scope.given &&
            !scope.run_fields) {
          *top = ValueView(context_->run->scheduled_start);
        } else {
          if (!step->is_plain || scope.run_fields) break;
          const FieldName& name = scope.names[step->index];
          Field field;
          if (const Binding* const one = scope.given ? find_bound(context_->fields, name.text) : nullptr) {
            field = one->field;
          } else if (scope.object == kNoObject || !look(*graph, scope.object, name, field)) {
            break;
          }
          if (!plain_value(field.items, field.count, field.type, scope.sphere, *top)) break;
        }
        ++references_;
        ++top;
        continue;
      }
      case Step::Op::member: {
        const ValueView operand = in_words(top[-1]);
        Field field;
        if (!operand.is(Kind::reference) || !step->is_plain || operand.object() == kNoObject ||
            has_given_fields(operand.object(), operand.sphere()) || references_ >= limits_.max_references ||
            !look(*graph, operand.object(), scope.names[step->index], field) ||
            !plain_value(field.items, field.count, field.type, operand.sphere(), top[-1])) {
          break;
        }
        ++references_;
        continue;
      }
      case Step::Op::call: {
        const functions::Registered& function = *step->callee.function;
        ValueView* const arguments = top - step->count;
        if (!step->is_ready || !function.takes(arguments, step->count)) break;
        Call call = CallAccess::make(*this, arguments, step->count, step->callee.prepared, *context_);
        CallAccess::make_trial(call);
        const bool last = in_place && step + 1 == end;
        if (last) {
          const auto room = static_cast<std::uint64_t>(appending_.end - appending_.at);
          CallAccess::offer(call, appending_.at, std::min(room, arena.left()));
        }
        if (!(function.direct != nullptr ? function.direct(call) : function.body(call))) break;
        *arguments = in_words(CallAccess::result(call));
        if (last && arguments->is(Kind::string) && arguments->text().data() == appending_.at) {
          (void)arena.charge(arguments->text().size());  // paid for as a text elsewhere; offered no more than is left
        }
        top = arguments + 1;
        continue;
      }
      case Step::Op::negate: break;
      default: __builtin_unreachable();
    }
    // Not for us: as it was before.
    until_check_ += count;
    references_ = references;
    arena.refund(memory - arena.left());
    return false;
  }
  out = in_words(top[-1]);
  return true;
}

// Appends the pieces of a template as far as the short way knows, and returns how many they are. A field whose text is
// a template itself is written where it will stand. Fields are not remembered here, so they may be evaluated, and paid
// for, more often than the general way would: when something comes up after such a field, nothing counts. Nor does it
// when a text finds no room, since its piece is paid for by then.
std::size_t Evaluator::Machine::append_quickly(const Program& program, const FieldName* names) {
  struct Level {
    const Program* program;
    const FieldName* names;
    ObjectId object;
    const Piece* piece;  // the one that is the next level's text
    const void* field;   // that level's field
    ObjectId owner;      // the object whose it is
    std::size_t begin;   // where its text begins
  };
  constexpr std::size_t kMostLevels = 8, kMostFields = 64;
  Level levels[kMostLevels];
  Level* level = levels;
  std::size_t fields = 0;
  Scope scope(program, names, context_->object, context_->run != nullptr ? Sphere::instance : Sphere::component,
              *context_);
  const Piece* const first = program.pieces.data();
  const Piece* piece = first;
  const Piece* next = first;
  const Piece* end = first + program.pieces.size();
  for (;;) {
    if (next == end) {
      if (level == levels) return program.pieces.size();
      --level;
      if (!arena.charge(appended() - level->begin)) return 0;
      scope = Scope(*level->program, level->names, level->object, scope.sphere, *context_);
      next = level->piece + 1;
      end = scope.program->pieces.data() + scope.program->pieces.size();
      continue;
    }
    piece = next++;
    if (piece->is_literal()) {
      if (!append_text({scope.program->text.data() + piece->text.offset, piece->text.length})) return 0;
      continue;
    }
    ValueView value;
    if (piece->is_path == 0) {
      if (!quick(scope, *piece, true, value)) break;
      if (value.is(Kind::string) && value.text().data() == appending_.at) {
        appending_.at += value.text().size();
        continue;
      }
    } else {
      Field field;
      ObjectId owner = kNoObject;
      if (!walk(scope, *piece, field, owner)) break;
      const FieldItem& item = *field.items;
      if (item.form == FieldItem::Form::literal && item.value.is(Kind::string)) {
        if (!append_text(item.value.text())) return 0;
        continue;
      }
      if (item.form == FieldItem::Form::compiled) {
        // A list of a field's values, a chain that is too deep, or a cycle: the general way knows what to do.
        bool cycle = false;
        for (const Level* outer = levels; outer != level; ++outer) {
          cycle = cycle || (outer->field == field.identity && outer->owner == owner);
        }
        const auto depth = static_cast<std::size_t>(level - levels);
        if (cycle || depth == kMostLevels || depth >= limits_.max_reference_depth || ++fields > kMostFields) return 0;
        *level++ = {scope.program, scope.names, scope.object, piece, field.identity, owner, appended()};
        const Program& inner = ExpressionAccess::program(*item.expression);
        scope =
            Scope(inner, ExpressionAccess::names(*item.expression, graph->identity()), owner, scope.sphere, *context_);
        next = inner.pieces.data();
        end = inner.pieces.data() + inner.pieces.size();
        continue;
      }
      if (!plain_value(field.items, 1, field.type, scope.sphere, value)) {
        until_check_ += piece->end_step - piece->first_step;
        references_ -= piece->end_step - piece->first_step;
        break;
      }
    }
    if (!(value.is(Kind::string) ? append_text(value.text()) : append_value(value))) return 0;
  }
  return fields != 0 ? 0 : static_cast<std::size_t>(piece - first);
}

[[gnu::always_inline]] inline void Evaluator::Machine::begin(const ObjectGraph& of, const Context& context) {
  graph = &of;
  context_ = &context;
  arena.reset(limits_.max_memory_bytes);
  stack_.clear();
  frames_.clear();
  fatal_ = failed_ = again_ = false;
  allow_steps(limits_.max_steps);
  references_ = 0;
  if (!used_) return;
  // What only the general way leaves behind.
  used_ = false;
  if (texts_bytes_ > kMostTextBytes || texts_seen_.size() > kMostTexts) forget_texts();
  memo_.reset();
  secrets_.clear();
  parts.clear();
  parts_bytes = 0;
  diagnostics.clear();
  texts_ = 0;
  result = {};
}

bool Evaluator::Machine::run(const Expression& expression, const ObjectGraph& of, const Context& context,
                             Wanted wanted) {
  if (!limits_known_) take_limits();
  begin(of, context);
  return start(expression, 0, wanted);
}

bool Evaluator::Machine::append(const Expression& expression, const ObjectGraph& of, const Context& context,
                                TextBuffer& out) {
  if (!limits_known_) take_limits();
  if (options.listener == nullptr) {  // a listener must not see anything twice
    const Program& program = ExpressionAccess::program(expression);
    out.room(std::min<std::size_t>(program.text.size(), limits_.max_output_bytes));
    appending_ = {&out, out.room(0), nullptr, out.size()};
    find_end();
    begin(of, context);
    std::size_t done = 0;
    const bool over = is_over();
    if (!over) {
      try {
        done = append_quickly(program, ExpressionAccess::names(expression, of.identity()));
      } catch (const std::bad_alloc&) {
        throw;
      } catch (...) {
        done = 0;  // the general way says what was thrown, and where
      }
    }
    bool good = !over && done == program.pieces.size();
    if (!good) {
      if (done == 0) {
        begin(of, context);
        appending_.at = out.room(0);
      }
      good = start(expression, done, Wanted::appended);
    }
    if (good && !again_) out.commit(appended());
    if (!again_) return good;
  }
  if (!run(expression, of, context, Wanted::parts)) return false;
  char* to = out.room(parts_bytes);
  for (const ValueView& part : parts) to = text::copy(to, part.text());
  out.commit(parts_bytes);
  return true;
}

}  // namespace pipexpr
