// Output paths that change less often than their schedule runs, by the letters of their patterns; and those that two
// runs share for another reason.
#include <algorithm>

#include <pipexpr/expression.h>
#include <pipexpr/schedule.h>

#include "checker/checks.h"
#include "checker/repeated_paths.h"
#include "syntax/printer.h"
#include "time/zone.h"

namespace pipexpr::checker {
namespace {

// The finest unit of time that a path shows.
enum Granularity : int { kNothing, kYear, kMonth, kWeek, kDay, kHalfDay, kHour, kMinute, kUnknown };
constexpr std::string_view kGranularityNames[] = {"nothing",  "year", "month",  "week", "day",
                                                  "half day", "hour", "minute", ""};
constexpr int kMaxDepth = 8;

// Units that are the same in every run, or that a function has taken from the time before its pattern reads it.
struct IgnoredUnits {
  bool clock = false, day = false, weekday = false;
};

Granularity granularity_of_letters(std::string_view pattern, IgnoredUnits ignored = {}) {
  Granularity finest = kNothing;
  bool quoted = false;
  for (const char c : pattern) {
    if (c == '\'') quoted = !quoted;
    if (quoted) continue;
    // Schedules count whole minutes, so that seconds tell no two runs apart.
    Granularity granularity = c == 'm'                                                     ? kMinute
                              : std::string_view("HhKk").find(c) != std::string_view::npos ? kHour
                              : c == 'a'                                                   ? kHalfDay
                              : std::string_view("dDeE").find(c) != std::string_view::npos ? kDay
                              : c == 'w'                                                   ? kWeek
                              : c == 'M'                                                   ? kMonth
                              : std::string_view("Yyx").find(c) != std::string_view::npos  ? kYear
                                                                                           : kNothing;
    if (ignored.clock && granularity > kDay) granularity = kNothing;
    if (ignored.day && (granularity == kDay || granularity == kWeek)) granularity = kMonth;
    if (ignored.weekday && granularity == kDay) granularity = kWeek;
    finest = std::max(finest, granularity);
  }
  return finest;
}

Granularity granularity_of_part(std::string_view function) {
  return function == "minute"                           ? kMinute
         : function == "hour"                           ? kHour
         : function == "day" || function == "dayOfYear" ? kDay
         : function == "month"                          ? kMonth
         : function == "year"                           ? kYear
                                                        : kNothing;
}

// The coarsest unit that still distinguishes consecutive runs.
Granularity needed(const Period& period) {
  const auto at_least = [&](std::int64_t minutes, std::int64_t hours, std::int64_t days, std::int64_t weeks) {
    switch (period.unit) {
      case TimeUnit::minutes: return period.count >= minutes;
      case TimeUnit::hours: return period.count >= hours;
      case TimeUnit::days: return period.count >= days;
      case TimeUnit::weeks: return period.count >= weeks;
      default: return true;
    }
  };
  if (period.unit == TimeUnit::years || (period.unit == TimeUnit::months && period.count >= 12)) return kYear;
  if (period.unit != TimeUnit::months && at_least(366 * 1440, 366 * 24, 366, 53)) return kYear;
  if (at_least(31 * 1440, 31 * 24, 31, 5)) return kMonth;
  if (at_least(7 * 1440, 7 * 24, 7, 1)) return kWeek;
  if (at_least(1440, 24, 1, 1)) return kDay;
  if (at_least(720, 12, 1, 1)) return kHalfDay;
  return at_least(60, 1, 1, 1) ? kHour : kMinute;
}

std::string_view pattern_as_fine_as(Granularity wanted) {
  switch (wanted) {
    case kYear: return "YYYY";
    case kMonth: return "YYYY-MM";
    case kWeek:
    case kDay: return "YYYY-MM-dd";
    case kMinute: return "YYYY-MM-dd-HH-mm";
    default: return "YYYY-MM-dd-HH";
  }
}

// Whether the pattern shows the year and all that tells two runs apart.
bool is_in_one(std::string_view pattern, Granularity wanted) {
  const auto has = [&](std::string_view letters) { return pattern.find_first_of(letters) != std::string_view::npos; };
  const bool has_month = has("MDw");
  const bool has_day = has("D") || (has("M") && has("d")) || (has("w") && has("eE"));
  const bool has_hour = has("Hk") || (has("hK") && has("a"));
  return has("Yyx") && (wanted < kMonth || has_month) && (wanted < kDay || has_day) && (wanted < kHour || has_hour) &&
         granularity_of_letters(pattern) >= wanted;
}

// Whether two runs can start in the one hour that a clock shows twice when it is set back: both hours have a run.
bool is_repeated_hourly(const Period& period) {
  return (period.unit == TimeUnit::minutes && period.count <= 60) ||
         (period.unit == TimeUnit::hours && period.count == 1);
}

// Every run starts at the same time of day.
bool whole_days(const Period& period) {
  switch (period.unit) {
    case TimeUnit::minutes: return period.count % 1440 == 0;
    case TimeUnit::hours: return period.count % 24 == 0;
    default: return true;
  }
}

class Paths {
 public:
  explicit Paths(Stage& stage) : stage_(stage), graph_(stage.graph), repeated_(stage) {}

