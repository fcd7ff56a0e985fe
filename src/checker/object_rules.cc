// Objects: their types, the fields these need and have, and what their references lead to.
#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/similar_names.h"
#include "checker/checks.h"
#include "definition/slot_table.h"

namespace pipexpr::checker {
namespace {

using definition::SlotUse;

// Of each pair one is required, where the type has both.
constexpr std::string_view kPairs[][2] = {{"runsOn", "workerGroup"},         {"command", "scriptUri"},
                                          {"script", "scriptUri"},           {"hiveScript", "scriptUri"},
                                          {"clusterId", "connectionString"}, {"startDateTime", "startAt"}};

// What a field may refer to: types by name, or by the end of their names.
struct Target {
  std::string_view field, wanted;
  std::string_view ends[6];
};
constexpr Target kTargets[] = {
    {"schedule", "a Schedule", {"Schedule"}},
    {"runsOn", "an Ec2Resource or EmrCluster", {"Ec2Resource", "EmrCluster"}},
    {"input", "a data node", {"DataNode"}},
    {"output", "a data node", {"DataNode"}},
    {"database", "a database", {"Database"}},
    {"dependsOn", "an activity", {"Activity"}},
    {"dataFormat", "a data format", {"DataFormat", "CSV", "TSV", "Custom", "RegEx"}},
    {"httpProxy", "an HttpProxy", {"HttpProxy"}},
    {"configuration", "an EmrConfiguration", {"EmrConfiguration"}},
    {"property", "a Property", {"Property"}},
};

// Types that the guide mentions and gives no table of fields for.
constexpr std::string_view kTypesWithoutFields[] = {"EbsBlockDeviceConfig", "EbsConfiguration", "VolumeSpecification"};

bool is_own_name(std::string_view name) {
  if (name.starts_with("*")) name.remove_prefix(1);
  return name.starts_with("my");
}

bool does_something(std::string_view type) { return type.ends_with("Activity"); }

class Objects {
 public:
  explicit Objects(Stage& stage) : stage_(stage), graph_(stage.graph) {}

  void run() {
    for (std::size_t i = 0; i < graph_.object_count(); ++i) references(graph_.object(i));
    for (std::size_t i = 0; i < graph_.object_count(); ++i) object(graph_.object(i));
  }

 private:
  bool has(ObjectId object, std::string_view field) const {
    Field found;
    return graph_.field(object, {field}, found) && found.count != 0;
  }

  void object(ObjectId object) {
    const std::string_view type = graph_.type(object);
    const std::string_view id = graph_.id(object);
    if (id == "Default" || has(object, "@sphere")) return;  // an instance, as the service lists them, is no definition
    if (type.empty()) {
      if (!stage_.scope.is_parent(object)) {
        stage_.report.add(
            Rule::missing_type, object,
            fmt::format("object '{}' has no type; only Default and parents of others need none", base::excerpt(id)));
      }
      return;
    }
    if (std::find(std::begin(kTypesWithoutFields), std::end(kTypesWithoutFields), type) !=
        std::end(kTypesWithoutFields)) {
      return;
    }
    if (!definition::is_documented(type)) {
      base::Similar similar(type);
      definition::each_type([&](std::string_view known) { similar.consider(known); });
      stage_.report.add_key(
          Rule::unknown_type, object, "type",
          fmt::format("the service has no object type '{}'{}", base::excerpt(type), base::did_you_mean(similar)));
      return;
    }
    fields(object, type);
    required(object, type);
    // A parent may be the one that is used.
    if (!does_something(type) && !used_.contains(object) && !stage_.survey.objects.contains(object) &&
        !stage_.scope.is_parent(object)) {
      stage_.report.add(Rule::unused_object, object,
                        fmt::format("nothing refers to '{}', and an object of type {} does nothing by itself",
                                    base::excerpt(id), type));
    }
  }

