#include "cli/renderer.h"

#include <algorithm>

namespace cli {
namespace {

using pipexpr::FieldItem;
using pipexpr::Kind;

// A value that needs no evaluation, as text.
Rendered::Item literal(const pipexpr::PipelineDefinition& graph, const FieldItem& item) {
  const pipexpr::ValueView& value = item.value;
  switch (value.kind()) {
    case Kind::string: return {std::string(value.text()), value.slot() == pipexpr::SlotType::reference};
    case Kind::reference: return {std::string(graph.id(value.object())), true};
    case Kind::integer: return {pipexpr::Value(value.integer()).to_text()};
    case Kind::number: return {pipexpr::Value(value.number()).to_text()};
    case Kind::datetime: return {pipexpr::Value(value.datetime()).to_text()};
    case Kind::period: return {pipexpr::Value(value.period()).to_text()};
    case Kind::unset:
    case Kind::list: break;
  }
  return {};
}

}  // namespace

Renderer::Renderer(Loaded& loaded, const Flags& flags, Mask& mask)
    : loaded_(loaded), graph_(*loaded.graph), flags_(flags), mask_(mask), evaluator_(flags.evaluate_options()) {
  const auto secret = [&](const auto& named) { return mask_.hides(named.name); };
  bool any = std::any_of(graph_.parameters().begin(), graph_.parameters().end(),
                         [&](const auto& parameter) { return mask_.hides(parameter.id); });
  for (std::size_t i = 0; i < graph_.object_count() && !any; ++i) {
    any = std::any_of(fields(graph_.object(i), false).begin(), fields(graph_.object(i), false).end(), secret);
  }
  if (!any) return;  // nobody need listen
  pipexpr::EvaluateOptions options = evaluator_.options();
  options.listener = &mask_;
  evaluator_.set_options(options);
  // All secrets are known before anything is shown. Those that cannot be evaluated fail again, and are
  // reported, when their fields are rendered.
  for (const auto& parameter : graph_.parameters()) {
    if (!mask_.hides(parameter.id)) continue;
    const auto expression = pipexpr::Expression::compile("#{" + std::string(parameter.id) + "}");
    if (expression) (void)evaluator_.value(*expression, graph_, {});
  }
  for (std::size_t i = 0; i < graph_.object_count(); ++i) {
    for (const auto& info : fields(graph_.object(i), false)) {
      if (!mask_.hides(info.name)) continue;
      for (std::uint32_t n = 0; n < info.field.count; ++n) mask_.learn(literal(graph_, info.field.items[n]).text);
    }
  }
}

std::vector<Rendered> Renderer::object(pipexpr::ObjectId object, const std::vector<std::string>& only, bool inherited) {
  pipexpr::Run run;
  if (!flags_.moments.at) return all(object, only, inherited, nullptr);
  pipexpr::Diagnostics out_of_range;  // the end then has no value, which its users report
  make_run(flags_.moments, loaded_, object, run, out_of_range);
  return all(object, only, inherited, &run);
}

std::vector<Rendered> Renderer::instance(pipexpr::ObjectId object, const std::vector<std::string>& only,
                                         pipexpr::Run run) {
  return all(object, only, true, &run);
}

const Renderer::Fields& Renderer::fields(pipexpr::ObjectId object, bool inherited) {
  auto& known = inherited ? all_ : own_;
  const auto number = static_cast<std::size_t>(object);
  if (known.size() <= number) known.resize(number + 1);
  if (!known[number]) known[number] = std::make_unique<const Fields>(graph_.fields(object, inherited));
  return *known[number];
}

std::vector<Rendered> Renderer::all(pipexpr::ObjectId object, const std::vector<std::string>& only, bool inherited,
                                    pipexpr::Run* run) {
  pipexpr::Context context{.object = object};
  context.now = flags_.moments.now.value_or(pipexpr::DateTime{});
  Bindings set;
  if (run != nullptr && !flags_.given.empty()) {
    set.assign(flags_.given, {}, graph_, object);
    run->fields = set.runtime();
  }
  if (run != nullptr) context.run = *run;
  // The node given is that of the alarms and preconditions it refers to.
  Bindings bindings;
  if (!flags_.node.empty()) {
    for (const auto& [referrer, field] : graph_.referrers(object)) {
      if (graph_.id(referrer) != flags_.node) continue;
      const Given node{"node", flags_.node, true};
      bindings.assign({&node, 1}, {}, graph_, object);
      context.fields = bindings.all();
      break;
    }
  }
  std::vector<Rendered> fields;
  for (const auto& info : this->fields(object, inherited)) {
    if (!only.empty() && std::find(only.begin(), only.end(), info.name) == only.end()) continue;
    Rendered field{info.name, {}, info.is_list};
    if (render(context, info, field)) fields.push_back(std::move(field));
  }
  return fields;
}

// False: the field has no value and is dropped.
bool Renderer::render(const pipexpr::Context& context, const pipexpr::PipelineDefinition::FieldInfo& info,
                      Rendered& out) {
  const std::size_t failed = counts_.failed;
  bool evaluated = false;
  for (std::uint32_t i = 0; i < info.field.count; ++i) evaluated = item(context, info, i, out) || evaluated;
  if (counts_.failed != failed) {
    counts_.failed = failed + 1;
    out.failed = true;
  } else {
    ++(evaluated ? counts_.rendered : counts_.untouched);
  }
  if (mask_.hides(info.name)) {
    for (Rendered::Item& one : out.items) one = {std::string(Mask::kShown)};
  }
  return !out.items.empty();
}

// Whether the item held an expression.
bool Renderer::item(const pipexpr::Context& context, const pipexpr::PipelineDefinition::FieldInfo& info,
                    std::uint32_t index, Rendered& out) {
  const FieldItem& item = info.field.items[index];
  if (item.form == FieldItem::Form::literal) return out.items.push_back(literal(graph_, item)), false;
  const std::string_view text = item.form == FieldItem::Form::compiled ? item.expression->text() : item.value.text();
  const auto give_up = [&](const pipexpr::Diagnostics& why) {
    fail(context.object, info, index, why);
    ++counts_.failed;
    out.items.push_back({std::string(text)});
    return true;
  };
  if (item.form == FieldItem::Form::invalid) return give_up(*item.diagnostics);
  const auto expression = item.form == FieldItem::Form::compiled
                              ? pipexpr::Result<pipexpr::Expression>(*item.expression)
                              : pipexpr::Expression::compile(text, flags_.compile_options());
  if (!expression) return give_up(expression.error());
  if (expression->is_literal()) return out.items.push_back({std::string(text)}), false;
  mask_.start();
  if (flags_.timeout > 0) evaluator_.set_deadline(flags_.deadline());
  const auto value = evaluator_.value(*expression, graph_, context);
  if (!value) return give_up(value.error());
  if (value->kind() == Kind::list) {
    out.is_list = true;
    for (const pipexpr::Value& one : value->items()) out.items.push_back({mask_.apply(one.to_text())});
  } else if (value->is_set()) {
    out.items.push_back({mask_.apply(value->to_text())});
  }
  return true;
}

void Renderer::fail(pipexpr::ObjectId object, const pipexpr::PipelineDefinition::FieldInfo& info, std::uint32_t index,
                    const pipexpr::Diagnostics& why) {
  const std::string_view field = info.name;
  if (!failed_.emplace(info.defined_by, field, index).second) return;
  for (pipexpr::Diagnostic diagnostic : why) {
    diagnostic.span = graph_.span(object, field, index, diagnostic.span);
    pipexpr::RenderOptions options{.source_name = graph_.source_name(), .source = graph_.json(), .color = color_};
    if (!lines_) lines_.emplace(graph_.json());
    options.lines = &*lines_;
    if (mask_.hides(field)) {
      const auto place = lines_->locate(diagnostic.span.offset);
      options.source = {};
      options.lines = nullptr;
      options.first_line = place.line;
      options.first_column = place.column;
      diagnostic.span = {};
    }
    for (pipexpr::PathStep& step : diagnostic.path) {
      if (!mask_.hides(step.field)) continue;
      step.text = Mask::kShown;
      step.span = {0, static_cast<std::uint32_t>(Mask::kShown.size())};
    }
    report_ += mask_.scrub(pipexpr::render(diagnostic, options));
  }
}

}  // namespace cli
