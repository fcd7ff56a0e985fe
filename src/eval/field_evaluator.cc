// Fields under evaluation: a text with expressions is a frame of its own, in the context of the object whose field it
// is; each is evaluated once per evaluation.
#include <cmath>

#include "eval/machine.h"
#include "eval/text_compiler.h"
#include "syntax/find_opener.h"

namespace pipexpr {

// A value as the host gave it: a text gets its slot's type, a reference leads to an instance when there is a run, and
// what no value of the language can be is an error.
bool Evaluator::Machine::host_value(ValueView& value, SlotType slot, Sphere sphere, std::string_view name) {
  switch (value.kind()) {
    case Kind::string: value = ValueView(value.text(), slot); return true;
    case Kind::reference: {
      if (value.object() == kNoObject) {  // no host should; never ask it about an object that does not exist
        value = ValueView();
        return true;
      }
      const bool instance =
          sphere == Sphere::instance && (value.sphere() == Sphere::instance || graph->has_instances(value.object()));
      value = ValueView(value.object(), instance ? Sphere::instance : Sphere::component);
      return true;
    }
    case Kind::number:
      if (std::isfinite(value.number())) return true;
      return fail(DiagnosticCode::not_finite, fmt::format("the field '{}'", base::excerpt(name)));
    case Kind::list: return flatten(value, slot, sphere, name);
    default: return true;
  }
}

// A host's list: its items one by one, those of lists in it among them.
bool Evaluator::Machine::flatten(ValueView& list, SlotType slot, Sphere sphere, std::string_view name) {
  constexpr std::size_t kMaxDepth = 8;  // deeper ones are none, or hold themselves
  struct Part {
    const ValueView* at;
    const ValueView* end;
  };
  Part open[kMaxDepth] = {{list.begin(), list.end()}};
  std::size_t depth = 1;
  const std::size_t base = stack_.size();
  while (depth != 0) {
    Part& part = open[depth - 1];
    if (part.at == part.end) {
      --depth;
      continue;
    }
    ValueView item = *part.at++;
    if (item.is(Kind::list)) {
      if (depth == kMaxDepth) {
        return fail(DiagnosticCode::host_fault,
                    fmt::format("the field '{}' has lists in lists, deeper than {}", base::excerpt(name), kMaxDepth));
      }
      open[depth++] = {item.begin(), item.end()};
      continue;
    }
    if (stack_.size() - base == limits_.max_list_items) {
      return fail_limit(DiagnosticCode::limit_list_items, &Limits::max_list_items);
    }
    if (!host_value(item, slot, sphere, name)) return false;
    if (!item.is(Kind::unset)) stack_.push_back(item);
  }
  const std::size_t count = stack_.size() - base;
  if (count == 0) {
    list = ValueView();
  } else if (count == 1) {
    list = stack_.back();
  } else {
    ValueView* const items = list_room(count);
    if (items == nullptr) return false;
    std::copy(stack_.begin() + base, stack_.end(), items);
    list = ValueView(items, static_cast<std::uint32_t>(count));
  }
  stack_.shrink(base);
  return true;
}

bool Evaluator::Machine::push_value(const ValueView& given, SlotType slot, Sphere sphere, std::string_view name) {
  ValueView value = given;
  if (!host_value(value, slot, sphere, name)) return false;
  stack_.push_back(value);
  return true;
}

bool Evaluator::Machine::push_field(const Field& field, ObjectId object, Sphere sphere, std::string_view name,
                                    Origin origin) {
  const std::uint32_t count = field.items != nullptr ? field.count : 0;
  if (count == 1 && field.items->form == FieldItem::Form::literal && listener_ == nullptr) {
    if (!push_value(field.items->value, field.type, sphere, name)) return false;
    if (name.starts_with('*')) note_secret(stack_.back());
    return true;
  }
  if (count == 0) {
    if (field.required) return fail(DiagnosticCode::parameter_without_value, name, name);
    stack_.push_back(ValueView());
    if (listener_ != nullptr) {
      trace_known({origin == Origin::parameter ? kNoObject : object, name, origin, {}, 0});
    }
    return true;
  }
  const void* const identity = field.identity != nullptr ? field.identity : field.items;
  const eval::Memo::Key key{identity, object, sphere, name};
  bool fresh = false;
  const eval::Memo::Entry& entry = memo_.find(key, fresh);
  if (!fresh && entry.done) {
    stack_.push_back(entry.value);
    if (listener_ != nullptr) {
      trace_known({origin == Origin::parameter ? kNoObject : object, name, Origin::memo, {}, 0});
    }
    return true;
  }
  Frame frame;
  frame.work = Frame::Work::items;
  frame.sphere = sphere;
  frame.origin = origin;
  frame.slot = field.type;
  frame.object = object;
  frame.parameter = origin == Origin::parameter;
  frame.name = name;
  frame.identity = identity;
  frame.base = static_cast<std::uint32_t>(stack_.size());
  frame.items = field.items;
  frame.count = count;
  if (!fresh) return cycle(frame);
  frame.memoised = true;
  if (listener_ != nullptr) {
    listener_->enter_field({frame.parameter ? kNoObject : object, name, origin,
                            field.items->value.is(Kind::string) ? field.items->value.text() : std::string_view(),
                            static_cast<std::uint32_t>(texts_)});
  }
  if (count != 1) {
    // The host may use its items for another field before the last of these has been evaluated.
    const std::uint64_t bytes = std::uint64_t{count} * sizeof(FieldItem);
    if (bytes > arena.left()) return fail_memory();
    frame.items = reinterpret_cast<const FieldItem*>(
        std::memcpy(arena.allocate_values_uncharged<FieldItem>(count), field.items, bytes));
    frames_.push_back(frame);
    return true;
  }
  if (push_item(frame, *field.items)) return true;
  memo_.forget(frame.key());  // no frame stands for it; left alone, the next one to read it would see a cycle
  return false;
}

// One value of a field: onto the stack, or as a frame that will leave it there.
bool Evaluator::Machine::push_item(const Frame& field, const FieldItem& item) {
  const Program* program = nullptr;
  const FieldName* names = nullptr;
  switch (item.form) {
    case FieldItem::Form::literal: break;
    case FieldItem::Form::invalid:
      if (item.diagnostics == nullptr) return fail(DiagnosticCode::host_fault, "an invalid text without diagnostics");
      return adopt(*item.diagnostics, field, item.value.is(Kind::string) ? item.value.text() : std::string_view());
    case FieldItem::Form::compiled:
      if (item.expression == nullptr) return fail(DiagnosticCode::host_fault, "a compiled text without an expression");
      program = &ExpressionAccess::program(*item.expression);
      names = ExpressionAccess::names(*item.expression, graph->identity());
      break;
    case FieldItem::Form::text: {
      if (!item.value.is(Kind::string)) break;
      const std::string_view source = item.value.text();
      if (syntax::find_opener(source, 0, delimiters()) == source.size()) break;
      program = compiled(source, field);
      if (program == nullptr) return false;
      if (program->is_literal())
        program = nullptr;
      else
        names = program->names.data();
    }
  }
  if (program == nullptr) {
    if (!push_value(item.value, field.slot, field.sphere, field.name)) return false;
    if (listener_ != nullptr) {
      const std::string_view source = item.value.is(Kind::string) ? item.value.text() : std::string_view();
      const auto size = static_cast<std::uint32_t>(source.size());
      listener_->node({source, {0, size}, "text", {}, 0, static_cast<std::uint32_t>(texts_)}, stack_.back());
    }
    settle(field, stack_.back());
    return true;
  }
  if (++texts_ > limits_.max_reference_depth) {
    return fail_limit(DiagnosticCode::limit_reference_depth, &Limits::max_reference_depth);
  }
  Frame& frame = frames_.push();
  frame = field;
  frame.work = Frame::Work::text;
  frame.program = program;
  frame.names = names;
  frame.parts_base = static_cast<std::uint32_t>(parts.size());
  frame.base = static_cast<std::uint32_t>(stack_.size());
  return true;
}

bool Evaluator::Machine::run_items() {
  Frame& frame = frames_.back();
  if (frame.item == frame.count) return collect();
  if (!charge()) return false;
  Frame item = frame;
  item.memoised = false;
  const FieldItem& next = frame.items[frame.item++];
  return push_item(item, next);
}

bool Evaluator::Machine::run_members() {
  Frame& frame = frames_.back();
  if (frame.item == frame.count) return collect();
  if (!charge()) return false;
  const ValueView operand = frame.list.begin()[frame.item++];
  const FieldName name{frame.name, frame.member_key};
  return read_member(operand, name, frame.member_known);
}

// The values above the frame's base become its value: flattened, without the unset ones; a single one stands for
// itself.
bool Evaluator::Machine::collect() {
  const Frame& frame = frames_.back();
  std::uint64_t count = 0;
  for (std::size_t i = frame.base; i < stack_.size(); ++i) {
    count += stack_[i].is(Kind::list) ? stack_[i].size() : stack_[i].is(Kind::unset) ? 0 : 1;
  }
  ValueView value;
  if (count != 0) {
    ValueView* const items = list_room(count);
    if (items == nullptr) return false;
    ValueView* to = items;
    for (std::size_t i = frame.base; i < stack_.size(); ++i) {
      const ValueView& part = stack_[i];
      if (part.is(Kind::list)) {
        to = std::copy(part.begin(), part.end(), to);
      } else if (!part.is(Kind::unset)) {
        *to++ = part;
      }
    }
    value = count == 1 ? items[0] : ValueView(items, static_cast<std::uint32_t>(count));
  }
  stack_.shrink(frame.base);
  return finish_field(value);
}

bool Evaluator::Machine::finish_text() {
  Frame& frame = frames_.back();
  if (frames_.size() == 1) {
    // Where an expression of the top template has failed, its parts are incomplete.
    if (failed_ || wanted_ == Wanted::appended) {
      frames_.pop_back();
      return true;
    }
    if (wanted_ == Wanted::parts) return finish_parts();
  }
  ValueView value(std::string_view(""));
  const bool is_single = frame.program->is_single();
  if (is_single) {
    value = parts.back();
  } else if (!join_parts(frame.parts_base, value, frames_.size() == 1)) {
    return false;
  }
  parts.shrink(frame.parts_base);
  if (frames_.size() == 1) {
    if (value.is(Kind::string) && value.text().size() > limits_.max_output_bytes) {
      return fail_limit(DiagnosticCode::limit_output_bytes, &Limits::max_output_bytes);
    }
    ValueView whole;  // a list is as long as its text, so that all ways to evaluate agree
    if (value.is(Kind::list) && !list_text(value, whole)) return false;
    if (listener_ != nullptr) trace_template(*frame.program, value);
    result = value;
    frames_.pop_back();
    return true;
  }
  if (listener_ != nullptr) trace_template(*frame.program, value);
  --texts_;
  if (!typed(value, frame.slot)) return false;
  // A text around expressions costs its length, in one part or in many.
  if (!is_single && value.is(Kind::string) && !arena.charge(value.text().size())) return fail_memory();
  return finish_field(value);
}

// What a field's text evaluated to, as its slot's type: numbers become texts, as the service stores fields (rule
// 3.10); date-times, periods and references keep what their text would lose.
bool Evaluator::Machine::typed(ValueView& value, SlotType slot) {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::number:
      if (!eval::to_text(value, graph, arena, value)) return fail_memory();
      [[fallthrough]];
    case Kind::string: value = ValueView(value.text(), slot); return true;
    case Kind::list: break;
    default: return true;
  }
  ValueView* const items = list_room(value.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < value.size(); ++i) {
    items[i] = value.begin()[i];
    const Kind kind = items[i].kind();
    if ((kind == Kind::integer || kind == Kind::number) && !eval::to_text(items[i], graph, arena, items[i])) {
      return fail_memory();
    }
    if (items[i].is(Kind::string)) items[i] = ValueView(items[i].text(), slot);
  }
  value = ValueView(items, value.size());
  return true;
}

