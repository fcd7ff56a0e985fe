// One expectation after the other; then the snapshot; then what neither was about.
#include "suite/run_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include <pipexpr/field.h>
#include <pipexpr/field_override.h>
#include <pipexpr/runs.h>
#include <pipexpr/schedule.h>
#include <pipexpr/secret_mask.h>

#include "base/json_escape.h"
#include "base/shown.h"
#include "base/similar_names.h"
#include "forms/document.h"

namespace pipexpr::suite {
namespace {

// The items as JSON: one of them by itself, several as a list, none as null.
std::string as_json(const std::vector<std::string>& items) {
  if (items.size() == 1) return base::json_quoted(items.front());
  if (items.empty()) return "null";
  std::vector<std::string> written;
  for (const std::string& item : items) written.push_back(base::json_quoted(item));
  return fmt::format("[{}]", fmt::join(written, ", "));
}

// A field's value, as it may be shown, or why it has none.
struct Found {
  std::vector<std::string> items = {};
  std::vector<std::string> shown = {};  // with secrets hidden
  Diagnostics why = {};
};

class Tests {
 public:
  Tests(const PipelineDefinition& definition, const TestFile& file, const EvaluateOptions& options)
      : definition_(definition), file_(file), options_(options), evaluator_(with_mask(options)) {
    mask_.learn(definition, options);
  }

  TestRun run(std::optional<std::string_view> recorded) {
    for (const Expectation& test : file_.tests) made_.outcomes.push_back({test.name, judge(test), test.span});
    if (file_.snapshot) snapshot(*file_.snapshot, recorded);
    cover();
    return std::move(made_);
  }

 private:
  EvaluateOptions with_mask(EvaluateOptions options) {
    options.listener = &mask_;
    return options;
  }

  std::string no_object(std::string_view id) const {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < definition_.object_count(); ++i)
      ids.emplace_back(definition_.id(definition_.object(i)));
    return base::show("there is no object '{}'{}", id, base::did_you_mean(std::string(id), ids));
  }

  Run run_of(ObjectId object, DateTime start) {
    Run run{.scheduled_start = start};
    const auto [known, fresh] = periods_.try_emplace(static_cast<std::uint64_t>(object));
    if (fresh) known->second = period_of(definition_, object, options_);
    if (!known->second) return run;
    if (const auto end = add(start, *known->second)) run.scheduled_end = *end;
    return run;
  }

  Found evaluate(const Context& context, std::string_view field) {
    mask_.start();
    Found found;
    const auto value = evaluate_field(evaluator_, definition_, context.object, field, context);
    if (!value) {
      found.why = value.error();
      return found;
    }
    for (const Value& item : value->items) {
      found.items.push_back(item.to_text());
      found.shown.push_back(mask_.hides(field) ? std::string(SecretMask::kShown) : mask_.apply(found.items.back()));
    }
    return found;
  }

  std::string described(const Found& found) const {
    if (found.why.empty()) return as_json(found.shown);
    const Diagnostic& why = found.why.front();
    return fmt::format("error {}: {}", code_id(why.code), mask_.scrub(why.message));
  }

  // What is shown of a secret is not what is compared.
  static std::string about_secret(const Found& found) {
    if (found.shown == found.items) return {};
    return "\nwhich holds a secret: it is compared and not shown. Expect what it is, or a \"pattern\" that says less";
  }

  // Why the expectation fails; empty when it holds.
  std::string judge(const Expectation& test) {
    const auto object = definition_.find(test.object);
    if (!object) return no_object(test.object);
    if (!test.node.empty() && !definition_.find(test.node)) return no_object(test.node);
    std::vector<FieldOverride> given;
    for (const auto& [name, text] : test.set) given.push_back({name, text});
    if (!test.node.empty()) given.push_back({"node", test.node, true});
    FieldOverrides fields;
    fields.assign(given, {}, definition_, *object);
    Context context{.object = *object, .fields = fields.all()};
    if (test.run) {
      context.run = run_of(*object, *test.run);
      if (test.end) context.run->scheduled_end = *test.end;
      context.run->attempt = test.attempt;
      context.run->fields = fields.runtime();
      starts_[static_cast<std::uint64_t>(schedule_of(definition_, *object))].insert(test.run->epoch_millis);
    }
    note(*object, test.field);
    const auto info = definition_.find_field(*object, test.field);
    if (!info && (!test.value || !test.value->empty())) {
      std::vector<std::string> names;
      for (const auto& field : definition_.fields(*object, true)) names.emplace_back(field.name);
      return base::show("'{}' has no field '{}'{}", test.object, test.field, base::did_you_mean(test.field, names));
    }
    const Found found = info ? evaluate(context, test.field) : Found();
    if (test.error) return judge_error(*test.error, found);
    if (test.pattern) return judge_pattern(*test.pattern, found);
    if (found.why.empty() && found.items == *test.value) return {};
    return base::show("expected {}\nfound    {}", as_json(*test.value), described(found)) + about_secret(found);
  }