  void run() {
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      const ObjectId object = graph_.object(i);
      Field output;
      if (!graph_.has_instances(object) || !graph_.field(object, {"output"}, output)) continue;
      for (std::uint32_t k = 0; k < output.count; ++k) {
        const ValueView& target = output.items[k].value;
        if (!target.is(Kind::reference) || stage_.scope.type(target.object()) != "S3DataNode") continue;
        const auto timing = timing_of(target.object(), object);
        if (!timing || !done_.emplace(target.object(), timing->schedule).second) continue;
        for (const std::string_view field : {"filePath", "directoryPath"}) path(target.object(), field, *timing);
      }
    }
  }

 private:
  // A field of the object's schedule.
  std::optional<std::string> of_schedule(ObjectId object, std::string_view field) const {
    const ObjectId schedule = schedule_of(graph_, object);
    if (schedule == kNoObject) return std::nullopt;
    const auto value = evaluate_field(stage_.evaluator, graph_, schedule, field);
    return value ? std::optional(value->text()) : std::nullopt;
  }

  struct Timing {
    ObjectId schedule;
    Period period;
  };
  // A schedule that runs more than once.
  std::optional<Timing> timing_of(ObjectId node, ObjectId activity) const {
    for (const ObjectId object : {node, activity}) {
      const auto period = of_schedule(object, "period");
      if (!period) continue;
      if (of_schedule(object, "occurrences") == "1" || is_on_demand(stage_, object)) return {};
      if (const auto parsed = parse_period(*period)) return Timing{schedule_of(graph_, object), *parsed};
    }
    return std::nullopt;
  }

  void path(ObjectId object, std::string_view name, const Timing& timing) {
    const Period& period = timing.period;
    Field field;
    if (!graph_.field(object, {name}, field)) return;
    ignores_clock_ = whole_days(period);
    for (std::uint32_t k = 0; k < field.count; ++k) {
      const FieldItem& item = field.items[k];
      if (item.form == FieldItem::Form::literal || !item.value.is(Kind::string)) continue;
      const Tree tree = read_tree(item.value.text(), stage_.options.compile);
      // What is wrong with a pattern is said of the pattern.
      const bool is_local = is_repeated_hourly(period) && local_hours({object, name, k}, field, timing.schedule, tree);
      const bool is_told = is_local || has_wrong_pattern(tree, object, 0);
      SourceSpan pattern;
      const Granularity found = granularity_of(tree, object, 0, pattern);
      const Granularity wanted = needed(period);
      if (found == kNothing || found >= wanted) {
        if (is_told) continue;
        const bool is_whole = pattern.length != 0 && is_in_one(tree.part(pattern), wanted);
        repeated_.check({object, name, k}, field, timing.schedule, pattern_as_fine_as(wanted), is_whole);
        continue;
      }
      SourceSpan part = pattern;
      if (part.length == 0) part = {0, static_cast<std::uint32_t>(tree.text.size())};
      TextFinding finding{
          Rule::coarse_path, part,
          fmt::format("the path changes with the {} and the schedule runs every {}: runs overwrite each other",
                      kGranularityNames[found], to_string(period))};
      if (pattern.length != 0 && granularity_of_letters(tree.part(pattern), {.clock = ignores_clock_}) == found) {
        std::string better(tree.part(pattern));
        const std::size_t separator = better.find_last_of("-/_.");
        const std::string join = separator == std::string::npos ? "" : better.substr(separator, 1);
        for (int next = std::max<int>(found + 1, kMonth); next <= wanted; ++next) {
          if (next == kWeek || (next == kHalfDay && wanted != kHalfDay)) continue;
          better += join + (next == kMonth ? "MM" : next == kDay ? "dd" : next == kMinute ? "mm" : "HH");
        }
        finding.edit = {pattern, better, fmt::format("write '{}'", better), FixTier::display};
      }
      stage_.report.add({object, name, k}, std::move(finding));
    }
  }