// Ends the top frame with its value.
bool Evaluator::Machine::finish_field(ValueView value) {
  settle(frames_.back(), value);
  frames_.pop_back();
  stack_.push_back(value);
  return true;
}

void Evaluator::Machine::settle(const Frame& field, const ValueView& value) {
  if (!field.memoised) return;
  if (field.name.starts_with('*')) note_secret(value);
  memo_.finish(field.key(), value);
  if (listener_ == nullptr) return;
  listener_->leave_field(
      {field.parameter ? kNoObject : field.object, field.name, field.origin, {}, static_cast<std::uint32_t>(texts_)},
      value);
}

// A host's text, compiled once per evaluator, with what the top template was compiled with and under the stricter of
// both limits. Each evaluation pays for every text that it uses, whether it was compiled before or not, so that its
// outcome does not depend on the evaluations before it.
const Program* Evaluator::Machine::compiled(std::string_view text, const Frame& field) {
  if (!environment_known_) {
    eval::Environment environment = frames_.front().program->environment;
    environment.limits = environment.limits.stricter(limits_);
    environment_ = texts_seen_.id_of(environment);
    environment_known_ = true;
  }
  const eval::TextCache::Text* known = texts_seen_.find(environment_, text);
  if (known == nullptr) {
    const eval::Environment& environment = texts_seen_.environment(environment_);
    auto made = environment.compiler->compile(text, environment);
    if (!made) {
      adopt(made.error(), field, text);
      return nullptr;
    }
    known = &texts_seen_.insert(environment_, std::move(*made));
  }
  if (arena.charge(known->bytes)) return known->program.get();
  fail_memory();
  return nullptr;
}

}  // namespace pipexpr
