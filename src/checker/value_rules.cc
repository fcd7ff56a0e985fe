// Values of fields against the types of their slots: literal ones, and those that are the same in every run.
#include "checker/value_rules.h"
#include "base/char_class.h"
#include "base/json_escape.h"
#include "base/secret_mask.h"

#include <algorithm>
#include <set>

#include <pipexpr/datetime.h>
#include <pipexpr/expression.h>
#include <pipexpr/field.h>

#include "base/placeholder.h"
#include "checker/checks.h"
#include "definition/shown_value.h"
#include "definition/slot_table.h"
#include "definition/slot_words.h"

namespace pipexpr::checker {
namespace {

bool is_integer(std::string_view text) {
  if (text.starts_with("-")) text.remove_prefix(1);
  return base::is_digits(text);
}

bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

bool is_decimal(std::string_view text) {
  if (text.starts_with("-")) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  return !(whole.empty() && part.empty()) && (whole.empty() || is_integer(whole)) && (part.empty() || is_integer(part));
}

bool is_boolean(std::string_view text) { return base::lowercase(text) == "true" || base::lowercase(text) == "false"; }

}  // namespace

std::string_view wrong_word(std::string_view field, std::string_view text) {
  const definition::SlotWords* const row = definition::find_slot_words(field);
  if (row == nullptr) return "";
  const std::string written = base::lowercase(text);
  const auto words = definition::slot_words(field);
  const bool is_known =
      std::any_of(words.begin(), words.end(), [&](auto word) { return base::lowercase(word) == written; });
  return is_known ? "" : row->wanted;
}

std::string_view type_mismatch(SlotType type, std::string_view text) {
  switch (type) {
    case SlotType::integer: return is_integer(text) ? "" : "an integer";
    case SlotType::number: return is_decimal(text) ? "" : "a number";
    case SlotType::boolean: return is_boolean(text) ? "" : "true or false";
    case SlotType::datetime: return parse_datetime(text) ? "" : "a date-time such as 2024-05-24T17:00:00";
    case SlotType::period: return text == "ONDEMAND_PERIOD" || parse_period(text) ? "" : "a period such as '1 hour'";
    default: return "";
  }
}

namespace {

// The types whose objects have the field that this object writes down: its own, or those of its descendants.
std::set<std::string_view> types_with(const Stage& stage, ObjectId object, std::string_view field) {
  std::set<std::string_view> types;
  for (const ObjectId context : stage.scope.contexts(object, field)) {
    const std::string_view type = stage.scope.type(context);
    if (definition::is_documented(type) && definition::slot_use(type, field) != definition::SlotUse::none) {
      types.insert(type);
    }
  }
  return types;
}

// What each of the types refuses; empty when one of them takes it.
std::string_view refused_by_all(const std::set<std::string_view>& types, std::string_view field,
                                std::string_view text) {
  std::string_view wanted;
  for (const std::string_view type : types) {
    // The guide calls EmrCluster's an Integer, and writes periods in all its samples.
    const SlotType slot = field == "terminateAfter" ? SlotType::period : slot_type(type, field);
    wanted = type_mismatch(slot, text);
    if (wanted.empty() && field == "maxActiveInstances" && (text.starts_with("-") || is_zero(text)))
      wanted = "an integer from 1";
    if (wanted.empty() && field == "maximumRetries" && text.starts_with("-")) wanted = "an integer from 0";
    if (wanted.empty()) break;
  }
  return wanted.empty() ? wrong_word(field, text) : wanted;
}

// Fields that take several values, and whose values have no commas.
constexpr std::string_view kLists[] = {"applications",
                                       "securityGroupIds",
                                       "securityGroups",
                                       "additionalMasterSecurityGroupIds",
                                       "additionalSlaveSecurityGroupIds",
                                       "bootstrapAction"};

// 'a','b' or ["a","b"] or, where no value has a comma, a,b: the items, or none.
std::vector<std::string_view> items_of(std::string_view field, std::string_view text) {
  const auto trimmed = [](std::string_view part) {
    while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
    return part;
  };
  text = trimmed(text);
  const bool brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (brackets) text = trimmed(text.substr(1, text.size() - 2));
  const bool bare =
      field != "bootstrapAction" && std::find(std::begin(kLists), std::end(kLists), field) != std::end(kLists);
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    const bool quoted = item.size() > 2 && (item.front() == '\'' || item.front() == '"') && item.back() == item.front();
    if (quoted) item = item.substr(1, item.size() - 2);
    if (item.empty() || (!quoted && !bare) || item.find_first_of("'\" ") != std::string_view::npos) return {};
    items.push_back(item);
  }
  if (items.size() < 2) items.clear();
  return items;
}

void list_as_text(Stage& stage, const Place& place, std::string_view text) {
  if (is_program(place.field) || place.field.starts_with("*")) return;
  const std::vector<std::string_view> items = items_of(place.field, text);
  if (items.empty()) return;
  const SourceSpan whole{0, static_cast<std::uint32_t>(text.size())};
  std::string list;
  for (const std::string_view item : items)
    list += fmt::format("{}{}", list.empty() ? "" : ", ", base::json_quoted(item));
  stage.report.add(place, {Rule::list_as_text, whole,
                           fmt::format("'{}' is one text here, which the service takes for a single value; write [{}]",
                                       place.field, base::excerpt(list))});
  if (stage.graph.origin() != nullptr) return;  // another form writes lists in its own way
  const SourceSpan inside = stage.graph.span(place.object, place.field, place.item, whole);
  const std::string_view before = stage.graph.json().substr(0, inside.offset - 1);
  const std::size_t key = before.find_last_not_of(" \t\r\n:");
  // The API's form has one entry for each value, and no lists.
  if (key == std::string_view::npos || before.substr(0, key + 1).ends_with("\"stringValue\"") || before[key] != '"')
    return;
  stage.report.fix_last(Rule::list_as_text, {{inside.offset - 1, inside.length + 2},
                                             "[" + list + "]",
                                             fmt::format("write [{}]", base::excerpt(list)),
                                             FixTier::unsafe_fix});
}

// Whether the field is a parameter's value and no more, of which C505 says that it is not of the parameter's type.
bool is_wrong_parameter(const PipelineDefinition& graph, std::string_view written, std::string_view value) {
  if (!base::is_plain_reference(written)) return false;
  const std::string_view name = written.substr(2, written.size() - 3);
  return std::any_of(graph.parameters().begin(), graph.parameters().end(), [&](const auto& info) {
    return info.id == name && info.declared && info.value.count == 1 && !type_mismatch(info.type, value).empty();
  });
}

// Fields of texts and references that take one value, as numbers, times and the like do. Of a field that the guide does
// not describe so, it is not said.
constexpr std::string_view kSingle[] = {"amiVersion",
                                        "clusterId",
                                        "command",
                                        "connectionString",
                                        "coreInstanceType",
                                        "createTableSql",
                                        "dataFormat",
                                        "database",
                                        "databaseName",
                                        "directoryPath",
                                        "failureAndRerunMode",
                                        "filePath",
                                        "filterSql",
                                        "hiveScript",
                                        "imageId",
                                        "insertMode",
                                        "insertQuery",
                                        "instanceType",
                                        "jarUri",
                                        "keyPair",
                                        "mainClass",
                                        "manifestFilePath",
                                        "masterInstanceType",
                                        "message",
                                        "name",
                                        "parent",
                                        "*password",
                                        "pipelineLogUri",
                                        "rdsInstanceId",
                                        "region",
                                        "releaseLabel",
                                        "resourceRole",
                                        "role",
                                        "runsOn",
                                        "s3Key",
                                        "s3Prefix",
                                        "schedule",
                                        "scheduleType",
                                        "schemaName",
                                        "script",
                                        "scriptUri",
                                        "selectQuery",
                                        "startAt",
                                        "stderr",
                                        "stdout",
                                        "subject",
                                        "table",
                                        "tableName",
                                        "taskInstanceType",
                                        "topicArn",
                                        "transformSql",
                                        "type",
                                        "username",
                                        "workerGroup"};

bool takes_one(SlotType slot, std::string_view field) {
  if (std::find(std::begin(kSingle), std::end(kSingle), field) != std::end(kSingle)) return true;
  switch (slot) {
    case SlotType::integer:
    case SlotType::number:
    case SlotType::boolean:
    case SlotType::datetime:
    case SlotType::period: return true;
    default: return false;
  }
}

void repeated_values(Stage& stage, ObjectId object, const PipelineDefinition::FieldInfo& field) {
  const bool is_own = field.name.starts_with("my") || field.name.starts_with("*my") || field.name.starts_with("@");
  if (field.field.count < 2 || is_own) return;
  const bool is_type = field.name == "type";
  // Of fields that the guide does not list for the type nothing is known.
  const std::string_view type = stage.scope.type(object);
  if (!is_type && !type.empty() && definition::slot_use(type, field.name) == definition::SlotUse::none) return;
  if (!takes_one(slot_type(type, field.name), field.name)) return;
  std::string found;
  constexpr std::uint32_t kShown = 3;
  for (std::uint32_t k = 0; k < std::min(field.field.count, kShown); ++k) {
    if (k != 0) found += k + 1 == field.field.count ? " and " : ", ";
    found += fmt::format("'{}'", base::excerpt(written_item(stage.graph, field.field, k).to_text()));
  }
  if (field.field.count > kShown) found += fmt::format(" and {} more", field.field.count - kShown);
  const FieldItem& second = field.field.items[1];
  const std::string_view text = second.value.is(Kind::string)      ? second.value.text()
                                : second.value.is(Kind::reference) ? stage.graph.id(second.value.object())
                                                                   : std::string_view();
  stage.report.add({object, field.name, 1},
                   {Rule::repeated_field,
                    {0, static_cast<std::uint32_t>(text.size())},
                    fmt::format("'{}' takes one value and has {}, {}; keep the one that is meant", field.name,
                                field.field.count, found),
                    std::nullopt,
                    is_type ? std::optional(Severity::error) : std::nullopt});
}

// The service refuses them, whatever the field.
void empty_values(Stage& stage, ObjectId object, const PipelineDefinition::FieldInfo& field) {
  for (std::uint32_t k = 0; k < field.field.count; ++k) {
    const ValueView& value = field.field.items[k].value;
    if (!value.is(Kind::string) || !value.text().empty()) continue;
    stage.report.add({object, field.name, k},
                     {Rule::field_value,
                      {0, 0},
                      fmt::format("'{}' has an empty value, which the service refuses: give it one or leave the "
                                  "field out",
                                  field.name)});
  }
}

}  // namespace

