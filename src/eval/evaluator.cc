#include "eval/machine.h"

namespace pipexpr {

Evaluator::Evaluator(const EvaluateOptions& options) : machine_(std::make_unique<Machine>(options)) {}
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

Result<void> Evaluator::append(const Expression& expression, const ObjectGraph& graph, const Context& context,
                               TextBuffer& out) {
  PIPEXPR_CHECK(machine_ != nullptr);
  if (machine_->append(expression, graph, context, out)) [[likely]]
    return {};
  return machine_->take_diagnostics();
}

Result<void> Evaluator::pieces(const Expression& expression, const ObjectGraph& graph, const Context& context,
                               std::vector<std::string_view>& out) {
  PIPEXPR_CHECK(machine_ != nullptr);
  out.clear();
  if (!machine_->run(expression, graph, context, Machine::Wanted::parts)) {
    return machine_->take_diagnostics();
  }
  for (const ValueView& part : machine_->parts) {
    if (!part.text().empty()) out.push_back(part.text());
  }
  return {};
}

namespace {

Value own(const ValueView& view, const ObjectGraph& graph) {
  switch (view.kind()) {
    case Kind::unset: return {};
    case Kind::string: return view.text();
    case Kind::integer: return view.integer();
    case Kind::number: return view.number();
    case Kind::datetime: return view.datetime();
    case Kind::period: return view.period();
    case Kind::reference: return Reference{view.object(), std::string(graph.id(view.object()))};
    case Kind::list: break;
  }
  return {};
}

}  // namespace

Result<Value> Evaluator::value(const Expression& expression, const ObjectGraph& graph, const Context& context) {
  PIPEXPR_CHECK(machine_ != nullptr);
  if (!machine_->run(expression, graph, context, Machine::Wanted::value)) return machine_->take_diagnostics();
  const ValueView& view = machine_->result;
  try {
    if (!view.is(Kind::list)) return own(view, graph);
    Value::List items;  // lists never nest
    items.reserve(view.size());
    for (const ValueView& item : view) items.push_back(own(item, graph));
    return Value(std::move(items));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& why) {
    machine_->thrown(expression, why.what());
  } catch (...) {
    machine_->thrown(expression, "an exception that is no std::exception");
  }
  return machine_->take_diagnostics();
}

const EvaluateOptions& Evaluator::options() const { return machine_->options; }
void Evaluator::set_options(const EvaluateOptions& options) { machine_->changing() = options; }
void Evaluator::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
  machine_->options.deadline = deadline;
}

}  // namespace pipexpr
