// Implements DefinitionRenderer: evaluates every field of an object, masks secrets, and reports what fails.
#include <pipexpr/render.h>

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include <pipexpr/field.h>
#include <pipexpr/line_index.h>
#include <pipexpr/schedule.h>
#include <pipexpr/specialize.h>

#include "base/hash.h"
#include "specializer/literal.h"

namespace pipexpr {
namespace {

// What is kept of the object in a table that grows as objects are asked for.
template <class Kept>
Kept& at_object(std::vector<Kept>& table, ObjectId object) {
  const auto number = static_cast<std::size_t>(object);
  if (table.size() <= number) table.resize(number + 1);
  return table[number];
}

}  // namespace

class DefinitionRenderer::State {
 public:
  using Fields = std::vector<PipelineDefinition::FieldInfo>;

  State(const PipelineDefinition& definition, SecretMask& mask, const RenderSettings& settings);

  std::vector<RenderedField> all(ObjectId object, std::span<const PipelineDefinition::FieldInfo> fields,
                                 std::span<const std::string> only, const std::optional<Run>& run);
  std::optional<Run> run_of_settings(ObjectId object);
  const Fields& fields(ObjectId object, bool inherited);
  void set_node(std::string_view id);

  RenderSettings settings_;
  RenderCounts counts_;
  std::string report_;

 private:
  bool is_node_of(ObjectId object);
  bool render(const Context& context, const PipelineDefinition::FieldInfo& info, RenderedField& out);
  bool item(const Context& context, const PipelineDefinition::FieldInfo& info, std::uint32_t index, RenderedField& out);
  static bool waits(const Diagnostics& why);
  std::optional<std::string> remainder(const Context& context, const PipelineDefinition::FieldInfo& info,
                                       std::uint32_t index, const Diagnostics& why) const;
  void fail(ObjectId object, const PipelineDefinition::FieldInfo& info, std::uint32_t index, const Diagnostics& why);