  void fields(ObjectId object, std::string_view type) {
    const auto own = graph_.fields(object);
    std::unordered_set<std::string_view> given;
    for (const auto& field : own) given.insert(field.name);
    for (const auto& field : own) {
      if (is_own_name(field.name) || field.name == "name" || field.name == "type" ||
          definition::slot_use(type, field.name) != SlotUse::none || field.name.starts_with("@")) {
        continue;
      }
      // The service knows more fields than its guide lists: only what looks like a misspelling is one.
      base::Similar similar(field.name);
      definition::each_slot(type, [&](std::string_view known, SlotType, SlotUse use) {
        if (use != SlotUse::runtime && !given.contains(known)) similar.consider(known);
      });
      if (similar.best().empty()) continue;
      const SourceSpan key = graph_.key_span(object, field.name);
      stage_.report.add_key(
          Rule::unknown_slot, object, field.name,
          fmt::format("{} has no field '{}'{}", type, base::excerpt(field.name), base::did_you_mean(similar)));
      stage_.report.fix_last(Rule::unknown_slot, {key, fmt::format("\"{}\"", json_escaped(similar.best())),
                                                  fmt::format("write '{}'", similar.best()), false});
    }
  }

  void required(ObjectId object, std::string_view type) {
    if (stage_.scope.is_parent(object)) return;  // its heirs may have them
    definition::each_slot(type, [&](std::string_view field, SlotType, SlotUse use) {
      if (use != SlotUse::required || has(object, field)) return;
      stage_.report.add(
          Rule::missing_field, object,
          fmt::format("'{}' is of type {}, which needs the field '{}'", base::excerpt(graph_.id(object)), type, field));
    });
    for (const auto& [one, other] : kPairs) {
      if (definition::slot_use(type, one) != SlotUse::one_of || definition::slot_use(type, other) != SlotUse::one_of) {
        continue;
      }
      if (has(object, one) || has(object, other)) continue;
      stage_.report.add(Rule::missing_field, object,
                        fmt::format("'{}' is of type {}, which needs one of the fields '{}' and '{}'",
                                    base::excerpt(graph_.id(object)), type, one, other));
    }
  }

  void references(ObjectId object) {
    const bool is_instance = has(object, "@sphere");
    for (const auto& field : graph_.fields(object)) {
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        const FieldItem& item = field.field.items[k];
        if (item.value.is(Kind::reference)) {
          if (item.value.object() != object) used_.insert(item.value.object());
          if (!is_instance) target(object, field.name, k, item.value.object());
        } else if (item.form == FieldItem::Form::literal && field.field.type == SlotType::reference && !is_instance &&
                   item.value.text().find("#{") == std::string_view::npos) {
          dangling(object, field.name, k, item.value.text());
        }
      }
    }
  }

  void dangling(ObjectId object, std::string_view field, std::uint32_t item, std::string_view id) {
    base::Similar similar(id);
    if (!ids_) {
      ids_.emplace();
      for (std::size_t i = 0; i < graph_.object_count(); ++i) ids_->add(graph_.id(graph_.object(i)));
      ids_->build();
    }
    ids_->consider(id, similar);
    const SourceSpan whole{0, static_cast<std::uint32_t>(id.size())};
    Fault fault{Rule::dangling_reference, whole,
                fmt::format("there is no object '{}'{}", base::excerpt(id), base::did_you_mean(similar))};
    if (!similar.best().empty()) {
      fault.edit = {whole, std::string(similar.best()), fmt::format("write '{}'", similar.best()), false};
    }
    stage_.report.add({object, field, item}, std::move(fault));
  }

  void target(ObjectId object, std::string_view field, std::uint32_t item, ObjectId to) {
    const std::string_view type = graph_.type(to);
    if (!definition::is_documented(type)) return;
    std::string_view wanted;
    bool fits = true;
    if (const definition::NodeRole role = definition::role_of_field(field); role != definition::NodeRole::none) {
      fits = definition::node_role(type) == role;
      wanted = role == definition::NodeRole::action ? "an SnsAlarm or Terminate" : "a precondition";
    }
    for (const Target& row : kTargets) {
      if (row.field != field) continue;
      wanted = row.wanted;
      fits = std::any_of(std::begin(row.ends), std::end(row.ends),
                         [&](std::string_view end) { return !end.empty() && type.ends_with(end); });
    }
    if (fits) return;
    const std::string_view id = graph_.id(to);
    stage_.report.add({object, field, item}, {Rule::reference_kind,
                                              {0, static_cast<std::uint32_t>(id.size())},
                                              fmt::format("'{}' refers to {}, found '{}' of type {}", field, wanted,
                                                          base::excerpt(id), type)});
  }

  Stage& stage_;
  const PipelineDefinition& graph_;
  std::set<ObjectId> used_;
  std::optional<base::NameIndex> ids_;  // made for the first reference that leads nowhere
};

}  // namespace

void check_objects(Stage& stage) { Objects(stage).run(); }

}  // namespace pipexpr::checker