void check_values(Stage& stage) {
  const PipelineDefinition& graph = stage.graph;
  for (std::size_t i = 0; i < graph.object_count(); ++i) {
    const ObjectId object = graph.object(i);
    for (const auto& field : graph.fields(object)) {
      empty_values(stage, object, field);
      repeated_values(stage, object, field);
      const std::set<std::string_view> types = types_with(stage, object, field.name);
      if (types.empty()) continue;
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        const FieldItem& item = field.field.items[k];
        if (!item.value.is(Kind::string)) continue;
        const std::string_view written = item.value.text();
        if (written.empty()) continue;
        std::string text(written);
        if (item.form != FieldItem::Form::literal) {
          const auto value = evaluate_item(stage.evaluator, graph, field.field, k, {.object = object});
          if (!value) continue;  // not known before a run, or another rule's finding
          text = value->text();
          if (text.empty()) continue;  // an optional parameter
        }
        if (base::has_placeholder(text)) continue;
        if (item.form == FieldItem::Form::literal) list_as_text(stage, {object, field.name, k}, text);
        const std::string_view wanted = refused_by_all(types, field.name, text);
        if (wanted.empty() || is_wrong_parameter(graph, written, text)) continue;
        stage.report.add(
            {object, field.name, k},
            {Rule::field_value,
             {0, static_cast<std::uint32_t>(written.size())},
             fmt::format("'{}' must be {}, found '{}'", field.name, wanted,
                         definition::shown_value(graph, object, field.field, text, stage.options.evaluate))});
      }
    }
  }
}

}  // namespace pipexpr::checker
