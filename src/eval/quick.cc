// The short way: what nearly every template is made of, without frames and bookkeeping. It knows no errors and no rare
// cases. Whatever it does not know it leaves undone, and the machine's general way (run.cc) takes over from there, so
// its results and its charges are those of the general way.
#include <algorithm>

#include <pipexpr/field_table.h>

#include "eval/arithmetic.h"
#include "eval/call.h"
#include "eval/machine.h"

namespace pipexpr {
namespace {

using eval::in_words;

using Single = SingleValue;

// A field that has one value.
struct One {
  const FieldItem* item = nullptr;
  const void* identity = nullptr;
  SlotType type = SlotType::string;
  Single single = Single::none;
};

// Most fields are one plain value: `out` is what the general way would push.
[[gnu::always_inline]] inline bool plain_value(const One& field, Sphere sphere, ValueView& out) {
  switch (field.single) {
    case Single::text: out = ValueView(field.item->value.text(), field.type); return true;
    case Single::value: out = in_words(field.item->value); return true;
    case Single::instance: out = ValueView(field.item->value.object(), sphere); return true;
    case Single::none:
    case Single::compiled: break;
  }
  return false;
}

[[gnu::always_inline]] inline One take(const Field& field) {
  return {field.items, field.identity != nullptr ? field.identity : field.items, field.type,
          single_value(field.items, field.count)};
}

// Out of the way, so that the common way keeps its registers.
[[gnu::noinline, gnu::cold]] One ask(const ObjectGraph& graph, ObjectId object, const FieldName& name) {
  Field found;
  return graph.field(object, name, found) ? take(found) : One();
}

// The object's own or inherited field. A graph that has a table need not be called.
[[gnu::always_inline]] inline One look(const ObjectGraph& graph, ObjectId object, const FieldName& name) {
  if (const FieldTable* const table = graph.table()) {
    if (const FieldTable::Entry* const slot = table->find(object, name.key)) {
      return {slot->items, slot->items, slot->type, slot->single};
    }
  }
  return ask(graph, object, name);
}

// What the context or the run has of a name, before the object's own field is asked for. Most often that is nothing, so
// it is not inlined everywhere.
[[gnu::noinline]] const Binding* find_given(std::span<const Binding> context, std::span<const Binding> run,
                                            const FieldName& name) {
  const Binding* const found = find_binding(context, name.text);
  return found != nullptr ? found : find_binding(run, name.text);
}

}  // namespace

// Pays for steps, unless too few are left: then the general way has to find out which one is too many. Nor for so many
// that the clock would wait for long.
[[gnu::always_inline]] inline bool Evaluator::Machine::pay(std::uint32_t steps) {
  if (until_check_ <= steps) [[unlikely]] {
    constexpr std::uint32_t kMostAtOnce = 8192;
    const std::uint64_t more = std::min<std::uint64_t>(steps_left_, std::max<std::uint32_t>(steps, 1024));
    if (steps > kMostAtOnce || until_check_ + more <= steps || is_over()) return false;
    until_check_ += more;
    steps_left_ -= more;
  }
  until_check_ -= steps;
  return true;
}

// An expression's value. False: nothing has happened, as far as it counts. With `in_place`, a text that a last call
// gives may stand at the end of the caller's buffer already.
[[gnu::noinline]] bool Evaluator::Machine::quick(const Scope& scope, const Piece& piece, bool in_place,
                                                 ValueView& out) {
  using Quick = Step::Quick;
  const Step* step = scope.program->steps.data() + piece.first_step;
  const Step* const end = scope.program->steps.data() + piece.end_step;
  const auto count = static_cast<std::uint32_t>(end - step);
  if (!pay(count)) return false;
  const std::uint64_t memory = arena.left();
  std::uint64_t references = limits_.max_references - references_;
  // The topmost value is in registers: a value that is stored and read again at once comes late.
  ValueView* below = stack_.room(count + 1);
  ValueView top;
  const auto push = [&](const ValueView& value) __attribute__((always_inline)) {
    *below++ = in_words(top);
    top = in_words(value);
  };
  // On two operands, and on one and the constant of this step, which saves the next one.
  const auto operate = [&]<char op>() __attribute__((always_inline)) {
    ValueView left = in_words(below[-1]);
    if (!eval::calculate_numbers<op>(left, top)) return false;
    top = left;
    --below;
    return true;
  };
  const auto operate_constant = [&]<char op>() __attribute__((always_inline)) {
    if (eval::calculate_numbers<op>(top, step->constant)) {
      ++step;
    } else {
      push(step->constant);
    }
  };
  for (; step != end; ++step) {
    switch (step->quick) {
      case Quick::constant: push(step->constant); continue;
      case Quick::add_constant: operate_constant.template operator()<'+'>(); continue;
      case Quick::subtract_constant: operate_constant.template operator()<'-'>(); continue;
      case Quick::multiply_constant: operate_constant.template operator()<'*'>(); continue;
      case Quick::divide_constant: operate_constant.template operator()<'/'>(); continue;
      case Quick::power_constant: operate_constant.template operator()<'^'>(); continue;
      case Quick::add:
        if (operate.template operator()<'+'>()) continue;
        break;
      case Quick::subtract:
        if (operate.template operator()<'-'>()) continue;
        break;
      case Quick::multiply:
        if (operate.template operator()<'*'>()) continue;
        break;
      case Quick::divide:
        if (operate.template operator()<'/'>()) continue;
        break;
      case Quick::power:
        if (operate.template operator()<'^'>()) continue;
        break;
      case Quick::start:
        if (scope.sphere != Sphere::instance || references == 0 ||
            (!scope.is_open &&
             find_given(scope.given, run_fields(scope.sphere), scope.names[step->index]) != nullptr)) {
          break;
        }
        push(ValueView(context_->run->scheduled_start));
        --references;
        continue;
      case Quick::name: {
        const FieldName& name = scope.names[step->index];
        const Binding* given = find_binding(scope.given, name.text);
        if (given == nullptr && !scope.is_open) given = find_given({}, run_fields(scope.sphere), name);
        if (references == 0 || (given == nullptr && scope.object == kNoObject)) break;
        ValueView value;
        if (!plain_value(given != nullptr ? take(given->field) : look(*graph, scope.object, name), scope.sphere,
                         value)) {
          break;
        }
        push(value);
        --references;
        continue;
      }
      case Quick::member: {
        if (references == 0 || !top.is(Kind::reference) || top.object() == kNoObject) break;
        const FieldName& name = scope.names[step->index];
        const std::span<const Binding> context = given_of(top.object()), run = run_fields(top.sphere());
        const Binding* const given = context.empty() && run.empty() ? nullptr : find_given(context, run, name);
        if (!plain_value(given != nullptr ? take(given->field) : look(*graph, top.object(), name), top.sphere(), top)) {
          break;
        }
        --references;
        continue;
      }
      case Quick::call: {
        const functions::Callable& function = *step->callee.function;
        *below = in_words(top);
        ValueView* const arguments = below + 1 - step->count;
        if (!function.takes(arguments, step->count)) break;
        Call call = CallAccess::make(*this, arguments, step->count, step->callee.prepared, *context_);
        CallAccess::make_trial(call);
        const bool last = in_place && step + 1 == end;
        if (last) {
          const auto room = static_cast<std::uint64_t>(appending_.end - appending_.at);
          CallAccess::offer(call, appending_.at, std::min(room, arena.left()));
        }
        if (!(function.direct != nullptr ? function.direct(call) : function.body(call))) break;
        top = in_words(CallAccess::result(call));
        if (last && top.is(Kind::string) && top.text().data() == appending_.at) {
          (void)arena.charge(top.text().size());  // paid for as a text elsewhere; offered no more than is left
        }
        below = arguments;
        continue;
      }
      case Quick::none: break;
      default: __builtin_unreachable();
    }
    // Not for us: as it was before.
    until_check_ += count;
    arena.refund(memory - arena.left());
    return false;
  }
  references_ = limits_.max_references - references;
  out = top;
  return true;
}

// Appends the pieces of a template as far as the short way knows, and returns how many they are, or kWhole. A field
// whose text is a template itself is written where it will stand. Fields are not remembered here, so they may be
// evaluated, and paid for, more often than the general way would: when something comes up after such a field, nothing
// counts. Nor does it when a text finds no room, since its piece is paid for by then.
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
  Scope scope(program, names, context_->object, context_->run.has_value() ? Sphere::instance : Sphere::component,
              *context_);
  const ObjectGraph& objects = *graph;
  // References to this object are the general way's.
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
  for (;;) {
    if (next == end) {
      appending_.at = at;
      if (level == levels) return kWhole;
      --level;
      if (!arena.charge(appended() - level->begin)) return 0;
      scope = Scope(*level->program, level->names, level->object, scope.sphere, *context_);
      next = level->piece + 1;
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
        return 0;
      }
      continue;
    }
    ValueView value;
    if (piece.is_path == 0 || !scope.is_open) {
      appending_.at = at;
      if (!quick(scope, piece, true, value)) break;
      if (value.is(Kind::string) && value.text().data() == at) {
        at += value.text().size();
        continue;
      }
    } else {
      // From field to field: one value, of `owner`.
      const Step* step = scope.program->steps.data() + piece.first_step;
      const Step* const last = scope.program->steps.data() + piece.end_step - 1;
      const auto count = static_cast<std::uint32_t>(last + 1 - step);
      ObjectId owner = scope.object;
      One field;
      const auto walk = [&]() __attribute__((always_inline)) {
        for (;; ++step) {
          field = look(objects, owner, scope.names[step->index]);
          if (step == last) return field.single != Single::none;
          if (field.single != Single::instance) return false;
          owner = field.item->value.object();
          if (owner == special) return false;
        }
      };
      if (!walk() || count > limits_.max_references - references_ || !pay(count)) break;
      references_ += count;
      const FieldItem& item = *field.item;
      if (field.single == Single::text) {
        if (!put(item.value.text())) return 0;
        continue;
      }
      if (field.single == Single::compiled) {
        // A chain that is too deep, or a cycle: the general way knows what to do.
        bool cycle = false;
        for (const Level* outer = levels; outer != level; ++outer) {
          cycle = cycle || (outer->field == field.identity && outer->owner == owner);
        }
        const auto depth = static_cast<std::size_t>(level - levels);
        if (cycle || depth == kMostLevels || depth >= limits_.max_reference_depth || ++fields > kMostFields) return 0;
        appending_.at = at;
        *level++ = {scope.program, scope.names, scope.object, &piece, field.identity, owner, appended()};
        const Program& inner = ExpressionAccess::program(*item.expression);
        scope =
            Scope(inner, ExpressionAccess::names(*item.expression, objects.identity()), owner, scope.sphere, *context_);
        next = inner.pieces.data();
        end = next + inner.pieces.size();
        continue;
      }
      (void)plain_value(field, scope.sphere, value);
    }
    if (value.is(Kind::string)) {
      if (!put(value.text())) return 0;
    } else if (eval::written_room(value.kind()) != 0 && eval::kMostWrittenRoom <= arena.left() &&
               eval::kMostWrittenRoom <= static_cast<std::size_t>(room_end - at)) {
      at = write_charged(value, at);
    } else {
      appending_.at = at;
      if (!append_value(value)) return 0;
      at = appending_.at;
      room_end = appending_.end;
    }
  }
  // What has been written before this piece stays, unless it has to be evaluated in another way.
  appending_.at = at;
  return fields != 0 ? 0 : static_cast<std::size_t>(next - 1 - program.pieces.data());
}

