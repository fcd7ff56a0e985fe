// Fields under evaluation: onto the stack or as frames, and from a frame's values to the field's value.
#include "eval/field_evaluator.h"

#include <algorithm>
#include <cstring>

#include "eval/text_compiler.h"
#include "syntax/find_opener.h"

namespace pipexpr::eval {

bool FieldEvaluator::push(const Field& field, ObjectId object, Sphere sphere, std::string_view name, Origin origin,
                          bool of_instance) {
  const std::uint32_t count = field.items != nullptr ? field.count : 0;
  if (count == 1 && field.items->form == FieldItem::Form::literal && state_.listener == nullptr) {
    return values_.push(field.items->value, field.type, sphere, name);
  }
  if (count == 0) {
    if (field.required) return errors_.fail(DiagnosticCode::parameter_without_value, name, name);
    state_.stack.push_back(ValueView());
    if (state_.listener != nullptr) {
      trace_known(origin == Origin::parameter ? kNoObject : object, name, origin);
    }
    return true;
  }
  const void* const identity = field.identity != nullptr ? field.identity : field.items;
  const Memo::Key key{identity, object, sphere, name, of_instance};
  bool fresh = false;
  const Memo::Entry& entry = memo_.find(key, fresh);
  if (!fresh && entry.done) {
    state_.stack.push_back(entry.value);
    if (state_.listener != nullptr) {
      trace_known(origin == Origin::parameter ? kNoObject : object, name, Origin::memo);
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
  frame.of_instance = of_instance;
  frame.name = name;
  frame.identity = identity;
  frame.base = static_cast<std::uint32_t>(state_.stack.size());
  frame.items = field.items;
  frame.count = count;
  if (!fresh) return errors_.cycle(frame);
  frame.memoised = true;
  if (state_.listener != nullptr) {
    state_.listener->enter_field({frame.parameter ? kNoObject : object, name, origin,
                                  field.items->value.is(Kind::string) ? field.items->value.text() : std::string_view(),
                                  static_cast<std::uint32_t>(state_.depth)});
  }
  if (count != 1) {
    // The host may use its items for another field before the last of these has been evaluated.
    const std::uint64_t bytes = std::uint64_t{count} * sizeof(FieldItem);
    if (bytes > state_.arena.left()) return errors_.out_of_memory();
    frame.items = reinterpret_cast<const FieldItem*>(
        std::memcpy(state_.arena.allocate_values_uncharged<FieldItem>(count), field.items, bytes));
    state_.frames.push_back(frame);
    return true;
  }
  if (push_item(frame, *field.items)) return true;
  memo_.forget(frame.key());  // no frame stands for it; left alone, the next one to read it would see a cycle
  return false;
}

// One value of a field: onto the stack, or as a frame that will leave it there.
bool FieldEvaluator::push_item(const Frame& field, const FieldItem& item) {
  const Program* program = nullptr;
  const FieldName* names = nullptr;
  switch (item.form) {
    case FieldItem::Form::literal: break;
    case FieldItem::Form::invalid:
      if (item.diagnostics == nullptr || item.diagnostics->empty())
        return errors_.fail(DiagnosticCode::host_error, "an invalid text without diagnostics");
      return errors_.append_nested_errors(*item.diagnostics, field,
                                          item.value.is(Kind::string) ? item.value.text() : std::string_view());
    case FieldItem::Form::compiled:
      if (item.expression == nullptr)
        return errors_.fail(DiagnosticCode::host_error, "a compiled text without an expression");
      program = &ExpressionAccess::program(*item.expression);
      names = ExpressionAccess::names(*item.expression, state_.graph->identity());
      break;
    case FieldItem::Form::text: {
      if (!item.value.is(Kind::string)) break;
      const std::string_view source = item.value.text();
      if (syntax::find_opener(source, 0, state_.frames.front().program->environment.delimiters) == source.size()) break;
      program = compile(source, field);
      if (program == nullptr) return false;
      if (program->is_literal())
        program = nullptr;
      else
        names = program->names.data();
    }
  }
  if (program == nullptr) {
    if (!values_.push(item.value, field.slot, field.sphere, field.name)) return false;
    if (state_.listener != nullptr) {
      const std::string_view source = item.value.is(Kind::string) ? item.value.text() : std::string_view();
      const auto size = static_cast<std::uint32_t>(source.size());
      state_.listener->node({source, {0, size}, "text", {}, 0, static_cast<std::uint32_t>(state_.depth)},
                            state_.stack.back());
    }
    finish_item(field, state_.stack.back());
    return true;
  }
  return push_template(field, *program, names, item.value.is_secret());
}

bool FieldEvaluator::push_template(const Frame& field, const Program& program, const FieldName* names, bool is_secret) {
  if (++state_.depth > state_.limits.max_reference_depth) {
    return errors_.limit(DiagnosticCode::limit_reference_depth, &Limits::max_reference_depth);
  }
  Frame& frame = state_.frames.push();
  frame = field;
  frame.secret = is_secret;
  frame.work = Frame::Work::text;
  frame.program = &program;
  frame.names = names;
  frame.parts_base = static_cast<std::uint32_t>(state_.parts.size());
  frame.base = static_cast<std::uint32_t>(state_.stack.size());
  return true;
}

bool FieldEvaluator::run_items() {
  Frame& frame = state_.frames.back();
  if (frame.item == frame.count) return collect();
  if (!state_.budget.charge()) return errors_.over();
  Frame item = frame;
  item.memoised = false;
  const FieldItem& next = frame.items[frame.item++];
  return push_item(item, next);
}

// The values above the frame's base become its value: flattened, without the unset ones; a single one stands for
// itself.
bool FieldEvaluator::collect() {
  const Frame& frame = state_.frames.back();
  std::uint64_t count = 0;
  bool is_secret = false;
  for (std::size_t i = frame.base; i < state_.stack.size(); ++i) {
    count += state_.stack[i].is(Kind::list) ? state_.stack[i].size() : state_.stack[i].is(Kind::unset) ? 0 : 1;
    is_secret = is_secret || state_.stack[i].is_secret();
  }
  ValueView value;
  if (count != 0) {
    ValueView* const items = joiner_.allocate_list(count);
    if (items == nullptr) return false;
    ValueView* to = items;
    for (std::size_t i = frame.base; i < state_.stack.size(); ++i) {
      const ValueView& part = state_.stack[i];
      if (part.is(Kind::list)) {
        to = std::copy(part.begin(), part.end(), to);
      } else if (!part.is(Kind::unset)) {
        *to++ = part;
      }
    }
    value = count == 1 ? items[0] : ValueView(items, static_cast<std::uint32_t>(count));
  }
  state_.stack.shrink(frame.base);
  return finish_field(is_secret ? value.as_secret() : value);
}

bool FieldEvaluator::finish_template(ValueView value, bool is_single) {
  --state_.depth;
  const bool is_secret = value.is_secret();
  if (!convert_to_slot(value, state_.frames.back().slot)) return false;
  if (is_secret) value = value.as_secret();
  // A text around expressions costs its length, in one part or in many.
  if (!is_single && value.is(Kind::string) && !state_.arena.charge(value.text().size())) {
    return errors_.out_of_memory();
  }
  return finish_field(value);
}

void FieldEvaluator::forget_open_fields() {
  for (const Frame& frame : state_.frames) {
    if (frame.memoised) memo_.forget(frame.key());
  }
}

void FieldEvaluator::clear() {
  memo_.reset();
  texts_.begin();
}

// A field that needs no evaluation; its value is on the stack.
void FieldEvaluator::trace_known(ObjectId object, std::string_view name, Origin origin) {
  const TracedField field{object, name, origin, {}, static_cast<std::uint32_t>(state_.depth)};
  state_.listener->enter_field(field);
  state_.listener->leave_field(field, state_.stack.back());
}

// What a field's text evaluated to, as its slot's type: numbers become texts, as AWS Data Pipeline stores fields (rule
// 3.10); date-times, periods and references keep what their text would lose.
bool FieldEvaluator::convert_to_slot(ValueView& value, SlotType slot) {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::number:
      if (!joiner_.to_text(value, value)) return false;
      [[fallthrough]];
    case Kind::string:
      if (value.slot() == SlotType::datetime && state_.find_null(value) != nullptr) return true;
      value = ValueView(value.text(), slot);
      return true;
    case Kind::list: break;
    default: return true;
  }
  ValueView* const items = joiner_.allocate_list(value.size());
  if (items == nullptr) return false;
  for (std::uint32_t i = 0; i < value.size(); ++i) {
    items[i] = value.begin()[i];
    const Kind kind = items[i].kind();
    if ((kind == Kind::integer || kind == Kind::number) && !joiner_.to_text(items[i], items[i])) return false;
    if (items[i].is(Kind::string)) items[i] = ValueView(items[i].text(), slot);
  }
  value = ValueView(items, value.size());
  return true;
}

// Ends the top frame with its value.
bool FieldEvaluator::finish_field(ValueView value) {
  if (Secrets::is_secret(state_.frames.back().name) || state_.frames.back().secret) value = value.as_secret();
  if (value.is_secret()) {
    if (!value.is(Kind::list)) errors_.secrets().note(value);  // its items have been
    state_.reads_secrets = true;
  }
  finish_item(state_.frames.back(), value);
  state_.frames.pop_back();
  state_.stack.push_back(value);
  return true;
}

void FieldEvaluator::finish_item(const Frame& field, const ValueView& value) {
  if (!field.memoised) return;
  memo_.finish(field.key(), value);
  if (state_.listener == nullptr) return;
  state_.listener->leave_field({field.parameter ? kNoObject : field.object,
                                field.name,
                                field.origin,
                                {},
                                static_cast<std::uint32_t>(state_.depth)},
                               value);
}

// A host's text, compiled once per evaluator, with what the top template was compiled with and under the stricter of
// both limits. Each evaluation is charged for every text that it uses, whether it was compiled before or not, so that
// its outcome does not depend on the evaluations before it.
const Program* FieldEvaluator::compile(std::string_view text, const Frame& field) {
  texts_.use(state_.frames.front().program->environment, state_.limits);
  const TextCache::Text* known = texts_.find(text);
  if (known == nullptr) {
    auto made = texts_.environment().compiler->compile(text, texts_.environment());
    if (!made) {
      errors_.append_nested_errors(made.error(), field, text);
      return nullptr;
    }
    known = &texts_.insert(std::move(*made));
  }
  if (state_.arena.charge(known->bytes)) return known->program.get();
  errors_.out_of_memory();
  return nullptr;
}

}  // namespace pipexpr::eval
