// What the service takes. Sizes come in two profiles, because the guide states them twice.
#include "checker/checks.h"
#include "definition/shown_value.h"
#include "schedule/bounds.h"

#include <pipexpr/datetime.h>
#include <pipexpr/expression.h>

#include <charconv>

namespace pipexpr::checker {
namespace {

struct Sizes {
  std::size_t objects, fields, field_bytes, object_bytes, name_bytes, parameters, value_bytes;
};
constexpr Sizes kCurrent = {100, 50, 10240, 15360, 256, 50, 15360};
constexpr Sizes kOlder = {100, 50, 2048, 20480, 256, 50, 15360};
constexpr std::int64_t kMaxRetries = 5;

class Limited {
 public:
  explicit Limited(Stage& stage)
      : stage_(stage), graph_(stage.graph), most_(stage.options.profile == LimitProfile::older ? kOlder : kCurrent) {}

  void run() {
    if (graph_.object_count() > most_.objects) {
      stage_.report.add(Rule::too_many_objects, graph_.object(most_.objects),
                        fmt::format("the service takes {} objects, found {}", most_.objects, graph_.object_count()));
    }
    for (std::size_t i = 0; i < graph_.object_count(); ++i) object(graph_.object(i));
    parameters();
  }

 private:
  void object(ObjectId object) {
    name(object, "", graph_.id(object));
    std::size_t bytes = graph_.id(object).size() + graph_.name(object).size();
    std::size_t count = 0;
    for (const auto& field : graph_.fields(object)) {
      if (field.name == "name") continue;
      name(object, field.name, field.name);
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        ++count;
        const ValueView& value = field.field.items[k].value;
        const std::size_t size = value.is(Kind::reference) ? graph_.id(value.object()).size()
                                 : value.is(Kind::string)  ? value.text().size()
                                                           : 0;
        bytes += field.name.size() + size;
        if (size <= most_.field_bytes) continue;
        stage_.report.add_key(Rule::long_field, object, field.name,
                              fmt::format("the service takes {} bytes in a field, found {}", most_.field_bytes, size));
      }
    }
    if (count > most_.fields) {
      stage_.report.add(Rule::too_many_fields, object,
                        fmt::format("the service takes {} fields in an object, found {}", most_.fields, count));
    }
    if (bytes > most_.object_bytes) {
      stage_.report.add(
          Rule::large_object, object,
          fmt::format("the service takes {} bytes in an object, names included, found {}", most_.object_bytes, bytes));
    }
    amounts(object);
  }

  void name(ObjectId object, std::string_view field, std::string_view text) {
    if (text.size() <= most_.name_bytes) return;
    std::string message = fmt::format("the service takes {} bytes in {}, found {}", most_.name_bytes,
                                      field.empty() ? "an id" : "a field's name", text.size());
    if (field.empty()) {
      stage_.report.add(Rule::long_name, object, std::move(message));
    } else {
      stage_.report.add_key(Rule::long_name, object, field, std::move(message));
    }
  }

  // The text of an own field, when it does not depend on a run.
  std::optional<std::string> constant(ObjectId object, std::string_view name) {
    const auto info = graph_.find_field(object, name);
    if (!info || info->defined_by != object) return std::nullopt;
    const auto value = evaluate_field(stage_.evaluator, graph_, object, *info);
    return value ? std::optional(value->text()) : std::nullopt;
  }

  std::string shown(ObjectId object, std::string_view name, std::string_view text) const {
    const Field field = graph_.find_field(object, name)->field;
    return definition::shown_value(graph_, object, field, text, stage_.options.evaluate);
  }

  void amounts(ObjectId object) {
    if (const auto text = constant(object, "maximumRetries")) {
      std::int64_t count = 0;
      std::from_chars(text->data(), text->data() + text->size(), count);
      if (count > kMaxRetries) {
        stage_.report.add_key(Rule::too_many_retries, object, "maximumRetries",
                              fmt::format("the service allows {} retries, found {}", kMaxRetries,
                                          shown(object, "maximumRetries", std::to_string(count))));
      }
    }
    if (const auto text = constant(object, "retryDelay")) {
      if (const auto period = parse_period(*text); period && period->unit == TimeUnit::minutes && period->count < 2) {
        stage_.report.add_key(
            Rule::short_retry_delay, object, "retryDelay",
            fmt::format("the service waits 2 minutes or more, found '{}'", shown(object, "retryDelay", *text)));
      }
    }
    if (stage_.scope.type(object) != "Schedule") return;
    if (const auto text = constant(object, "period")) {
      const auto period = parse_period(*text);
      if (!period || schedule::within_bounds(*period)) return;
      stage_.report.add_key(
          Rule::schedule_period, object, "period",
          fmt::format("the period of a schedule is 15 minutes to 3 years, found '{}'", shown(object, "period", *text)));
    }
  }

  void parameters() {
    std::size_t declared = 0, bytes = 0;
    using Info = PipelineDefinition::ParameterInfo;
    const Info* first = nullptr;
    for (const Info& info : graph_.parameters()) {
      if (info.declared && ++declared == most_.parameters + 1) {
        stage_.report.add_span(Rule::too_many_parameters, info.span, "", std::string(info.id),
                               fmt::format("the service takes {} parameters, found more", most_.parameters));
      }
      if (info.source != Info::Source::file) continue;
      first = first == nullptr ? &info : first;
      for (std::uint32_t k = 0; k < info.value.count; ++k) {
        const ValueView& value = info.value.items[k].value;
        bytes += info.id.size() + (value.is(Kind::string) ? value.text().size() : 0);
      }
    }
    if (bytes > most_.value_bytes) {
      stage_.report.add_span(
          Rule::large_values, first->span, "", std::string(first->id),
          fmt::format("the service takes {} bytes of parameter values, found {}", most_.value_bytes, bytes));
    }
  }

  Stage& stage_;
  const PipelineDefinition& graph_;
  const Sizes& most_;
};

}  // namespace

void check_limits(Stage& stage) { Limited(stage).run(); }

}  // namespace pipexpr::checker