  // Whether something is said about a pattern in the text, or in the fields and parameters that it refers to.
  bool has_wrong_pattern(const Tree& tree, ObjectId object, int depth) const {
    std::vector<TextFinding> findings;
    patterns(tree, findings);
    if (!findings.empty() || depth > kMaxDepth) return true;
    return std::any_of(tree.nodes.begin(), tree.nodes.end(), [&](const syntax::Node& node) {
      if (node.kind != syntax::NodeKind::name) return false;
      const Found found = stage_.scope.name(object, tree.part(node.text), false);
      if (found.where != Found::Where::field && found.where != Found::Where::parameter) return false;
      const FieldItem* const items = found.field.items;
      return std::any_of(items, items + found.field.count, [&](const FieldItem& item) {
        if (item.form == FieldItem::Form::literal || !item.value.is(Kind::string)) return false;
        return has_wrong_pattern(read_tree(item.value.text(), stage_.options.compile), object, depth + 1);
      });
    });
  }

  // format(inTimeZone(x,'America/New_York'),'... HH'): when the clock is set back, two runs have one hour. Whether
  // there is one.
  bool local_hours(const Place& place, const Field& field, ObjectId schedule, const Tree& tree) {
    bool any = false;
    for (std::uint32_t at = 1; at < tree.nodes.size(); ++at) {
      const syntax::Node& call = tree.nodes[at];
      if (call.kind != syntax::NodeKind::call || call.count != 2 || tree.part(call.text) != "format") continue;
      const syntax::Node& pattern = tree.nodes[at - 1];
      const std::string_view letters = tree.part(pattern.text);
      if (pattern.kind != syntax::NodeKind::string || granularity_of_letters(letters) < kHour) continue;
      if (letters.find_first_of("Zz") != std::string_view::npos) continue;  // the offset tells the two apart
      for (std::uint32_t in = syntax::first_of(tree.nodes, at); in < at; ++in) {
        const syntax::Node& shift = tree.nodes[in];
        if (shift.kind != syntax::NodeKind::call || shift.count != 2 || tree.part(shift.text) != "inTimeZone") continue;
        const syntax::Node& zone = tree.nodes[in - 1];
        const auto found =
            zone.kind == syntax::NodeKind::string ? parse_time_zone(tree.part(zone.text)) : parse_time_zone("UTC");
        if (!found || !is_set_back(*found)) continue;
        if (!any && !repeated_.may_share_hour(place, field, schedule, *found)) return false;
        const std::string_view time = tree.part(tree.nodes[in - 2].span);
        TextFinding finding{
            Rule::local_hour_path, shift.span,
            fmt::format("the clock of '{}' is set back once a year: two runs have the same hour, and the second "
                        "overwrites the first; write the hour in UTC, or add 'Z' to the pattern",
                        tree.part(zone.text))};
        finding.edit = Edit{shift.span, std::string(time), "write the hour in UTC", FixTier::unsafe_fix};
        stage_.report.add(place, std::move(finding));
        any = true;
      }
    }
    return any;
  }

  // Whether the zone changes its offset in a year of our time.
  static bool is_set_back(TimeZone zone) {
    constexpr std::int64_t kDay = 86'400'000, kBegin = 1'704'067'200'000;  // 2024-01-01
    for (std::int64_t day = 1; day < 366; day += 15) {
      if (time::offset_millis(zone, kBegin + day * kDay) != time::offset_millis(zone, kBegin)) return true;
    }
    return false;
  }