  const PipelineDefinition& definition_;
  SecretMask& mask_;
  std::optional<LineIndex> lines_;  // of the definition, made for the first field that fails
  Evaluator evaluator_;
  std::vector<std::unique_ptr<const Fields>> own_, all_;       // by object, as far as asked for and not too many
  Fields too_many_;                                            // those of the last object that has so many
  std::vector<std::optional<std::optional<Period>>> periods_;  // by object, as far as asked for
  std::vector<std::optional<std::vector<std::string_view>>> referring_;  // names of fields that refer to the object
  std::set<std::tuple<ObjectId, std::string_view, std::uint32_t>> failed_;
};

DefinitionRenderer::State::State(const PipelineDefinition& definition, SecretMask& mask, const RenderSettings& settings)
    : settings_(settings), definition_(definition), mask_(mask), evaluator_(settings.evaluate) {
  if (!mask_.learn(definition_, settings_.evaluate)) return;
  EvaluateOptions listening = settings_.evaluate;
  listening.listener = &mask_;
  evaluator_.set_options(listening);
}

void DefinitionRenderer::State::set_node(std::string_view id) {
  settings_.node = id;
  failed_.clear();
}

// The period is found once: that of an alarm is looked for in all objects that refer to it.
std::optional<Run> DefinitionRenderer::State::run_of_settings(ObjectId object) {
  if (!settings_.at) return std::nullopt;
  Run run{.scheduled_start = *settings_.at, .scheduled_end = settings_.end, .attempt = settings_.attempt};
  if (run.scheduled_end) return run;
  std::optional<std::optional<Period>>& period = at_object(periods_, object);
  if (!period) {
    EvaluateOptions options = settings_.evaluate;
    if (settings_.timeout.count() > 0) options.deadline = std::chrono::steady_clock::now() + settings_.timeout;
    period.emplace(period_of(definition_, object, options));
  }
  if (*period) {
    // Beyond the calendar the run has no end, which the fields that need it report.
    if (const auto end = add(run.scheduled_start, **period)) run.scheduled_end = *end;
  }
  return run;
}

// The fields of each of a long chain of parents would together need memory that grows with the square of its length.
const DefinitionRenderer::State::Fields& DefinitionRenderer::State::fields(ObjectId object, bool inherited) {
  constexpr std::size_t kMaxKept = 64;
  std::unique_ptr<const Fields>& known = at_object(inherited ? all_ : own_, object);
  if (known) return *known;
  Fields found = definition_.fields(object, inherited);
  if (inherited && found.size() > kMaxKept) return too_many_ = std::move(found);
  known = std::make_unique<const Fields>(std::move(found));
  return *known;
}

// Whether the node of the settings refers to the object.
bool DefinitionRenderer::State::is_node_of(ObjectId object) {
  const auto node = definition_.find(settings_.node);
  if (!node) return false;
  std::optional<std::vector<std::string_view>>& names = at_object(referring_, object);
  if (!names) {
    names.emplace();
    std::set<std::string_view> known;
    for (const auto& [referrer, name] : definition_.referrers(object)) {
      if (known.insert(name).second) names->push_back(name);
    }
  }
  return std::any_of(names->begin(), names->end(), [&](std::string_view name) {
    const auto info = definition_.find_field(*node, name);
    const Fields& own = fields(*node, false);
    // Everything has a parent, and some have a node, without having them written.
    if ((name == "parent" || name == "node") && info && info->defined_by == *node &&
        std::none_of(own.begin(), own.end(), [&](const auto& one) { return one.name == name; })) {
      return false;
    }
    for (std::uint32_t i = 0; info && i < info->field.count; ++i) {
      const ValueView& value = info->field.items[i].value;
      if (value.is(Kind::reference) && value.object() == object) return true;
    }
    return false;
  });
}

std::vector<RenderedField> DefinitionRenderer::State::all(ObjectId object,
                                                          std::span<const PipelineDefinition::FieldInfo> fields,
                                                          std::span<const std::string> only,
                                                          const std::optional<Run>& run) {
  Context context{.object = object, .run = run, .now = settings_.now};
  FieldOverrides overrides, node_of_it;
  if (context.run && !settings_.overrides.empty()) {
    overrides.assign(settings_.overrides, {}, definition_, object);
    context.run->fields = overrides.runtime();
  }
  // The node given is that of the alarms and preconditions it refers to.
  if (!settings_.node.empty() && is_node_of(object)) {
    const FieldOverride node{"node", settings_.node, true};
    node_of_it.assign({&node, 1}, {}, definition_, object);
    context.fields = node_of_it.all();
  }
  const std::unordered_set<std::string_view, base::Hash> wanted(only.begin(), only.end());
  std::vector<RenderedField> out;
  for (const auto& info : fields) {
    if (!wanted.empty() && !wanted.contains(info.name)) continue;
    RenderedField field{info.name, {}, info.is_list};
    if (render(context, info, field)) out.push_back(std::move(field));
  }
  return out;
}

// False: the field has no value and is dropped.
bool DefinitionRenderer::State::render(const Context& context, const PipelineDefinition::FieldInfo& info,
                                       RenderedField& out) {
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
    for (RenderedField::Item& one : out.items) one = {std::string(SecretMask::kShown)};
  }
  return !out.items.empty();
}

// Whether the item held an expression.
bool DefinitionRenderer::State::item(const Context& context, const PipelineDefinition::FieldInfo& info,
                                     std::uint32_t index, RenderedField& out) {
  mask_.start();
  if (settings_.timeout.count() > 0) {
    evaluator_.set_deadline(std::chrono::steady_clock::now() + settings_.timeout);
  }
  const auto value = evaluate_item(evaluator_, definition_, info.field, index, context);
  if (!value) {
    const std::optional<std::string> partial = remainder(context, info, index, value.error());
    if (!partial || !waits(value.error())) {
      fail(context.object, info, index, value.error());
      ++counts_.failed;
    }
    if (partial) ++counts_.partial;
    out.items.push_back({partial ? mask_.apply(*partial) : written_item(definition_, info.field, index).to_text()});
    return true;
  }
  out.is_list = out.is_list || value->is_list;
  for (const Value& one : value->items) {
    if (value->evaluated) {
      // Where something may stay the output is a template, in which the texts that are finished stay texts, too.
      std::string text = mask_.apply(one.to_text());
      if (settings_.keep != KeepUnknown::field) text = specializer::template_text(text, Delimiters::both);
      out.items.push_back({std::move(text)});
    } else {
      out.items.push_back({one.to_text(), one.kind() == Kind::reference});
    }
  }
  return value->evaluated;
}

