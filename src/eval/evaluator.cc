// Evaluator: the public class, and values that outlive an evaluation.
#include "base/thrown_message.h"
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
  } catch (...) {
    return impl_->exception(expression, base::thrown_message());
  }
}

namespace {

// Why the value is not of the kind that was asked for. `wanted` says what that is.
Diagnostics wrong_kind(const Expression& expression, std::string_view wanted, const ValueView& found, bool is_secret) {
  const auto size = static_cast<std::uint32_t>(expression.text().size());
  const bool is_shown = found.is(Kind::string) && !is_secret;
  return {
      base::report(DiagnosticCode::wrong_result_kind, {0, size}, wanted,
                   is_shown ? fmt::format("'{}'", base::excerpt(found.text())) : std::string(kind_name(found.kind())))};
}

bool take(const ValueView& value, std::int64_t& out) {
  return value.is(Kind::integer) && (out = value.integer(), true);
}
bool take(const ValueView& value, double& out) {
  if (value.is(Kind::integer)) return out = static_cast<double>(value.integer()), true;
  return value.is(Kind::number) && (out = value.number(), true);
}
bool take(const ValueView& value, bool& out) {
  if (!value.is(Kind::string)) return false;
  out = value.text() == "true";
  return out || value.text() == "false";
}
bool take(const ValueView& value, DateTime& out) { return value.is(Kind::datetime) && (out = value.datetime(), true); }

template <class T>
Result<T> typed(eval::EvaluatorImpl& impl, const Expression& expression, const ObjectGraph& graph,
                const Context& context, std::string_view wanted) {
  if (!impl.run(expression, graph, context, eval::Output::Wanted::value)) return impl.take_diagnostics();
  T out = {};
  if (take(impl.result(), out)) return out;
  return wrong_kind(expression, wanted, impl.result(), impl.usage().has_read_secrets);
}

}  // namespace

Result<std::int64_t> Evaluator::integer(const Expression& expression, const ObjectGraph& graph,
                                        const Context& context) {
  PIPEXPR_CHECK(impl_ != nullptr);
  return typed<std::int64_t>(*impl_, expression, graph, context, kind_name(Kind::integer));
}
Result<double> Evaluator::number(const Expression& expression, const ObjectGraph& graph, const Context& context) {
  PIPEXPR_CHECK(impl_ != nullptr);
  return typed<double>(*impl_, expression, graph, context, kind_name(Kind::number));
}
Result<bool> Evaluator::boolean(const Expression& expression, const ObjectGraph& graph, const Context& context) {
  PIPEXPR_CHECK(impl_ != nullptr);
  return typed<bool>(*impl_, expression, graph, context, "'true' or 'false'");
}
Result<DateTime> Evaluator::datetime(const Expression& expression, const ObjectGraph& graph, const Context& context) {
  PIPEXPR_CHECK(impl_ != nullptr);
  return typed<DateTime>(*impl_, expression, graph, context, kind_name(Kind::datetime));
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
