// Implements Schedule: reads a Schedule object and computes its runs.
#include <pipexpr/schedule.h>

#include <charconv>

#include <pipexpr/field.h>

#include "base/char_class.h"
#include "base/report.h"
#include "base/secret_mask.h"
#include "definition/shown_value.h"
#include "definition/slot_table.h"
#include "schedule/bounds.h"
#include "time/instance_name.h"

namespace pipexpr {
namespace {

// One field of a schedule, evaluated, and how its errors are reported.
struct Reader {
  const PipelineDefinition& definition;
  ObjectId object;
  EvaluateOptions options;
  Evaluator evaluator{options};

  bool hides(std::string_view name) const {
    const auto info = definition.find_field(object, name);
    return info && pipexpr::definition::takes_secret(definition, object, info->field, options);
  }
  std::string shown(std::string_view name, std::string_view text) const {
    return hides(name) ? std::string(base::kMask) : base::excerpt(text);
  }

  Diagnostics error(std::string_view field, const std::string& message) const {
    Field found;
    const bool there = !field.empty() && definition.field(object, {field, definition.key(field)}, found);
    const SourceSpan span = there ? definition.key_span(object, field) : definition.span(object);
    return {base::report(DiagnosticCode::invalid_schedule, span,
                         fmt::format("schedule '{}': {}", base::excerpt(definition.id(object)), message))};
  }

  Diagnostics unreadable(std::string_view field, const Diagnostics& why) const {
    Diagnostics out = error(field, fmt::format("{}: {}", field, why.front().message));
    out.front().path = why.front().path;
    return out;
  }
  // Of what was evaluated and cannot be read as what it should be.
  Diagnostics unreadable(std::string_view field, const Diagnostics& why, std::string_view text) const {
    if (!hides(field)) return unreadable(field, why);
    Diagnostics masked = why;
    base::mask_quoted(masked.front().message, text);
    return unreadable(field, masked);
  }

  // The text of a field; nothing when the object has none, or it has no value.
  Result<std::optional<std::string>> text(std::string_view name) {
    const auto info = definition.find_field(object, name);
    if (!info) return std::optional<std::string>();
    const auto value = evaluate_field(evaluator, definition, object, *info);
    if (!value) return value.error();
    return value->items.empty() ? std::nullopt : std::optional(value->text());
  }
};

}  // namespace

Schedule Schedule::on_demand(DateTime activation) {
  Schedule out;
  out.start_ = activation;
  out.start_.epoch_millis -= (activation.epoch_millis % 1000 + 1000) % 1000;  // the service counts whole seconds
  out.occurrences_ = 1;
  return out;
}

Result<Schedule> Schedule::read(const PipelineDefinition& definition, ObjectId object, const ScheduleOptions& options) {
  Reader reader{definition, object, options.evaluate};
  if (definition.type(object) != "Schedule") {
    return reader.error("type", fmt::format("expected an object of type Schedule, found type '{}'",
                                            base::excerpt(definition.type(object))));
  }
  constexpr std::string_view kNames[] = {"period", "startDateTime", "startAt", "endDateTime", "occurrences"};
  std::optional<std::string> texts[std::size(kNames)];
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    auto text = reader.text(kNames[i]);
    if (!text) return reader.unreadable(kNames[i], text.error());
    texts[i] = *std::move(text);
  }
  const auto& [period, start, start_at, end, occurrences] = texts;

  const auto activated = [&]() -> Result<Schedule> {
    if (options.activation) return on_demand(*options.activation);
    return reader.error("startAt",
                        "its runs begin with the activation, whose time is not given: give --activation TIME "
                        "or ScheduleOptions::activation");
  };
  if (start_at == "ONDEMAND_ACTIVATION_TIME" || period == "ONDEMAND_PERIOD") return activated();
  if (start && start_at) return reader.error("startAt", "expected startDateTime or startAt, found both");
  if (end && occurrences) return reader.error("occurrences", "expected endDateTime or occurrences, found both");
  Schedule out;
  if (start) {
    const auto time = parse_datetime(*start);
    if (!time) return reader.unreadable("startDateTime", time.error(), *start);
    out.start_ = *time;
  } else if (start_at == "FIRST_ACTIVATION_DATE_TIME") {
    Result<Schedule> from_activation = activated();
    if (!from_activation) return from_activation.error();
    out.start_ = from_activation->start_;
  } else if (start_at) {
    return reader.error("startAt", fmt::format("startAt: expected FIRST_ACTIVATION_DATE_TIME, found '{}'",
                                               reader.shown("startAt", *start_at)));
  } else {
    return reader.error("", "expected startDateTime or startAt, found neither");
  }
  if (!period) return reader.error("", "expected a period such as '1 day', found none");
  const auto length = parse_period(*period);
  if (!length) return reader.unreadable("period", length.error(), *period);
  if (!schedule::within_bounds(*length)) {
    return reader.error(
        "period", fmt::format("period: expected 15 minutes to 3 years, found '{}'", reader.shown("period", *period)));
  }
  out.period_ = *length;
  if (end) {
    const auto time = parse_datetime(*end);
    if (!time) return reader.unreadable("endDateTime", time.error(), *end);
    if (time->epoch_millis <= out.start_.epoch_millis) {
      return reader.error("endDateTime", fmt::format("endDateTime: expected a time after the start, {}, found '{}'",
                                                     to_string(out.start_), reader.shown("endDateTime", *end)));
    }
    out.end_ = *time;
  }
  if (occurrences) {
    const char* const last = occurrences->data() + occurrences->size();
    const auto [stop, error] = std::from_chars(occurrences->data(), last, out.occurrences_);
    if (error != std::errc() || stop != last || out.occurrences_ < 1) {
      return reader.error("occurrences", fmt::format("occurrences: expected an integer from 1, found '{}'",
                                                     reader.shown("occurrences", *occurrences)));
    }
  }
  return out;
}