  // The finest granularity of a string, in the fields and parameters it refers to as well. `pattern` becomes the last
  // literal pattern of the text itself.
  Granularity granularity_of(const Tree& tree, ObjectId object, int depth, SourceSpan& pattern) const {
    if (!tree.unread.empty() || depth > kMaxDepth) return kUnknown;
    Granularity finest = kNothing;
    std::vector<SourceSpan> shown;  // calls that show a part of a time
    const auto hidden = [&](const syntax::Node& node) {
      return std::any_of(shown.begin(), shown.end(), [&](SourceSpan call) {
        return node.span.offset >= call.offset && node.span.end() <= call.end();
      });
    };
    // From the end, where calls precede what is inside of them.
    for (auto at = static_cast<std::uint32_t>(tree.nodes.size()); at-- > 0;) {
      const syntax::Node& node = tree.nodes[at];
      if (node.kind != syntax::NodeKind::call || hidden(node)) continue;
      const std::string_view name = tree.part(node.text);
      if (name == "format" && node.count == 2) {
        const syntax::Node& literal = tree.nodes[at - 1];
        if (literal.kind != syntax::NodeKind::string) return kUnknown;
        if (pattern.length == 0) pattern = literal.text;
        finest = std::max(finest, granularity_of_letters(tree.part(literal.text), ignored_before(tree, at)));
        shown.push_back(node.span);
      } else if (const Granularity part = granularity_of_part(name); part != kNothing) {
        if (!ignores_clock_ || part <= kDay) finest = std::max(finest, part);
        shown.push_back(node.span);
      }
    }
    for (const syntax::Node& node : tree.nodes) {
      if (hidden(node)) continue;
      if (node.kind == syntax::NodeKind::member) return kUnknown;
      if (node.kind == syntax::NodeKind::name)
        finest = std::max(finest, granularity_of_name(tree.part(node.text), object, depth));
    }
    return finest;
  }

  // Of the time that the call of format at `call` shows. More than one name may bring back what a function takes.
  IgnoredUnits ignored_before(const Tree& tree, std::uint32_t call) const {
    IgnoredUnits ignored{.clock = ignores_clock_};
    int names = 0;
    for (std::uint32_t at = syntax::first_of(tree.nodes, call); at < call; ++at) {
      const std::string_view name = tree.part(tree.nodes[at].text);
      if (tree.nodes[at].kind == syntax::NodeKind::name) ++names;
      if (tree.nodes[at].kind != syntax::NodeKind::call) continue;
      ignored.clock = ignored.clock || name == "midnight";
      ignored.day = ignored.day || name == "firstOfMonth";
      ignored.weekday = ignored.weekday || name == "sunday";
    }
    return names == 1 ? ignored : IgnoredUnits{.clock = ignores_clock_};
  }

  Granularity granularity_of_name(std::string_view name, ObjectId object, int depth) const {
    if (name.starts_with("@")) return name == "@pipelineId" || name == "@version" ? kNothing : kUnknown;
    if (name == "id" || name == "name" || name == "node" || name == "parent") return kUnknown;
    const Found found = stage_.scope.name(object, name, false);
    if (found.where != Found::Where::field && found.where != Found::Where::parameter) return kUnknown;
    Granularity finest = kNothing;
    for (std::uint32_t k = 0; k < found.field.count; ++k) {
      const FieldItem& item = found.field.items[k];
      if (item.form == FieldItem::Form::literal || !item.value.is(Kind::string)) continue;
      SourceSpan unused;
      finest = std::max(
          finest, granularity_of(read_tree(item.value.text(), stage_.options.compile), object, depth + 1, unused));
    }
    return finest;
  }

  Stage& stage_;
  const PipelineDefinition& graph_;
  RepeatedPaths repeated_;
  std::set<std::pair<ObjectId, ObjectId>> done_;  // nodes with schedules
  bool ignores_clock_ = false;                    // by the period of the path at hand
};

}  // namespace

void check_paths(Stage& stage) { Paths(stage).run(); }

}  // namespace pipexpr::checker
