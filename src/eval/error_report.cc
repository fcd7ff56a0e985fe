// From a fault to diagnostics: the span in the top template, and the path of fields that led to the place.
#include "base/limit_diagnostic.h"
#include "eval/machine.h"

namespace pipexpr {

// The part of a frame's template that is being evaluated. Frames below the innermost one have moved on already.
SourceSpan Evaluator::Machine::span_of(const Frame& frame, bool innermost) const {
  const Program& program = *frame.program;
  if (frame.piece >= program.pieces.size()) return {0, static_cast<std::uint32_t>(program.text.size())};
  const Piece& piece = program.pieces[frame.piece];
  if (piece.is_literal()) return piece.text;
  const std::uint32_t step = innermost || frame.step == piece.first_step ? frame.step : frame.step - 1;
  if (step >= piece.end_step) return piece.text;
  return program.nodes[program.steps[step].node].span;
}

// Where an argument of the current call stands; the position inside a literal's text when that is known.
SourceSpan Evaluator::Machine::argument_span(const Frame& frame) const {
  const Program& program = *frame.program;
  const Step& step = program.steps[frame.step];
  std::uint32_t node = step.node;
  for (int operand = step.count - 1; operand >= fault.argument; --operand) {
    --node;  // the root of this operand
    if (operand == fault.argument) break;
    for (std::uint32_t open = syntax::operand_count(program.nodes[node]); open > 0;) {
      --node;
      open = open - 1 + syntax::operand_count(program.nodes[node]);
    }
  }
  const syntax::Node& argument = program.nodes[node];
  return syntax::part_of(argument, fault.part);
}

PathStep Evaluator::Machine::path_step(std::string_view object, const Frame& field, std::string_view text,
                                       SourceSpan span) {
  constexpr std::uint32_t kAround = 100;  // bytes kept on both sides
  PathStep step;
  step.object = object;
  step.field = field.name;
  step.item = field.item;
  const std::uint32_t begin = span.offset > kAround ? span.offset - kAround : 0;
  step.text = text.substr(begin, std::min<std::size_t>(span.length, kAround) + 2 * kAround);
  step.span = {span.offset - begin, span.length};
  step.text_offset = begin;
  return step;
}

// The object of a frame's field, for messages; empty for a parameter.
std::string_view Evaluator::Machine::owner_of(const Frame& frame) const {
  return frame.parameter || frame.object == kNoObject ? std::string_view() : graph->id(frame.object);
}

// The way from the top template to the innermost one; `innermost` is the span there.
void Evaluator::Machine::add_path(Diagnostic& diagnostic, SourceSpan innermost) const {
  std::size_t last = 0;
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    if (frames_[i].work == Frame::Work::text) last = i;
  }
  for (std::size_t i = 0; i <= last; ++i) {
    const Frame& frame = frames_[i];
    if (frame.work != Frame::Work::text) continue;
    const SourceSpan span = i == last ? innermost : span_of(frame, false);
    if (i == 0) {
      diagnostic.span = span;
    } else {
      const std::string_view owner = owner_of(frame);
      diagnostic.path.push_back(path_step(owner, frame, frame.program->text, span));
    }
  }
}

bool Evaluator::Machine::fail_here() {
  if (frames_.empty()) return false;  // folding: the compiler reports
  failed_ = true;
  Diagnostic diagnostic;
  diagnostic.code = fault.code;
  diagnostic.message = std::move(fault.message);
  diagnostic.arguments = std::move(fault.arguments);
  if (format_message(diagnostic.code, diagnostic.arguments) != diagnostic.message) {  // another's, of an earlier fault
    diagnostic.arguments = base::arguments_of(code_description(diagnostic.code), diagnostic.message);
  }
  const Frame* text = &frames_.back();
  while (text->work != Frame::Work::text) --text;
  const bool innermost = text == &frames_.back();
  const bool argument = fault.argument >= 0 && innermost && text->piece < text->program->pieces.size();
  add_path(diagnostic, argument ? argument_span(*text) : span_of(*text, innermost));
  if (!fault.meant.empty() && innermost) {
    const syntax::Node& node = text->program->nodes[text->program->steps[text->step].node];
    diagnostic.replacement = TextEdit{node.text, std::move(fault.meant)};
    if (!diagnostic.path.empty()) diagnostic.replacement->span.offset -= diagnostic.path.back().text_offset;
  }
  fault.meant.clear();
  mask(diagnostic);
  diagnostics.push_back(std::move(diagnostic));
  return false;
}

void Evaluator::Machine::limit_fault(DiagnosticCode code, std::uint64_t Limits::*member) {
  fatal_ = true;
  const Diagnostic limit = base::limit_reached(code, {}, member, limits_);
  fault.code = limit.code;
  fault.message = limit.message;
  fault.argument = -1;
}

bool Evaluator::Machine::adopt(const Diagnostics& inner, const Frame& field, std::string_view text) {
  failed_ = true;
  for (const Diagnostic& cause : inner) {
    if (diagnostics.size() >= limits_.max_diagnostics) break;
    Diagnostic diagnostic = cause;
    const Frame* at = &frames_.back();
    while (at->work != Frame::Work::text) --at;
    add_path(diagnostic, span_of(*at, at == &frames_.back()));
    const std::string_view owner = owner_of(field);
    diagnostic.path.push_back(path_step(owner, field, text, cause.span));
    mask(diagnostic);
    diagnostics.push_back(std::move(diagnostic));
  }
  return false;
}

bool Evaluator::Machine::cycle(const Frame& field) {
  const auto name_of = [&](const Frame& frame) {
    const std::string_view owner = owner_of(frame);
    return owner.empty() ? std::string(frame.name) : fmt::format("{}.{}", owner, frame.name);
  };
  std::string chain;
  bool inside = false;
  for (const Frame& frame : frames_) {
    inside = inside || (frame.memoised && frame.key() == field.key());
    if (inside && frame.memoised) chain += name_of(frame) + " -> ";
  }
  return fail(DiagnosticCode::cycle, chain + name_of(field));
}

// A fault ends its expression only: the next ones are evaluated too, so that all faults are reported.
bool Evaluator::Machine::unwind() {
  for (const Frame& frame : frames_) {
    if (frame.memoised) memo_.forget(frame.key());
  }
  if (fatal_ || frames_.empty() || diagnostics.size() >= limits_.max_diagnostics) {
    frames_.clear();
    return false;
  }
  frames_.shrink(1);
  Frame& top = frames_.front();
  if (top.piece >= top.program->pieces.size()) {
    frames_.clear();
    return false;
  }
  ++top.piece;
  top.traces = false;
  top.in_expression = false;
  texts_ = 0;
  stack_.clear();
  return true;
}

// What stands before the dot of the current member, for the message.
std::string Evaluator::Machine::head_of_member() const {
  const Frame* text = &frames_.back();
  while (text->work != Frame::Work::text) --text;
  const std::uint32_t at = text == &frames_.back() ? text->step : text->step - 1;
  const syntax::Node& node = text->program->nodes[text->program->steps[at].node];
  const std::string_view head = text->program->source({node.span.offset, node.text.offset - node.span.offset});
  return base::excerpt(head.substr(0, head.find_last_not_of(" \t\r\n\v\f.") + 1));
}

}  // namespace pipexpr
