// Literal values of fields, and of the parameters that fields consist of, against the types of their slots.
#include "check/values.h"

#include <algorithm>

#include <pipexpr/datetime.h>

#include "check/stage.h"
#include "definition/slots.h"

namespace pipexpr::checks {
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

bool is_boolean(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower == "true" || lower == "false";
}

}  // namespace

std::string_view misfit(SlotType type, std::string_view text) {
  switch (type) {
    case SlotType::integer: return is_integer(text) ? "" : "a whole number";
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
        if (!item.value.is(Kind::string) || item.form != FieldItem::Form::literal) continue;
        const std::string_view text = item.value.text();
        if (text.find("${") != std::string_view::npos) continue;  // another tool puts the value there
        const SourceSpan whole{0, static_cast<std::uint32_t>(text.size())};
        const std::string_view wanted = misfit(slot, text);
        if (!wanted.empty()) {
          stage.report.add({object, field.name, k},
                           {Rule::field_value, whole,
                            fmt::format("'{}' must be {}, found '{}'", field.name, wanted, excerpt(text))});
        }
      }
    }
  }
}

}  // namespace pipexpr::checks