// Whether the value lacks nothing but names that will have a value one day. A name that does not exist is a mistake.
bool DefinitionRenderer::State::waits(const Diagnostics& why) {
  return std::all_of(why.begin(), why.end(), [](const Diagnostic& one) {
    return one.code == DiagnosticCode::runtime_field_unset || one.code == DiagnosticCode::parameter_without_value ||
           one.code == DiagnosticCode::node_unavailable;
  });
}

// The text with everything evaluated but the names that have no value, when the settings ask for it.
std::optional<std::string> DefinitionRenderer::State::remainder(const Context& context,
                                                                const PipelineDefinition::FieldInfo& info,
                                                                std::uint32_t index, const Diagnostics& why) const {
  const ValueView& text = info.field.items[index].value;
  const bool is_unset_only = std::all_of(
      why.begin(), why.end(), [](const Diagnostic& one) { return one.code == DiagnosticCode::runtime_field_unset; });
  const bool wanted = settings_.keep == KeepUnknown::name || (settings_.keep == KeepUnknown::runtime && is_unset_only);
  if (!wanted || !text.is(Kind::string)) return std::nullopt;
  const auto expression = Expression::compile(text.text());
  if (!expression) return std::nullopt;
  const auto made = specialize(*expression, definition_, context, {.evaluate = settings_.evaluate});
  if (!made) return std::nullopt;
  return std::string(made->expression.text());
}

void DefinitionRenderer::State::fail(ObjectId object, const PipelineDefinition::FieldInfo& info, std::uint32_t index,
                                     const Diagnostics& why) {
  const std::string_view field = info.name;
  if (!failed_.emplace(info.defined_by, field, index).second) return;
  for (Diagnostic diagnostic : why) {
    diagnostic.span = definition_.span(object, field, index, diagnostic.span);
    RenderOptions options{
        .source_name = definition_.source_name(), .source = definition_.json(), .color = settings_.color};
    if (!lines_) lines_.emplace(definition_.json());
    options.lines = &*lines_;
    if (mask_.hides(field)) {
      const auto place = lines_->locate(diagnostic.span.offset);
      options.source = {};
      options.lines = nullptr;
      options.first_line = place.line;
      options.first_column = place.column;
      diagnostic.span = {};
    }
    for (PathStep& step : diagnostic.path) {
      if (!mask_.hides(step.field)) continue;
      step.text = SecretMask::kShown;
      step.span = {0, static_cast<std::uint32_t>(SecretMask::kShown.size())};
    }
    report_ += mask_.scrub(pipexpr::render(diagnostic, options));
  }
}

DefinitionRenderer::DefinitionRenderer(const PipelineDefinition& definition, SecretMask& mask,
                                       const RenderSettings& settings)
    : state_(std::make_unique<State>(definition, mask, settings)) {}
DefinitionRenderer::DefinitionRenderer(DefinitionRenderer&&) noexcept = default;
DefinitionRenderer& DefinitionRenderer::operator=(DefinitionRenderer&&) noexcept = default;
DefinitionRenderer::~DefinitionRenderer() = default;

std::vector<RenderedField> DefinitionRenderer::object(ObjectId object, std::span<const std::string> only,
                                                      bool inherited) {
  return state_->all(object, state_->fields(object, inherited), only, state_->run_of_settings(object));
}

std::vector<RenderedField> DefinitionRenderer::instance(ObjectId object, const Run& run,
                                                        std::span<const std::string> only) {
  return state_->all(object, state_->fields(object, true), only, run);
}

std::vector<RenderedField> DefinitionRenderer::some(ObjectId object,
                                                    std::span<const PipelineDefinition::FieldInfo> fields,
                                                    const Run* run) {
  return state_->all(object, fields, {}, run != nullptr ? std::optional(*run) : state_->run_of_settings(object));
}

void DefinitionRenderer::set_at(DateTime at) { state_->settings_.at = at; }
void DefinitionRenderer::set_attempt(std::uint32_t attempt) { state_->settings_.attempt = attempt; }
void DefinitionRenderer::set_node(std::string_view id) { state_->set_node(id); }

const RenderCounts& DefinitionRenderer::counts() const { return state_->counts_; }
std::string DefinitionRenderer::take_report() { return std::exchange(state_->report_, {}); }

}  // namespace pipexpr
