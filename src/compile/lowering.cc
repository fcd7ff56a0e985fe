// Lowers the tree of one expression to steps.
#include "compile/lowering.h"

#include "base/report.h"
#include "base/similar_names.h"
#include "eval/constant_folder.h"
#include "eval/prepare.h"
#include "functions/callable.h"
#include "functions/function_table.h"
#include "syntax/unescape.h"

namespace pipexpr::compile {

Lowering::Lowering(Program& program, bool fold) : program_(program), limits_(program.environment.limits), fold_(fold) {}
Lowering::~Lowering() = default;

namespace {

ImplicitField implicit_field(std::string_view name) {
  if (name == "@scheduledStartTime") return ImplicitField::scheduled_start;
  if (name == "@scheduledEndTime") return ImplicitField::scheduled_end;
  if (name == "@id" || name == "id") return ImplicitField::id;
  if (name == "name") return ImplicitField::name;
  if (name == "parent" || name == "@componentParent") return ImplicitField::parent;
  if (name == "@instanceParent") return ImplicitField::instance_parent;
  return ImplicitField::none;
}

std::string count_of(std::size_t count) {
  return count == 0 ? "no arguments" : count == 1 ? "1 argument" : fmt::format("{} arguments", count);
}

// Constants are of a single value's kind.
bool is_foldable(const FunctionSpec& function) {
  return function.pure && function.result != Kind::list && function.result != Kind::reference &&
         function.result != kAnyKind;
}

std::string count_of(const FunctionSpec& function) {
  const std::size_t min = function.min_arguments(), max = function.parameters.size();
  if (function.variadic) return "at least " + count_of(min);
  return min == max ? count_of(max) : fmt::format("{} to {}", min, count_of(max));
}

Diagnostic wrong_count(const eval::FunctionTable& functions, std::string_view name, const syntax::Node& node) {
  std::string signatures, counts;
  for (const auto& function : functions.functions) {
    if (function->name != name) continue;
    if (!signatures.empty()) signatures += " or ";
    signatures += signature(*function);
    if (!counts.empty()) counts += " or ";
    counts += count_of(*function);
  }
  return base::report(DiagnosticCode::wrong_argument_count, node.span, signatures, counts, node.count);
}

// What a function or an operator says of constant arguments.
void refuse(Diagnostic error, DiagnosticCode code, std::string message, SourceSpan span, Diagnostics& errors) {
  error.code = code;
  error.message = std::move(message);
  base::find_arguments(error);
  error.span = span;
  errors.push_back(std::move(error));
}

}  // namespace

void Lowering::lower(std::uint32_t first, Diagnostics& errors) {
  const std::size_t errors_before = errors.size();
  // With all the errors that may be reported, the program is not wanted any more.
  for (auto at = first; at < program_.nodes.size() && errors.size() < limits_.max_diagnostics; ++at) {
    const syntax::Node& node = program_.nodes[at];
    Step step;
    step.node = at;
    switch (node.kind) {
      case syntax::NodeKind::integer: step.constant = ValueView(node.integer); break;
      case syntax::NodeKind::number: step.constant = ValueView(node.number); break;
      case syntax::NodeKind::string: step.constant = text_of(node); break;
      case syntax::NodeKind::name: name(node, step); break;
      case syntax::NodeKind::member:
        program_.steps.push_back(step);
        member(at, program_.steps.back());
        continue;
      case syntax::NodeKind::negate:
        step.op = Step::Op::negate;
        step.fast = Step::FastOp::none;
        break;
      case syntax::NodeKind::binary: binary(node, step); break;
      case syntax::NodeKind::call:
        if (!call(node, step, errors)) {  // a step that is never evaluated, for what looks back at it
          step = Step();
          step.node = at;
        }
        break;
    }
    program_.steps.push_back(step);
    const bool operation = step.op != Step::Op::constant && step.op != Step::Op::name;
    const bool pure = step.op != Step::Op::call || is_foldable(*program_.functions[step.index]);
    const std::uint32_t operands = step.op == Step::Op::call ? step.count : syntax::operand_count(node);
    if (operation && pure && errors.size() == errors_before && fold_) fold(operands, errors);
  }
}

void Lowering::name(const syntax::Node& node, Step& step) {
  const std::string_view text = program_.source(node.text);
  step.op = Step::Op::name;
  step.index = node.index;
  step.implicit = implicit_field(text);
  step.runtime = text[0] == '@';
  const bool is_plain = step.implicit == ImplicitField::none && text[0] != '*';
  step.fast = is_plain                                          ? Step::FastOp::name
              : step.implicit == ImplicitField::scheduled_start ? Step::FastOp::start
              : step.implicit == ImplicitField::name            ? Step::FastOp::object_name
                                                                : Step::FastOp::none;
  program_.names.push_back({text, kNoKey});
}

void Lowering::member(std::uint32_t at, Step& step) {
  const syntax::Node& node = program_.nodes[at];
  const std::string_view text = program_.source(node.text);
  step.op = Step::Op::member;
  step.index = node.index;
  step.implicit = implicit_field(text);
  step.runtime = text[0] == '@';
  step.transitive = step.runtime && program_.nodes[at - 1].kind == syntax::NodeKind::member;
  const bool is_plain = step.implicit == ImplicitField::none && text[0] != '*' && !step.transitive;
  step.fast = is_plain                               ? Step::FastOp::member
              : step.implicit == ImplicitField::name ? Step::FastOp::member_name
                                                     : Step::FastOp::none;
  program_.names.push_back({text, kNoKey});
  Step& head = program_.steps[program_.steps.size() - 2];
  if (head.op == Step::Op::name) head.path_head = true;
}

void Lowering::binary(const syntax::Node& node, Step& step) {
  using Fast = Step::FastOp;
  step.op = Step::Op::binary;
  step.sign = node.op;
  Fast with_constant = Fast::constant;
  switch (node.op) {
    case '+': step.fast = Fast::add, with_constant = Fast::add_constant; break;
    case '-': step.fast = Fast::subtract, with_constant = Fast::subtract_constant; break;
    case '*': step.fast = Fast::multiply, with_constant = Fast::multiply_constant; break;
    case '/': step.fast = Fast::divide, with_constant = Fast::divide_constant; break;
    default: step.fast = Fast::power, with_constant = Fast::power_constant; break;
  }
  Step& right = program_.steps.back();
  if (right.op == Step::Op::constant) right.fast = with_constant;
}

bool Lowering::call(const syntax::Node& node, Step& step, Diagnostics& errors) {
  const std::string_view name = program_.source(node.text);
  const eval::FunctionTable& functions = *program_.environment.functions;
  const auto function = functions.find(name, node.count);
  if (function == nullptr && functions.find(name) != nullptr) {
    errors.push_back(wrong_count(functions, name, node));
    return false;
  }
  if (function == nullptr) {
    base::Similar similar(name);
    for (const auto& known : functions.functions) similar.consider(known->name);
    const std::string hint = base::did_you_mean(similar);
    errors.push_back(base::report(DiagnosticCode::unknown_function, node.text, base::excerpt(name), hint));
    if (!similar.best().empty()) errors.back().replacement = TextEdit{node.text, similar.best()};
    return false;
  }
  step.op = Step::Op::call;
  step.fast = Step::FastOp::none;
  std::uint32_t count = node.count;
  for (; count < function->parameters.size() && function->parameters[count].default_value; ++count) {
    Step argument;
    argument.node = step.node;
    argument.constant = keep_default(*function->parameters[count].default_value);
    program_.steps.push_back(argument);
  }
  if (count > 0xFFFF) {
    errors.push_back(base::report(DiagnosticCode::wrong_argument_count, node.span, signature(*function),
                                  "at most 65535 arguments", node.count));
    return false;
  }
  step.count = static_cast<std::uint16_t>(count);
  step.index = static_cast<std::uint32_t>(program_.functions.size());
  for (std::uint32_t i = 0; i < program_.functions.size(); ++i) {
    if (program_.functions[i] == function) step.index = i;
    if (i == 16) break;  // looking further would cost more than a second entry
  }
  if (step.index == program_.functions.size()) program_.functions.push_back(function);
  step.callee = {&functions::callable(*function), nullptr};
  if (function->prepare && !prepare(*function, step, errors)) return false;
  const bool is_ready = !function->prepare || step.callee.prepared != nullptr;
  if (is_ready && count != 0 && count <= functions::Callable::kMaxTaken) step.fast = Step::FastOp::call;
  return true;
}

// A literal argument that the function prepares (a date pattern) is prepared now, once.
bool Lowering::prepare(const FunctionSpec& function, Step& step, Diagnostics& errors) {
  const std::size_t from_end = step.count - function.prepared_parameter;
  if (program_.steps.size() < from_end) return true;
  // Counting steps back finds the argument when those after it are constants, as they are for a last argument.
  for (std::size_t i = 1; i <= from_end; ++i) {
    if (program_.steps[program_.steps.size() - i].op != Step::Op::constant) return true;
  }
  const Step& argument = program_.steps[program_.steps.size() - from_end];
  const ValueView& literal = argument.constant;
  if (!literal.is(Kind::string)) return true;
  Diagnostic error;
  Prepared made = eval::prepare_argument(function, literal.text(), limits_, error.exception);
  if (made.object == nullptr) {
    refuse(std::move(error), made.code, std::move(made.message),
           syntax::part_of(program_.nodes[argument.node], made.part), errors);
    return false;
  }
  step.callee.prepared = made.object.get();
  program_.prepared.push_back(std::move(made.object));
  return true;
}

// Steps of constants are one each, so operands that are all constant are the last steps.
bool Lowering::constants_before(std::uint32_t count) const {
  const std::size_t last = program_.steps.size() - 1;
  if (last < count) return false;
  for (std::size_t i = last - count; i < last; ++i) {
    if (program_.steps[i].op != Step::Op::constant) return false;
  }
  return true;
}

void Lowering::fold(std::uint32_t count, Diagnostics& errors) {
  if (!constants_before(count)) return;
  if (folder_ == nullptr) folder_ = std::make_unique<eval::ConstantFolder>();
  const Step step = program_.steps.back();
  std::vector<ValueView> operands;
  const std::size_t base = program_.steps.size() - 1 - count;
  for (std::uint32_t i = 0; i < count; ++i) operands.push_back(program_.steps[base + i].constant);
  ValueView value;
  if (!folder_->fold(program_, step, operands.data(), limits_, value)) {
    const eval::EvalError& why = folder_->error();
    SourceSpan span = program_.nodes[step.node].span;
    if (why.argument >= 0) {
      const Step& argument = program_.steps[base + static_cast<std::size_t>(why.argument)];
      span = syntax::part_of(program_.nodes[argument.node], why.part);
    }
    refuse({}, why.code, why.message, span, errors);
    return;
  }
  program_.steps.resize(base);
  Step result;
  result.node = step.node;
  result.constant = keep(value);
  program_.steps.push_back(result);
}

// Defaults are values of the registry's, which may change while the program lives.
ValueView Lowering::keep_default(const Value& value) {
  switch (value.kind()) {
    case Kind::string: return keep(ValueView(std::string_view(value.text())));
    case Kind::integer: return ValueView(value.integer());
    case Kind::number: return ValueView(value.number());
    case Kind::datetime: return ValueView(value.datetime());
    case Kind::period: return ValueView(value.period());
    default: return {};
  }
}

ValueView Lowering::text_of(const syntax::Node& node) {
  const std::string_view source = program_.source(node.text);
  if (!node.escaped) return ValueView(source);
  auto memory = std::make_unique<char[]>(source.size());
  const std::size_t size = syntax::unescape(source, memory.get());
  const ValueView result(std::string_view(memory.get(), size));
  program_.texts.push_back(std::move(memory));
  return result;
}

// A folded value's text moves from the folder's memory to the program's.
ValueView Lowering::keep(const ValueView& value) {
  if (!value.is(Kind::string)) return value;
  auto memory = std::make_unique<char[]>(value.text().size() + 1);
  value.text().copy(memory.get(), value.text().size());
  const ValueView result(std::string_view(memory.get(), value.text().size()));
  program_.texts.push_back(std::move(memory));
  return result;
}

}  // namespace pipexpr::compile
