// Evaluates fields in the runs of another schedule.
#include "service/scheduler/other_runs.h"

#include <algorithm>

#include <fmt/format.h>
#include <pipexpr/field.h>

#include "service/scheduler/instance_context.h"

namespace pipexpr::service {
namespace {

// Contexts within contexts: a chain of objects, each of another schedule than the one before.
constexpr std::size_t kMaxDepth = 16;
// Fields in runs that one context may have evaluated.
constexpr std::size_t kMaxEvaluations = 10'000;

Diagnostics too_much(DiagnosticCode code, std::string message) {
  Diagnostic one;
  one.code = code;
  one.message = std::move(message);
  return {std::move(one)};
}

// What is wrong with an expression that is the field's name alone, as what is wrong with the field: whoever reads it
// adds by which way.
Diagnostics within_field(Diagnostics why, std::string& text) {
  for (Diagnostic& one : why) {
    const bool is_own_text = one.path.size() == 1 && one.path.front().text_offset == 0;
    if (is_own_text) text = one.path.front().text;
    one.span = is_own_text ? one.path.front().span : SourceSpan{};
    one.path.clear();
    one.replacement.reset();
  }
  return why;
}

// Tells the evaluation's own listener what is read in another run, and notes whether the value is a secret.
class Listener final : public EvaluationListener {
 public:
  explicit Listener(EvaluationListener* next) : next_(next) {}
  bool is_secret() const { return is_secret_; }

  void enter_field(const TracedField& field) override {
    if (next_ != nullptr) next_->enter_field(field);
  }
  // The field that was asked for is left last.
  void leave_field(const TracedField& field, const ValueView& value) override {
    is_secret_ = value.is_secret();
    if (next_ != nullptr) next_->leave_field(field, value);
  }
  void node(const TracedNode& node, const ValueView& value) override {
    if (next_ != nullptr) next_->node(node, value);
  }