  std::string judge_error(const std::string& wanted, const Found& found) const {
    for (const Diagnostic& why : found.why) {
      if (code_id(why.code) == wanted || code_name(why.code) == wanted || why.message.find(wanted) != std::string::npos)
        return {};
    }
    return base::show("expected error {}\nfound    {}", wanted, described(found));
  }

  std::string judge_pattern(const std::string& pattern, const Found& found) const {
    if (!found.why.empty()) return base::show("expected a value like {}\nfound    {}", pattern, described(found));
    bool all = !found.items.empty();
    for (const std::string& item : found.items) {
      const std::optional<bool> matches = matches_pattern(pattern, item);
      if (!matches) return base::show("'{}' is no regular expression that can be used here", pattern);
      all = all && *matches;
    }
    if (all) return {};
    return base::show("expected a value like {}\nfound    {}", pattern, described(found)) + about_secret(found);
  }

  // --- snapshot ------------------------------------------------------------------------------------------------------
  void snapshot(const Snapshot& wanted, std::optional<std::string_view> recorded) {
    const auto fail = [&](std::string why) { made_.outcomes.push_back({"snapshot", std::move(why), wanted.span}); };
    std::optional<forms::Document> before;
    if (recorded) {
      auto document = forms::read_json(*recorded);
      if (!document) return fail(fmt::format("the snapshot cannot be read: {}", document.error().front().message));
      before = std::move(*document);
    }
    for (const std::string& id : wanted.objects) {
      if (!definition_.find(id)) return fail(no_object(id));
    }
    std::string runs;
    for (const DateTime start : wanted.runs) {
      std::string objects;
      for (std::size_t i = 0; i < definition_.object_count(); ++i) {
        const ObjectId object = definition_.object(i);
        const std::string id(definition_.id(object));
        const bool named = std::find(wanted.objects.begin(), wanted.objects.end(), id) != wanted.objects.end();
        if (wanted.objects.empty() ? !definition_.has_instances(object) : !named) continue;
        objects += fmt::format("{}\n    {}: {{{}}}", objects.empty() ? "" : ",", base::json_quoted(id),
                               one(object, id, start, before));
      }
      runs +=
          fmt::format("{}\n  {}: {{{}\n  }}", runs.empty() ? "" : ",", base::json_quoted(to_string(start)), objects);
    }
    made_.snapshot = fmt::format("{{{}\n}}\n", runs);
    if (!recorded) fail("nothing is recorded yet: run 'pipexpr test --update'");
  }

  // The object's fields in that run, as they are recorded; and a comparison with what was recorded before.
  std::string one(ObjectId object, const std::string& id, DateTime start,
                  const std::optional<forms::Document>& before) {
    std::string out, differences;
    const Context context{.object = object, .run = run_of(object, start)};
    starts_[static_cast<std::uint64_t>(schedule_of(definition_, object))].insert(start.epoch_millis);
    const auto at = [&](std::uint32_t node, std::string_view name) { return before ? before->member(node, name) : 0; };
    const std::uint32_t known_run = at(0, to_string(start)), known = known_run != 0 ? at(known_run, id) : 0;
    std::set<std::string_view> seen;
    for (const auto& field : definition_.fields(object, true)) {
      if (field.name == "id" || field.name == "name") continue;
      note(object, field.name);
      seen.insert(field.name);
      const Found found = evaluate(context, field.name);
      const std::string value =
          found.why.empty() ? as_json(found.shown)
                            : fmt::format("{{\"error\": {}}}", base::json_quoted(code_id(found.why.front().code)));
      out += fmt::format("{}\n      {}: {}", out.empty() ? "" : ",", base::json_quoted(field.name), value);
      if (!before) continue;
      const std::uint32_t node = known != 0 ? at(known, field.name) : 0;
      const std::string last = node != 0 ? written(*before, node) : "";
      if (last == value) continue;
      differences += (differences.empty() ? "" : "\n") +
                     base::show("{}\n  recorded {}\n  found    {}", field.name, last.empty() ? "nothing" : last, value);
    }
    if (known != 0) {
      before->each(known, [&](std::uint32_t node) {
        if (seen.contains((*before)[node].key)) return;
        differences += (differences.empty() ? "" : "\n") + base::show("{}\n  recorded {}\n  found    no such field",
                                                                      (*before)[node].key, written(*before, node));
      });
    }
    if (before) {
      made_.outcomes.push_back(
          {fmt::format("snapshot of {} in the run of {}", id, to_string(start)), differences, file_.snapshot->span});
    }
    return out + (out.empty() ? "" : "\n    ");
  }