std::optional<Run> Schedule::run(std::int64_t index) const {
  if (index < 0 || index >= occurrences_) return std::nullopt;
  if (!period_) return Run{.scheduled_start = start_};
  const auto from = add(start_, *period_, index), to = add(start_, *period_, index + 1);
  if (!from || !to || (end_ && from->epoch_millis >= end_->epoch_millis)) return std::nullopt;
  return Run{.scheduled_start = *from, .scheduled_end = *to};
}

std::int64_t Schedule::first_from(DateTime time) const {
  const auto begins_before = [&](std::int64_t index) {
    const auto found = run(index);
    return found && found->scheduled_start.epoch_millis < time.epoch_millis;
  };
  std::int64_t low = 0, high = 1;
  while (begins_before(high - 1)) low = high, high *= 2;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (begins_before(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

ObjectId schedule_of(const PipelineDefinition& definition, ObjectId object) {
  Field field;
  if (!definition.field(object, {"schedule", definition.key("schedule")}, field) || field.count == 0) return kNoObject;
  const ValueView& value = field.items[0].value;
  return value.is(Kind::reference) ? value.object() : kNoObject;
}

std::optional<ScheduleType> parse_schedule_type(std::string_view word) {
  const std::string lower = base::lowercase(word.substr(0, 16));
  if (lower == "timeseries") return ScheduleType::timeseries;
  if (lower == "cron") return ScheduleType::cron;
  if (lower == "ondemand") return ScheduleType::ondemand;
  return std::nullopt;
}

namespace {

std::optional<Period> field_period(Evaluator& evaluator, const PipelineDefinition& definition, ObjectId schedule) {
  if (schedule == kNoObject) return std::nullopt;
  const auto value = evaluate_field(evaluator, definition, schedule, "period");
  const auto period = value ? parse_period(value->text()) : Result<Period>(value.error());
  return period ? std::optional(*period) : std::nullopt;
}

}  // namespace

std::optional<Period> period_of(const PipelineDefinition& definition, ObjectId object, const EvaluateOptions& options) {
  if (object == kNoObject) return std::nullopt;
  Evaluator evaluator(options);
  if (definition.type(object) == "Schedule") return field_period(evaluator, definition, object);
  if (const auto period = field_period(evaluator, definition, schedule_of(definition, object))) return period;
  const auto of_node = [&](const Field& node) {
    const bool refers = node.count != 0 && node.items->value.is(Kind::reference);
    const ObjectId target = refers ? node.items->value.object() : kNoObject;
    return target == kNoObject ? std::nullopt : field_period(evaluator, definition, schedule_of(definition, target));
  };
  Field node;
  if (definition.field(object, {"node"}, node)) {
    if (const auto period = of_node(node)) return period;
  }
  std::optional<Period> common;
  for (const auto& [referrer, field] : definition.referrers(object)) {
    if (definition::role_of_field(field) == definition::NodeRole::none) continue;
    const auto period = field_period(evaluator, definition, schedule_of(definition, referrer));
    if (!period || (common && *common != *period)) return std::nullopt;
    common = period;
  }
  return common;
}

Result<ScheduleType> schedule_type(const PipelineDefinition& definition, ObjectId object,
                                   const EvaluateOptions& options) {
  Reader reader{definition, object, options};
  const auto text = reader.text("scheduleType");
  if (!text) return reader.unreadable("scheduleType", text.error());
  if (!*text) return ScheduleType::timeseries;
  if (const auto type = parse_schedule_type(**text)) return *type;
  const std::string message =
      fmt::format("object '{}': scheduleType: expected cron, timeseries or ondemand, found '{}'",
                  base::excerpt(definition.id(object)), reader.shown("scheduleType", **text));
  return Diagnostics{
      base::report(DiagnosticCode::invalid_schedule, definition.key_span(object, "scheduleType"), message)};
}

std::string instance_id(std::string_view component, DateTime scheduled_start) {
  std::string id(component.size() + time::kMaxInstanceSuffix, '\0');
  id.resize(static_cast<std::size_t>(time::write_instance_name(component, scheduled_start, 0, id.data()) - id.data()));
  return id;
}

}  // namespace pipexpr