 private:
  EvaluationListener* next_;
  bool is_secret_ = false;
};

}  // namespace

void HeldField::add(Value value, SlotType type, bool is_secret) {
  const Value& kept = values.emplace_back(std::move(value));
  ValueView view;
  switch (kept.kind()) {
    case Kind::string: view = ValueView(std::string_view(kept.text()), type); break;
    case Kind::integer: view = ValueView(kept.integer()); break;
    case Kind::number: view = ValueView(kept.number()); break;
    case Kind::datetime: view = ValueView(kept.datetime()); break;
    case Kind::period: view = ValueView(kept.period()); break;
    case Kind::reference:
      view = kept.reference().object == kNoObject
                 ? ValueView(std::string_view(kept.reference().id), SlotType::reference)
                 : ValueView(kept.reference().object, Sphere::instance);
      break;
    case Kind::unset:
    case Kind::list: return;
  }
  items.push_back(FieldItem::of_value(is_secret ? view.as_secret() : view));
  field = {items.data(), static_cast<std::uint32_t>(items.size()), type};
}

void HeldField::fail(Diagnostics reasons, const std::string& text) {
  why = std::move(reasons);
  const Value& kept = values.emplace_back(text);
  items.assign(1, FieldItem::of_invalid(kept.text(), why));
  field = {items.data(), 1, SlotType::string};
}

Diagnostics no_run(std::string_view name, std::string_view object, const std::string& why) {
  Diagnostic one;
  one.code = DiagnosticCode::runtime_field_unset;
  one.arguments = {std::string(name), fmt::format("'{}'", object), why};
  one.message = format_message(one.code, one.arguments);
  return {std::move(one)};
}

// What is known of one run: an instance of the store, or one that is not there yet, and its fields so far.
struct OtherRuns::Known {
  InstanceRow row;
  std::unique_ptr<InstanceContext> context;
  std::map<std::string, std::unique_ptr<Evaluated>, std::less<>> fields;
};

struct OtherRuns::Evaluated {
  std::vector<Value> values;
  Diagnostics why;   // it cannot be evaluated
  std::string text;  // that they are about
  bool is_secret = false;
};

OtherRuns::OtherRuns(const ScheduledDefinition& scheduled, const PipelineRow& pipeline, InstanceSource& source,
                     const EvaluateOptions& options)
    : scheduled_(scheduled), pipeline_(pipeline), source_(source), options_(options) {}

OtherRuns::~OtherRuns() = default;

const InstanceContext& OtherRuns::context(ObjectId object, const ReferredRun& run) {
  std::unique_ptr<Known>& known = runs_[run.id];
  if (known != nullptr && known->context != nullptr) return *known->context;
  known = std::make_unique<Known>();
  if (run.is_real) {
    if (const std::optional<InstanceRow>& row = source_.instance(run.id)) known->row = *row;
  }
  known->row.id = run.id;
  known->row.component = scheduled_.definition().id(object);
  known->row.scheduled_start = run.run.scheduled_start.epoch_millis;
  known->row.has_end = run.run.scheduled_end.has_value();
  known->row.scheduled_end = run.run.scheduled_end.value_or(run.run.scheduled_start).epoch_millis;
  known->row.node = run.node;
  known->context =
      std::make_unique<InstanceContext>(scheduled_, pipeline_, known->row, nullptr, &source_, options_, this);
  if (run.guarded != nullptr) known->context->set_guarded(run.guarded->object);
  return *known->context;
}

const OtherRuns::Evaluated& OtherRuns::evaluate(ObjectId object, const ReferredRun& run, std::string_view name) {
  const InstanceContext& in_run = context(object, run);
  std::map<std::string, std::unique_ptr<Evaluated>, std::less<>>& fields = runs_.at(run.id)->fields;
  const auto known = fields.find(name);
  // A listener hears of secrets each time that they are read.
  if (known != fields.end() && !(known->second->is_secret && options_.listener != nullptr)) return *known->second;
  auto result = std::make_unique<Evaluated>();
  if (depth_ == kMaxDepth) {
    result->why = too_much(DiagnosticCode::limit_reference_depth,
                           fmt::format("objects of other schedules read from each other deeper than {}", kMaxDepth));
  } else if (++evaluations_ > kMaxEvaluations) {
    result->why = too_much(DiagnosticCode::limit_references,
                           fmt::format("more than {} fields of runs of other schedules are read", kMaxEvaluations));
  } else if (const auto expression = Expression::compile(fmt::format("#{{{}}}", name)); !expression) {
    result->why = expression.error();
  } else {
    Listener listener(options_.listener);
    EvaluateOptions options = options_;
    options.listener = &listener;
    Evaluator evaluator(options);
    ++depth_;
    struct Leave {
      ~Leave() { --depth; }
      std::size_t& depth;
    } const leave{depth_};
    auto value =
        in_run.evaluate([&] { return evaluator.value(*expression, scheduled_.definition(), in_run.context(object)); });
    if (!value) {
      result->why = within_field(value.error(), result->text);
    } else if (value->kind() == Kind::list) {
      result->values = value->items();
    } else if (value->is_set()) {
      result->values.push_back(*std::move(value));
    }
    result->is_secret = listener.is_secret();
  }
  std::unique_ptr<Evaluated>& kept = fields[std::string(name)];
  kept = std::move(result);
  return *kept;
}

bool OtherRuns::read(ObjectId object, const std::vector<ReferredRun>& runs, std::string_view name, HeldField& out) {
  Field written;
  if (!scheduled_.definition().field(object, {name, scheduled_.definition().key(name)}, written)) return false;
  std::vector<std::vector<Value>> told;
  for (const ReferredRun& run : runs) {
    const Evaluated& one = evaluate(object, run, name);
    if (!one.why.empty()) {
      out.keeps = true;
      out.fail(one.why, one.text);
      return true;
    }
    if (one.values.empty()) {
      out.items.clear();
      out.field = {nullptr, 0, written.type};
      return true;
    }
    if (one.is_secret && options_.listener != nullptr) out.keeps = false;
    if (std::find(told.begin(), told.end(), one.values) != told.end()) continue;
    for (const Value& value : one.values) out.add(value, written.type, one.is_secret);
    told.push_back(one.values);
  }
  return true;
}

}  // namespace pipexpr::service