  // A recorded value in the words in which it was written.
  static std::string written(const forms::Document& document, std::uint32_t node) {
    if (document.is(node, forms::JsonType::object)) {
      const std::uint32_t code = document.member(node, "error");
      return fmt::format("{{\"error\": {}}}", base::json_quoted(code != 0 ? document[code].text : std::string_view()));
    }
    if (document.is(node, forms::JsonType::null)) return "null";
    std::vector<std::string> items;
    if (!document.is(node, forms::JsonType::array)) items.emplace_back(document[node].text);
    document.each(node, [&](std::uint32_t i) { items.emplace_back(document[i].text); });
    return as_json(items);
  }

  // --- coverage ------------------------------------------------------------------------------------------------------
  // The field is tested where it is written: an inherited one, at the object that defines it.
  void note(ObjectId object, std::string_view name) {
    const auto info = definition_.find_field(object, name);
    if (info) tested_.insert({static_cast<std::uint64_t>(info->defined_by), std::string(name)});
  }

  void cover() {
    for (std::size_t i = 0; i < definition_.object_count(); ++i) {
      const ObjectId object = definition_.object(i);
      for (const auto& field : definition_.fields(object)) {
        const FieldItem* const items = field.field.items;
        const bool has_expression = std::any_of(items, items + field.field.count, [](const FieldItem& item) {
          return item.form != FieldItem::Form::literal && item.value.is(Kind::string);
        });
        if (!has_expression) continue;
        ++made_.coverage.fields;
        if (!tested_.contains({static_cast<std::uint64_t>(object), std::string(field.name)}))
          made_.coverage.untested.push_back(fmt::format("{}.{}", definition_.id(object), field.name));
      }
      if (definition_.type(object) == "Schedule") cover_runs(object);
    }
  }

  void cover_runs(ObjectId object) {
    const auto schedule = Schedule::read(definition_, object, {.evaluate = options_});
    if (!schedule) return;  // it begins with an activation, or check says what is wrong
    const auto tested = starts_.find(static_cast<std::uint64_t>(object));
    const auto has = [&](std::int64_t start) { return tested != starts_.end() && tested->second.contains(start); };
    const std::string_view id = definition_.id(object);
    const auto look = [&](std::string_view which, const std::optional<Run>& run) {
      if (!run || has(run->scheduled_start.epoch_millis)) return;
      made_.coverage.runs.push_back(
          fmt::format("the {} run of {}, {}, has no test", which, id, to_string(run->scheduled_start)));
    };
    look("first", schedule->run(0));
    if (!schedule->endless()) {
      const std::int64_t count = schedule->first_from({std::numeric_limits<std::int64_t>::max() / 2, {}});
      if (count > 1) look("last", schedule->run(count - 1));
    }
    if (tested == starts_.end()) return;
    for (const std::int64_t start : tested->second) {
      const auto run = schedule->run(schedule->first_from({start, {}}));
      if (run && run->scheduled_start.epoch_millis == start) continue;
      made_.coverage.runs.push_back(
          fmt::format("{} has no run of {}, which is tested", id, to_string(DateTime{start, {}})));
    }
  }

  const PipelineDefinition& definition_;
  const TestFile& file_;
  const EvaluateOptions options_;
  SecretMask mask_;
  Evaluator evaluator_;
  TestRun made_;
  std::map<std::uint64_t, std::optional<Period>> periods_;
  std::set<std::pair<std::uint64_t, std::string>> tested_;
  std::map<std::uint64_t, std::set<std::int64_t>> starts_;  // tested runs, by schedule
};

}  // namespace

TestRun run_tests(const PipelineDefinition& definition, const TestFile& file, std::optional<std::string_view> recorded,
                  const EvaluateOptions& options) {
  return Tests(definition, file, options).run(recorded);
}

}  // namespace pipexpr::suite
