// Implements compare(): renders both definitions side by side, run for run, and keeps what differs.
#include <pipexpr/compare.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/attempt_mark.h"
#include "base/hash.h"
#include "definition/slot_table.h"
#include "renderer/equal_fields.h"
#include "renderer/slot_forms.h"
#include "renderer/stand_ins.h"
#include "renderer/telling_fields.h"
#include "schedule/probing_instants.h"
#include "syntax/template_scanner.h"

namespace pipexpr {
namespace {

// Fields by their names. The first of a name counts.
class FieldIndex {
 public:
  explicit FieldIndex(const std::vector<RenderedField>& fields) : fields_(fields) {
    if (fields.size() <= kFew) return;
    for (const RenderedField& field : fields) known_.emplace(field.name, &field);
  }
  const RenderedField* find(std::string_view name) const {
    if (fields_.size() > kFew) {
      const auto found = known_.find(name);
      return found == known_.end() ? nullptr : found->second;
    }
    const auto found =
        std::find_if(fields_.begin(), fields_.end(), [&](const RenderedField& one) { return one.name == name; });
    return found == fields_.end() ? nullptr : &*found;
  }

 private:
  static constexpr std::size_t kFew = 16;  // a table pays for more
  const std::vector<RenderedField>& fields_;
  std::unordered_map<std::string_view, const RenderedField*, base::Hash> known_;
};

// A template that cannot be evaluated, with its expressions in canonical spelling.
std::string canonical(const std::string& text) {
  const auto expression = Expression::compile(text);
  if (!expression) return text;
  std::string out;
  std::size_t at = 0;
  syntax::Placeholder placeholder;
  for (const std::string& inner : expression->canonical()) {
    if (!syntax::next_placeholder(text, at, Delimiters::both, placeholder)) break;
    out += text.substr(at, placeholder.open - at) + "#{" + inner + "}";
    at = placeholder.close;
  }
  return out + text.substr(at);
}

// A list of one is as good as its item, and order of keys and spelling of expressions are gone by now. `type` is that
// of the objects; empty: they have two.
bool equal(const RenderedField& a, const RenderedField& b, std::string_view type) {
  const auto same = [&](const RenderedField::Item& x, const RenderedField::Item& y) {
    if (x.is_reference != y.is_reference) return false;
    if (x.text == y.text || (a.failed && canonical(x.text) == canonical(y.text))) return true;
    return !type.empty() && !x.is_reference && same_in_slot(type, a.name, x.text, y.text);
  };
  return a.failed == b.failed && std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same);
}

// An opening that a stand-in brought into a string, as it is written in a definition.
std::string unquoted(std::string text) {
  constexpr std::string_view kQuoted = "#{'#{'}", kOpening = "#{";
  for (std::size_t at = 0; (at = text.find(kQuoted, at)) != text.npos; at += kOpening.size())
    text.replace(at, kQuoted.size(), kOpening);
  return text;
}

// `as_text` says which of them are references that are written as texts.
std::vector<std::string> texts(const FieldIndex& fields, std::string_view name, const std::vector<bool>& as_text) {
  std::vector<std::string> out;
  if (const RenderedField* field = fields.find(name)) {
    for (const RenderedField::Item& item : field->items) {
      const bool is_text = as_text.size() == field->items.size() && as_text[out.size()];
      out.push_back((item.is_reference && !is_text ? "-> " : "") + (field->failed ? unquoted(item.text) : item.text));
    }
  }
  return out;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

using Names = std::span<const std::string>;

// Evaluates the fields of a definition. A field that cannot be evaluated is evaluated as far as possible, with what
// stands for runtime fields: what differs beside that which has no value must not stay hidden.
class Values {
 public:
  Values(const PipelineDefinition& definition, SecretMask& mask, const RenderSettings& settings,
         std::span<const FieldOverride> stand_ins)
      : whole_(definition, mask, settings), partial_(definition, mask, with(settings, stand_ins)) {}

  void move_to(DateTime at, std::uint32_t attempt) {
    for (DefinitionRenderer* const one : {&whole_, &partial_}) {
      one->set_at(at);
      one->set_attempt(attempt);
    }
  }

  // `only` names the fields; none: those given.
  std::vector<RenderedField> of(ObjectId object, const Run* run, Names only,
                                std::span<const PipelineDefinition::FieldInfo> fields) {
    auto out = only.empty()     ? whole_.some(object, fields, run)
               : run == nullptr ? whole_.object(object, only, true)
                                : whole_.instance(object, *run, only);
    whole_.take_report();  // the reasons are not read, and need not add up
    std::vector<std::string> failed;
    for (const RenderedField& one : out) {
      if (one.failed) failed.emplace_back(one.name);
    }
    if (failed.empty()) return out;
    const auto kept = run == nullptr ? partial_.object(object, failed, true) : partial_.instance(object, *run, failed);
    partial_.take_report();
    const FieldIndex known(kept);
    for (RenderedField& one : out) {
      if (!one.failed) continue;
      if (const RenderedField* const found = known.find(one.name)) one.items = found->items;
    }
    return out;
  }

 private:
  static RenderSettings with(RenderSettings settings, std::span<const FieldOverride> stand_ins) {
    settings.keep = KeepUnknown::name;
    settings.overrides = stand_ins;
    return settings;
  }

  DefinitionRenderer whole_, partial_;
};

// A definition on one side: rendered as it is, to compare, and with secrets hidden, to show. No invented time or
// number is shown: what stands for those is compared only.
class Side {
 public:
  // `alike` is nullptr where every field is to be evaluated.
  Side(const PipelineDefinition& definition, const CompareOptions& options, const StandIns& stand_ins,
       const EqualFields* alike)
      : plain_mask_(false),
        mask_(!options.show_secrets),
        plain_(definition, plain_mask_, options.render, stand_ins.all()),
        shown_(definition, mask_, options.render, stand_ins.names()),
        definition_(definition),
        telling_(definition, alike) {}

  // What has no run is rendered at that time and in that attempt from now on.
  void move_to(DateTime at, std::uint32_t attempt) {
    plain_.move_to(at, attempt);
    shown_.move_to(at, attempt);
  }

  const PipelineDefinition& definition() const { return definition_; }
  // What others inherit from, and is nothing by itself: its fields show in its descendants.
  bool is_abstract(std::string_view id) const {
    const auto object = definition_.find(id);
    return object && definition_.is_abstract(*object);
  }
  // The fields of the object of that id, own and inherited, in that run or, without one, in the run of the settings.
  // `only` names them; none: all that can tell the sides apart.
  std::vector<RenderedField> fields(std::string_view id, const Run* run, Names only) {
    return of(plain_, id, run, only);
  }
  std::vector<RenderedField> shown(std::string_view id, const Run* run, Names only) {
    return of(shown_, id, run, only);
  }
  std::string_view type(std::string_view id) const {
    const auto object = definition_.find(id);
    return object ? definition_.type(*object) : std::string_view();
  }
  // Of each value of the field, whether it is a reference that is written as a string, which the service refuses.
  std::vector<bool> text_references(std::string_view id, std::string_view field) const {
    std::vector<bool> out;
    const auto object = definition_.find(id);
    const auto info = object ? definition_.find_field(*object, field) : std::nullopt;
    for (std::uint32_t k = 0; info && k < info->field.count; ++k)
      out.push_back(definition_.is_text_reference(info->defined_by, field, k));
    return out;
  }
  // The id of the object that has the field written; empty: there is none.
  std::string_view writer(std::string_view id, std::string_view field) const {
    const auto object = definition_.find(id);
    const auto info = object ? definition_.find_field(*object, field) : std::nullopt;
    return info ? definition_.id(info->defined_by) : std::string_view();
  }

 private:
  std::vector<RenderedField> of(Values& values, std::string_view id, const Run* run, Names only) {
    const auto object = definition_.find(id);
    if (!object) return {};
    if (!only.empty()) return values.of(*object, run, only, {});
    return values.of(*object, run, only, *telling_.of(*object));
  }

  SecretMask plain_mask_, mask_;
  Values plain_, shown_;
  const PipelineDefinition& definition_;
  TellingFields telling_;
};

// Whether the limits are far from what a field takes that EqualFields calls plain.
bool plain_is_equal(const CompareOptions& options) {
  constexpr std::uint64_t kManyBytes = 1 << 20, kManySteps = 1000;
  const EvaluationLimits limits = options.render.evaluate.limits;
  return limits.max_output_bytes >= kManyBytes && limits.max_memory_bytes >= kManyBytes &&
         limits.max_steps >= kManySteps && limits.max_references >= kManySteps && limits.max_reference_depth != 0;
}

class Comparer {
 public:
  Comparer(const PipelineDefinition& a, const PipelineDefinition& b, const CompareOptions& options)
      : options_(options),
        alike_(a, b),
        stand_ins_(a, b, options.render.overrides),
        a_(a, options, stand_ins_, plain_is_equal(options) ? &alike_ : nullptr),
        b_(b, options, stand_ins_, plain_is_equal(options) ? &alike_ : nullptr) {}

  // Objects that only one side has, of those that are compared and have a field that is.
  void objects() {
    const auto missing = [this](const PipelineDefinition& in, const PipelineDefinition& from,
                                std::vector<std::string>& out) {
      for (std::size_t i = 0; i < in.object_count(); ++i) {
        const ObjectId object = in.object(i);
        const std::string_view id = in.id(object);
        if (from.find(id) || !has(options_.objects, id)) continue;
        const auto has_field = [&](const std::string& name) { return in.find_field(object, name).has_value(); };
        const bool is_compared =
            options_.fields.empty() || std::any_of(options_.fields.begin(), options_.fields.end(), has_field);
        if (is_compared) out.emplace_back(id);
      }
    };
    missing(a_.definition(), b_.definition(), found_.removed);
    missing(b_.definition(), a_.definition(), found_.added);
  }

  void name_instant(DateTime at) { instant_ = to_string(at); }

  // Every object in the run of the settings.
  void one_run(const std::set<std::string_view>& without) {
    const PipelineDefinition& definition = a_.definition();
    for (std::size_t i = 0; i < definition.object_count() && !stopped(); ++i) {
      const std::string_view id = definition.id(definition.object(i));
      if (!without.contains(id) && compared(id)) object(id, nullptr);
    }
  }

  // Every object at instants where values that look alike differ, and in the first runs of the schedules. What is
  // equal by construction was compared in the run of the settings, and is not again.
  void probe() {
    std::map<std::string_view, std::vector<std::string>> open = open_fields();
    const std::optional<DateTime> first = options_.render.at;
    is_probing_ = true;
    for (const DateTime at : probing_instants(a_.definition(), b_.definition())) {
      if (stopped() || open.empty()) break;
      ++found_.instants;
      if (first && first->epoch_millis == at.epoch_millis) continue;  // the run of the settings, which one_run had
      move_to(at, options_.render.attempt);
      instant_ = to_string(at);
      for (const auto& [id, fields] : open) object(id, nullptr, fields);
    }
    is_probing_ = false;
    if (!open.empty()) first_runs(open);
  }

  // Every run of both sides, and the objects that have none as they are in the run of the settings.
  Diagnostics all_runs(const PipelineDefinition*& unreadable) {
    auto runs_a = RunSequence::plan(a_.definition(), options_.range, options_.objects, options_.render.evaluate);
    if (!runs_a) return unreadable = &a_.definition(), runs_a.error();
    auto runs_b = RunSequence::plan(b_.definition(), options_.range, options_.objects, options_.render.evaluate);
    if (!runs_b) return unreadable = &b_.definition(), runs_b.error();
    std::set<std::string_view> scheduled;
    for (const Timetable& table : runs_a->timetables()) {
      for (const ObjectId one : table.objects) scheduled.insert(a_.definition().id(one));
    }
    for (const Timetable& table : runs_b->timetables()) {
      for (const ObjectId one : table.objects) scheduled.insert(b_.definition().id(one));
    }
    one_run(scheduled);
    RunSequence::Step step;
    while (!stopped() && runs_a->next(step)) {
      for (const ObjectId one : step.timetable->objects) {
        const std::string_view id = a_.definition().id(one);
        const auto other = b_.definition().find(id);
        if (!other) continue;  // the whole object is missing, which is said once
        if (runs_b->has_run(*other, step.run.scheduled_start)) {
          ++found_.runs;
          object(id, &step.run);
        } else {
          unmatched(id, step.run, true);
        }
      }
    }
    while (!stopped() && runs_b->next(step)) {
      for (const ObjectId one : step.timetable->objects) {
        const std::string_view id = b_.definition().id(one);
        const auto other = a_.definition().find(id);
        if (other && !runs_a->has_run(*other, step.run.scheduled_start)) unmatched(id, step.run, false);
      }
    }
    return {};
  }

  Comparison take() {
    fold();
    return std::move(found_);
  }

 private:
  // By object, the fields that a run may tell apart. Counts all.
  std::map<std::string_view, std::vector<std::string>> open_fields() {
    std::map<std::string_view, std::vector<std::string>> open;
    const PipelineDefinition &a = a_.definition(), &b = b_.definition();
    for (std::size_t i = 0; i < a.object_count(); ++i) {
      const std::string_view id = a.id(a.object(i));
      if (!compared(id)) continue;
      std::set<std::string_view> names;
      for (const auto& info : a.fields(a.object(i), true)) names.insert(info.name);
      for (const auto& info : b.fields(*b.find(id), true)) names.insert(info.name);
      for (const std::string_view name : names) {
        if (!has(options_.fields, name)) continue;
        ++found_.fields;
        if (alike_.contains(id, name)) {
          ++found_.equal_by_construction;
        } else {
          open[id].emplace_back(name);
        }
      }
    }
    return open;
  }

  // A schedule that cannot be read has no runs to compare; its fields are compared as any others.
  void first_runs(const std::map<std::string_view, std::vector<std::string>>& open) {
    RunRange range = options_.range;
    range.runs = options_.probed_runs;
    if (!range.activation) range.activation = options_.render.at;
    std::vector<std::string> ids;
    for (const auto& [id, fields] : open) ids.emplace_back(id);
    auto runs_a = RunSequence::plan(a_.definition(), range, ids, options_.render.evaluate);
    auto runs_b = RunSequence::plan(b_.definition(), range, ids, options_.render.evaluate);
    RunSequence::Step step;
    while (runs_a && runs_b && !stopped() && runs_a->next(step)) {
      for (const ObjectId one : step.timetable->objects) {
        const std::string_view id = a_.definition().id(one);
        const auto fields = open.find(id);
        const auto other = b_.definition().find(id);
        if (fields == open.end() || !other || !runs_b->has_run(*other, step.run.scheduled_start)) continue;
        ++found_.runs;
        object(id, &step.run, fields->second);
      }
    }
  }

  // An object whose text was changed, and those that inherit it, have one difference.
  void fold() {
    std::map<std::tuple<std::string, std::string, bool, bool>, std::size_t> descendants;
    std::vector<Difference> folded;
    for (Difference& one : found_.differences) {
      const std::string_view writer_a = a_.writer(one.object, one.field), writer_b = b_.writer(one.object, one.field);
      const std::string_view writer = one.in_a ? writer_a : writer_b;
      const bool is_changed =
          (!one.in_a || !one.in_b || writer_a == writer_b) && !alike_.written_alike(one.object, one.field);
      if (is_changed) {
        const auto [known, fresh] =
            descendants.emplace(std::tuple(std::string(writer), one.field, one.in_a, one.in_b), folded.size());
        if (writer != one.object || !fresh) (fresh ? one : folded[known->second]).written_in = writer;
        if (!fresh) {
          ++folded[known->second].objects;
          continue;
        }
      }
      folded.push_back(std::move(one));
    }
    found_.differences = std::move(folded);
  }

  bool stopped() const { return options_.render.evaluate.cancel != nullptr && options_.render.evaluate.cancel->load(); }

  // Whether an object of side a is compared with that of side b as such.
  bool compared(std::string_view id) const {
    if (!b_.definition().find(id)) return false;
    if (!options_.objects.empty()) return has(options_.objects, id);
    return !(a_.is_abstract(id) && b_.is_abstract(id));
  }

  // What is executed is an attempt, in which some fields have another value: an object's first run is compared as such,
  // too.
  void object(std::string_view id, const Run* run, Names only = {}) {
    instance(id, run, only);
    const std::optional<DateTime> at = run != nullptr ? run->scheduled_start : options_.render.at;
    if (!at || options_.render.attempt != 0 || !definition::has_status(a_.definition().type(*a_.definition().find(id))))
      return;
    if (!attempted_.emplace(id).second) return;
    is_attempt_ = true;
    if (run != nullptr) {
      Run first = *run;
      first.attempt = 1;
      instance(id, &first, only);
    } else {
      move_to(*at, 1);
      instance(id, nullptr, only);
      move_to(*at, 0);
    }
    is_attempt_ = false;
  }

  void move_to(DateTime at, std::uint32_t attempt) {
    a_.move_to(at, attempt);
    b_.move_to(at, attempt);
  }

  void instance(std::string_view id, const Run* run, Names only) {
    const std::vector<RenderedField> a = a_.fields(id, run, only), b = b_.fields(id, run, only);
    const FieldIndex of_a(a), of_b(b);
    std::vector<RenderedField> shown_a, shown_b;
    std::optional<FieldIndex> of_shown_a, of_shown_b;
    const auto differs = [&](std::string_view name, bool in_a, bool in_b) {
      const auto [known, is_new] =
          known_.emplace(std::pair(std::string(id), std::string(name)), found_.differences.size());
      if (is_attempt_ && !is_new) return;
      if (is_new) {
        if (!of_shown_a) {
          shown_a = a_.shown(id, run, only);
          shown_b = b_.shown(id, run, only);
          of_shown_a.emplace(shown_a);
          of_shown_b.emplace(shown_b);
        }
        found_.differences.push_back({std::string(id), std::string(name), first_of(id, run), 0,
                                      texts(*of_shown_a, name, a_.text_references(id, name)),
                                      texts(*of_shown_b, name, b_.text_references(id, name)), in_a, in_b});
      }
      ++(options_.probe && run == nullptr && !is_attempt_ ? found_.differences[known->second].instants
                                                          : found_.differences[known->second].runs);
    };
    // An object whose name is its id may say so or not.
    const auto is_told_once = [&](std::string_view name) { return name == "name" && alike_.written_alike(id, name); };
    const std::string_view type = a_.type(id) == b_.type(id) ? a_.type(id) : std::string_view();
    const auto same = [&](const RenderedField& x, const RenderedField& y) {
      if (!equal(x, y, type)) return false;
      const bool refers = std::any_of(x.items.begin(), x.items.end(), [](const auto& one) { return one.is_reference; });
      return !refers || a_.text_references(id, x.name) == b_.text_references(id, x.name);
    };
    for (const RenderedField& field : a) {
      if (!has(options_.fields, field.name)) continue;
      const RenderedField* const other = of_b.find(field.name);
      if (!is_probing_ && field.failed && other != nullptr && other->failed &&
          failed_.insert(std::string(id) + "." + std::string(field.name)).second) {
        found_.without_value.push_back(std::string(id) + "." + std::string(field.name));
      }
      if (other == nullptr && is_told_once(field.name)) continue;
      if (other == nullptr || !same(field, *other)) differs(field.name, true, other != nullptr);
    }
    for (const RenderedField& field : b) {
      if (!has(options_.fields, field.name) || of_a.find(field.name) != nullptr || is_told_once(field.name)) continue;
      differs(field.name, false, true);
    }
  }

  // Where an object is at the moment, for a difference that shows there first.
  std::string first_of(std::string_view id, const Run* run) const {
    if (!is_attempt_) return run == nullptr ? instant_ : instance_id(id, run->scheduled_start);
    return instance_id(id, run == nullptr ? *options_.render.at : run->scheduled_start) +
           std::string(base::kAttemptMark) + "1";
  }

  void unmatched(std::string_view id, const Run& run, bool in_a) {
    const auto [known, is_new] =
        known_unmatched_.emplace(std::pair(std::string(id), in_a), found_.unmatched_runs.size());
    if (is_new) found_.unmatched_runs.push_back({std::string(id), instance_id(id, run.scheduled_start), 0, in_a});
    ++found_.unmatched_runs[known->second].runs;
  }

  const CompareOptions& options_;
  const EqualFields alike_;
  const StandIns stand_ins_;
  Side a_, b_;
  Comparison found_;
  std::string instant_;  // at which objects are compared that have no run; empty: in the run of the settings
  bool is_probing_ = false;
  bool is_attempt_ = false;
  std::set<std::string_view> attempted_;  // ids of objects that were compared as an attempt
  std::set<std::string> failed_;          // all of Comparison::without_value
  std::map<std::pair<std::string, std::string>, std::size_t> known_;
  std::map<std::pair<std::string, bool>, std::size_t> known_unmatched_;
};

}  // namespace

Result<Comparison> compare(const PipelineDefinition& a, const PipelineDefinition& b, const CompareOptions& options,
                           const PipelineDefinition** unreadable) {
  Comparer comparer(a, b, options);
  comparer.objects();
  if (!options.range.is_set()) {
    if (options.probe && options.render.at) comparer.name_instant(*options.render.at);
    comparer.one_run({});
    if (options.probe) comparer.probe();
    return comparer.take();
  }
  const PipelineDefinition* side = nullptr;
  if (auto why = comparer.all_runs(side); !why.empty()) {
    if (unreadable != nullptr) *unreadable = side;
    return why;
  }
  return comparer.take();
}

}  // namespace pipexpr
