// Evaluator: the public class, and values that outlive an evaluation.
#include "eval/evaluator_impl.h"

namespace pipexpr {

Evaluator::Evaluator(const EvaluateOptions& options) : impl_(std::make_unique<eval::EvaluatorImpl>(options)) {}
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

Result<void> Evaluator::append(const Expression& expression, const ObjectGraph& graph, const Context& context,
                               TextBuffer& out) {
  PIPEXPR_CHECK(impl_ != nullptr);
  return impl_->append(expression, graph, context, out);
}

Result<void> Evaluator::pieces(const Expression& expression, const ObjectGraph& graph, const Context& context,
                               std::vector<std::string_view>& out) {
  PIPEXPR_CHECK(impl_ != nullptr);
  out.clear();
  if (!impl_->run(expression, graph, context, eval::Output::Wanted::parts)) {
    return impl_->take_diagnostics();
  }
  for (const ValueView& part : impl_->parts()) {
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
  PIPEXPR_CHECK(impl_ != nullptr);
  if (!impl_->run(expression, graph, context, eval::Output::Wanted::value)) return impl_->take_diagnostics();
  const ValueView& view = impl_->result();
  try {
    if (!view.is(Kind::list)) return own(view, graph);
    Value::List items;  // lists never nest
    items.reserve(view.size());
    for (const ValueView& item : view) items.push_back(own(item, graph));
    return Value(std::move(items));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& why) {
    return impl_->exception(expression, why.what());
  } catch (...) {
    return impl_->exception(expression, "an exception that is no std::exception");
  }
}

Usage Evaluator::usage() const { return impl_->usage(); }
std::size_t Evaluator::memory_bytes() const { return impl_->memory_bytes(); }
void Evaluator::shrink() { impl_->shrink(); }

const EvaluateOptions& Evaluator::options() const { return impl_->options(); }
void Evaluator::set_options(const EvaluateOptions& options) { impl_->set_options(options); }
void Evaluator::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
  impl_->set_deadline(deadline);
}

}  // namespace pipexpr
