// From an error to diagnostics: the span in the top template, and the path of fields that led to the place.
#include "eval/error_report.h"

#include <algorithm>
#include <new>

#include "base/limit_diagnostic.h"
#include "base/utf8.h"

namespace pipexpr::eval {

namespace {

PathStep path_step(std::string_view object, const Frame& field, std::string_view text, SourceSpan span) {
  constexpr std::uint32_t kAround = 100;  // bytes kept on both sides
  PathStep step;
  step.object = object;
  step.field = field.name;
  step.item = field.item;
  // The span may be a host's own, and lie after the text.
  span.offset = std::min(span.offset, static_cast<std::uint32_t>(text.size()));
  const std::uint32_t begin = span.offset > kAround ? span.offset - kAround : 0;
  step.text = text.substr(begin, std::min<std::size_t>(span.length, kAround) + 2 * kAround);
  step.span = {span.offset - begin, span.length};
  step.text_offset = begin;
  return step;
}

// The object that a frame's text is a field of; kNoObject for a parameter.
ObjectId owner_object(const Frame& frame) { return frame.parameter ? kNoObject : frame.object; }

// Of a graph that has thrown before, and may throw again; empty then, and for no object.
std::string id_of(const ObjectGraph& graph, ObjectId object) {
  if (object == kNoObject) return {};
  try {
    return std::string(graph.id(object));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    return "";
  }
}

// Makes the error that of a runtime field without a value, without reporting it.
void set_unset(State& state, ObjectId object, std::string_view name, base::UnsetUse use) {
  const std::string owner = object == kNoObject ? "no object" : fmt::format("'{}'", state.graph->id(object));
  state.error.set(DiagnosticCode::runtime_field_unset, name, owner,
                  base::why_unset(name, state.context->run.has_value(), use));
}

}  // namespace

bool ErrorReport::fail_unset(ObjectId object, std::string_view name, base::UnsetUse use) {
  set_unset(state_, object, name, use);
  return report();
}

bool ErrorReport::report_about(std::span<const ValueView> operands) {
  // Limits and what the host has thrown are not about the values.
  const bool is_about_values = state_.error.code < DiagnosticCode::limit_template_bytes;
  for (const ValueView& operand : operands) {
    const NullField* const known = is_about_values ? state_.find_null(operand) : nullptr;
    if (known == nullptr) continue;
    const int argument = state_.error.argument;
    set_unset(state_, known->object, known->name,
              known->has_text ? base::UnsetUse::null_computed : base::UnsetUse::empty_computed);
    state_.error.argument = argument;
    break;
  }
  return report();
}

// The part of a frame's template that is being evaluated. Frames below the innermost one have moved on already.
SourceSpan ErrorReport::span_of(const Frame& frame, bool innermost) const {
  const Program& program = *frame.program;
  if (frame.segment >= program.segments.size()) return {0, static_cast<std::uint32_t>(program.text.size())};
  const Segment& segment = program.segments[frame.segment];
  if (segment.is_literal()) return segment.text;
  const std::uint32_t step = innermost || frame.step == segment.first_step ? frame.step : frame.step - 1;
  if (step >= segment.end_step) return segment.text;
  return program.nodes[program.steps[step].node].span;
}

// Where an argument of the current call stands; the position inside a literal's text when that is known.
SourceSpan ErrorReport::argument_span(const Frame& frame) const {
  const Program& program = *frame.program;
  const Step& step = program.steps[frame.step];
  std::uint32_t node = step.node;
  for (int operand = step.count - 1; operand >= state_.error.argument; --operand) {
    --node;  // the root of this operand
    if (operand == state_.error.argument) break;
    for (std::uint32_t open = syntax::operand_count(program.nodes[node]); open > 0;) {
      --node;
      open = open - 1 + syntax::operand_count(program.nodes[node]);
    }
  }
  const syntax::Node& argument = program.nodes[node];
  return syntax::part_of(argument, state_.error.part);
}

// The object of a frame's field, for messages; empty for a parameter.
std::string_view ErrorReport::owner_of(const Frame& frame) const {
  const ObjectId object = owner_object(frame);
  return object == kNoObject ? std::string_view() : state_.graph->id(object);
}

// The way from the top template to the innermost one; `innermost` is the span there. Without it the host has thrown:
// the innermost template is known as a whole only, and the graph may throw once more when it is asked for an id.
void ErrorReport::add_path(Diagnostic& diagnostic, std::optional<SourceSpan> innermost) const {
  std::vector<const Frame*> templates;
  for (const Frame& frame : state_.frames) {
    if (frame.work == Frame::Work::text && frame.program != nullptr) templates.push_back(&frame);
  }
  for (const Frame* const frame : templates) {
    const std::string_view text = frame->program->text;
    const SourceSpan whole{0, static_cast<std::uint32_t>(text.size())};
    const SourceSpan span = frame == templates.back() ? innermost.value_or(whole) : span_of(*frame, false);
    if (frame == templates.front()) {
      diagnostic.span = span;
    } else {
      const std::string owner = innermost ? std::string(owner_of(*frame)) : id_of(*state_.graph, owner_object(*frame));
      diagnostic.path.push_back(path_step(owner, *frame, text, span));
    }
  }
}

const Frame& ErrorReport::innermost_template() const {
  const Frame* frame = &state_.frames.back();
  while (frame->work != Frame::Work::text) --frame;
  return *frame;
}

void ErrorReport::clear() {
  fatal_ = failed_ = false;
  diagnostics_.clear();
  secrets_.clear();
}

bool ErrorReport::over() {
  if (state_.budget.ended() == Budget::Ended::steps) return limit(DiagnosticCode::limit_steps, &Limits::max_steps);
  fatal_ = true;
  const bool cancelled = state_.budget.ended() == Budget::Ended::cancelled;
  return fail(cancelled ? DiagnosticCode::cancelled : DiagnosticCode::deadline_exceeded);
}

bool ErrorReport::host_exception(std::string_view template_text, std::string_view why) {
  diagnostics_.clear();
  const auto size = static_cast<std::uint32_t>(template_text.size());
  std::string words(base::cut_utf8(why, kMaxHostWords));
  if (const Question asked = std::exchange(state_.question, {}); !asked.field.empty()) {
    const std::string id = id_of(*state_.graph, asked.object);
    words += fmt::format(", when it was asked for the field '{}'{}", base::excerpt(asked.field),
                         id.empty() ? "" : fmt::format(" of object '{}'", base::excerpt(id)));
  }
  diagnostics_.push_back(base::report(DiagnosticCode::host_error, {0, size}, words));
  diagnostics_.back().exception = std::current_exception();
  add_path(diagnostics_.back(), std::nullopt);
  secrets_.mask(diagnostics_.back());
  return false;
}

bool ErrorReport::report() {
  if (state_.frames.empty()) return false;  // folding: the compiler reports
  failed_ = true;
  Diagnostic diagnostic;
  diagnostic.code = state_.error.code;
  diagnostic.message = std::move(state_.error.message);
  diagnostic.arguments = std::move(state_.error.arguments);
  diagnostic.exception = std::exchange(state_.error.exception, nullptr);
  if (format_message(diagnostic.code, diagnostic.arguments) != diagnostic.message) {  // another's, of an earlier error
    diagnostic.arguments = base::arguments_of(code_description(diagnostic.code), diagnostic.message);
  }
  const Frame* const text = &innermost_template();
  const bool innermost = text == &state_.frames.back();
  const bool argument = state_.error.argument >= 0 && innermost && text->segment < text->program->segments.size();
  add_path(diagnostic, argument ? argument_span(*text) : span_of(*text, innermost));
  if (!state_.error.meant.empty() && innermost) {
    const syntax::Node& node = text->program->nodes[text->program->steps[text->step].node];
    diagnostic.replacement = TextEdit{node.text, std::move(state_.error.meant)};
    if (!diagnostic.path.empty()) diagnostic.replacement->span.offset -= diagnostic.path.back().text_offset;
  }
  state_.error.meant.clear();
  if (state_.is_secret_used) Secrets::hide_values(diagnostic);
  secrets_.mask(diagnostic);
  diagnostics_.push_back(std::move(diagnostic));
  return false;
}

void ErrorReport::set_limit(DiagnosticCode code, std::uint64_t Limits::*member) {
  fatal_ = true;
  const Diagnostic limit = base::limit_reached(code, {}, member, state_.limits);
  state_.error.code = limit.code;
  state_.error.message = limit.message;
  state_.error.argument = -1;
}

bool ErrorReport::append_nested_errors(const Diagnostics& inner, const Frame& field, std::string_view text) {
  failed_ = true;
  for (const Diagnostic& cause : inner) {
    if (diagnostics_.size() >= state_.limits.max_diagnostics) break;
    Diagnostic diagnostic = cause;
    const Frame& at = innermost_template();
    add_path(diagnostic, span_of(at, &at == &state_.frames.back()));
    const std::string_view owner = owner_of(field);
    diagnostic.path.push_back(path_step(owner, field, text, cause.span));
    secrets_.mask(diagnostic);
    diagnostics_.push_back(std::move(diagnostic));
  }
  return false;
}

bool ErrorReport::cycle(const Frame& field) {
  const auto name_of = [&](const Frame& frame) {
    const std::string_view owner = owner_of(frame);
    return owner.empty() ? std::string(frame.name) : fmt::format("{}.{}", owner, frame.name);
  };
  std::string chain;
  bool inside = false;
  for (const Frame& frame : state_.frames) {
    inside = inside || (frame.memoised && frame.key() == field.key());
    if (inside && frame.memoised) chain += name_of(frame) + " -> ";
  }
  return fail(DiagnosticCode::cycle, chain + name_of(field));
}

// What precedes the dot of the current member, for the message.
std::string ErrorReport::head_of_member() const {
  const Frame* const text = &innermost_template();
  const std::uint32_t at = text == &state_.frames.back() ? text->step : text->step - 1;
  const syntax::Node& node = text->program->nodes[text->program->steps[at].node];
  const std::string_view head = text->program->source({node.span.offset, node.text.offset - node.span.offset});
  return base::excerpt(head.substr(0, head.find_last_not_of(" \t\r\n\v\f.") + 1));
}

}  // namespace pipexpr::eval
