// Values of fields against the types of their slots: literal ones, and those that are the same in every run.
#include "checker/value_rules.h"

#include <algorithm>

#include <pipexpr/datetime.h>
#include <pipexpr/expression.h>

#include "checker/checks.h"
#include "definition/slot_table.h"

namespace pipexpr::checker {
namespace {

bool is_integer(std::string_view text) {
  if (text.starts_with("-")) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_decimal(std::string_view text) {
  if (text.starts_with("-")) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  return !(whole.empty() && part.empty()) && (whole.empty() || is_integer(whole)) && (part.empty() || is_integer(part));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool is_boolean(std::string_view text) { return lower(text) == "true" || lower(text) == "false"; }

// Fields that take one of a few words, in any case, of which definitions make use.
struct Words {
  std::string_view field, wanted;
  std::string_view words[4];
};
constexpr Words kWords[] = {
    {"scheduleType", "cron, timeseries or ondemand", {"cron", "timeseries", "ondemand"}},
    {"failureAndRerunMode", "CASCADE or NONE", {"cascade", "none"}},
    {"startAt",
     "FIRST_ACTIVATION_DATE_TIME or ONDEMAND_ACTIVATION_TIME",
     {"first_activation_date_time", "ondemand_activation_time"}},
    {"insertMode",
     "KEEP_EXISTING, OVERWRITE_EXISTING, TRUNCATE or APPEND",
     {"keep_existing", "overwrite_existing", "truncate", "append"}},
    {"actionOnTaskFailure", "continue or terminate", {"continue", "terminate"}},
    {"actionOnResourceFailure", "retryall or retrynone", {"retryall", "retrynone"}},
};

std::string_view wrong_word(std::string_view field, std::string_view text) {
  for (const Words& row : kWords) {
    if (row.field != field) continue;
    const bool known =
        !text.empty() && std::find(std::begin(row.words), std::end(row.words), lower(text)) != std::end(row.words);
    return known ? "" : row.wanted;
  }
  return "";
}

}  // namespace

std::string_view misfit(SlotType type, std::string_view text) {
  switch (type) {
    case SlotType::integer: return is_integer(text) ? "" : "an integer";
    case SlotType::number: return is_decimal(text) ? "" : "a number";
    case SlotType::boolean: return is_boolean(text) ? "" : "true or false";
    case SlotType::datetime: return parse_datetime(text) ? "" : "a date-time such as 2024-05-24T17:00:00";
    case SlotType::period: return text == "ONDEMAND_PERIOD" || parse_period(text) ? "" : "a period such as '1 hour'";
    default: return "";
  }
}

void check_values(Stage& stage) {
  const PipelineDefinition& graph = stage.graph;
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    const ObjectId object = graph.object(i);
    const std::string_view type = graph.type(object);
    for (const auto& field : graph.fields(object)) {
      if (!definition::is_documented(type) || definition::slot_use(type, field.name) == definition::SlotUse::none) {
        continue;
      }
      // The guide calls EmrCluster's an Integer, and writes periods in all its samples.
      const SlotType slot = field.name == "terminateAfter" ? SlotType::period : slot_type(type, field.name);
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        const FieldItem& item = field.field.items[k];
        if (!item.value.is(Kind::string)) continue;
        const std::string_view written = item.value.text();
        std::string text(written);
        if (item.form != FieldItem::Form::literal) {
          const auto value = evaluate_item(stage.evaluator, graph, field.field, k, {.object = object});
          if (!value) continue;  // not known before a run, or another rule's fault
          text = value->text();
          if (text.empty()) continue;  // an optional parameter
        }
        if (text.find("${") != std::string::npos) continue;  // another tool puts the value there
        std::string_view wanted = misfit(slot, text);
        if (wanted.empty()) wanted = wrong_word(field.name, text);
        if (wanted.empty()) continue;
        stage.report.add({object, field.name, k},
                         {Rule::field_value,
                          {0, static_cast<std::uint32_t>(written.size())},
                          fmt::format("'{}' must be {}, found '{}'", field.name, wanted, base::excerpt(text))});
      }
    }
  }
}

}  // namespace pipexpr::checker