// What only the general way leaves behind.
[[gnu::noinline]] void Evaluator::Machine::clear() {
  used_ = fatal_ = failed_ = again_ = false;
  texts_seen_.evict();
  environment_known_ = false;
  stack_.clear();
  frames_.clear();
  memo_.reset();
  secrets_.clear();
  parts.clear();
  parts_bytes = 0;
  diagnostics.clear();
  texts_ = 0;
  result = {};
}

[[gnu::always_inline]] inline void Evaluator::Machine::begin(const ObjectGraph& of, const Context& context) {
  graph = &of;
  context_ = &context;
  arena.reset(limits_.max_memory_bytes);
  allow_steps(limits_.max_steps);
  references_ = 0;
  if (used_) [[unlikely]]
    clear();
}

bool Evaluator::Machine::run(const Expression& expression, const ObjectGraph& of, const Context& context,
                             Wanted wanted) {
  if (!limits_known_) take_limits();
  begin(of, context);
  return start(expression, 0, wanted);
}

bool Evaluator::Machine::append(const Expression& expression, const ObjectGraph& of, const Context& context,
                                TextBuffer& out) {
  if (!limits_known_) [[unlikely]]
    take_limits();
  if (options.listener != nullptr) return append_parts(expression, of, context, out);  // it must see nothing twice
  const Program& program = ExpressionAccess::program(expression);
  out.room(std::min<std::size_t>(program.text.size(), limits_.max_output_bytes));
  appending_ = {&out, out.room(0), nullptr, out.size()};
  find_end();
  begin(of, context);
  std::size_t done = 0;
  if (!is_over()) {
    try {
      done = append_quickly(program, ExpressionAccess::names(expression, of.identity()));
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {
      done = 0;  // the general way says what was thrown, and where
    }
    if (done == kWhole) [[likely]] {
      out.commit(appended());
      return true;
    }
  }
  return append_rest(expression, of, context, out, done);
}

// In the general way, from that piece on.
[[gnu::noinline]] bool Evaluator::Machine::append_rest(const Expression& expression, const ObjectGraph& of,
                                                       const Context& context, TextBuffer& out, std::size_t done) {
  if (done == 0) {
    begin(of, context);
    appending_.at = out.room(0);
  }
  const bool good = start(expression, done, Wanted::appended);
  if (again_) return append_parts(expression, of, context, out);
  if (good) out.commit(appended());
  return good;
}

bool Evaluator::Machine::append_parts(const Expression& expression, const ObjectGraph& of, const Context& context,
                                      TextBuffer& out) {
  if (!run(expression, of, context, Wanted::parts)) return false;
  char* to = out.room(parts_bytes);
  for (const ValueView& part : parts) to = base::copy(to, part.text());
  out.commit(parts_bytes);
  return true;
}

}  // namespace pipexpr
