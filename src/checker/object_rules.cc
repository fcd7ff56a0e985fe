// Objects: their types, the fields these need and have, and what their references lead to.
#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/char_class.h"
#include "base/json_escape.h"
#include "base/placeholder.h"
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
  std::string_view field, type, wanted;  // `type` as the service calls it
  std::string_view ends[6];
  std::string_view owners[6] = {};  // the types whose field it is; none: all that have no row of their own before it
};
constexpr Target kTargets[] = {
    // The guide: "runs ... on an EMR cluster", "the Amazon EMR cluster on which this job will run".
    {"runsOn",
     "EmrCluster",
     "an EmrCluster in such an activity",
     {"EmrCluster"},
     {"EmrActivity", "HadoopActivity", "HiveActivity", "HiveCopyActivity", "PigActivity"}},
    {"schedule", "Schedule", "a Schedule", {"Schedule"}},
    {"runsOn", "Resource", "an Ec2Resource or EmrCluster", {"Ec2Resource", "EmrCluster"}},
    {"input", "DataNode", "a data node", {"DataNode"}},
    {"output", "DataNode", "a data node", {"DataNode"}},
    {"database", "Database", "a database", {"Database"}},
    {"dependsOn", "Activity", "an activity", {"Activity"}},
    {"dataFormat", "DataFormat", "a data format", {"DataFormat", "CSV", "TSV", "Custom", "RegEx"}},
    {"httpProxy", "HttpProxy", "an HttpProxy", {"HttpProxy"}},
    {"configuration", "EmrConfiguration", "an EmrConfiguration", {"EmrConfiguration"}},
    {"property", "Property", "a Property", {"Property"}},
    {"preActivityTaskConfig", "ShellScriptConfig", "a ShellScriptConfig", {"ShellScriptConfig"}},
    {"postActivityTaskConfig", "ShellScriptConfig", "a ShellScriptConfig", {"ShellScriptConfig"}},
};

// Whether the row is about the field in objects of the type.
bool is_about(const Target& row, std::string_view field, std::string_view owner) {
  if (row.field != field) return false;
  return row.owners[0].empty() ||
         std::find(std::begin(row.owners), std::end(row.owners), owner) != std::end(row.owners);
}

// Whether one of the names has a letter more than the other, or another letter at one place.
bool is_one_letter_apart(std::string_view a, std::string_view b) {
  const auto differ = [&] { return !a.empty() && !b.empty(); };
  while (differ() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (differ() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  return a.size() <= 1 && b.size() <= 1;
}

bool does_something(std::string_view type) { return type.ends_with("Activity"); }

class Objects {
 public:
  explicit Objects(Stage& stage) : stage_(stage), graph_(stage.graph) {}

  void run() {
    for (const auto& written : graph_.set_aside()) {
      const bool is_instance = written.name == "@sphere" && written.text != "COMPONENT";
      if (is_instance) instances_.insert(written.object);
    }
    written_runtime_fields();
    for (std::size_t i = 0; i < graph_.object_count(); ++i) references(graph_.object(i));
    for (std::size_t i = 0; i < graph_.object_count(); ++i) object(graph_.object(i));
  }

 private:
  // One finding for each object: what the service shows of it has many such fields.
  void written_runtime_fields() {
    constexpr std::size_t kNamed = 12;
    const auto& all = graph_.set_aside();
    for (std::size_t i = 0; i < all.size();) {
      std::size_t end = i;
      while (end < all.size() && all[end].object == all[i].object) ++end;
      std::string names;
      for (std::size_t k = i; k < std::min(end, i + kNamed); ++k)
        names += fmt::format("{}'{}'", k == i ? "" : k + 1 == end ? " and " : ", ", base::excerpt(all[k].name));
      if (end - i > kNamed) names += fmt::format(" and {} more", end - i - kNamed);
      if (!instances_.contains(all[i].object)) {
        stage_.report.add_span(Rule::written_runtime_field, all[i].key_span, std::string(graph_.id(all[i].object)),
                               std::string(all[i].name),
                               fmt::format("only the service sets {}: what is written here has no effect", names));
      }
      i = end;
    }
  }

  bool has(ObjectId object, std::string_view field) const {
    Field found;
    return graph_.field(object, {field}, found) && found.count != 0;
  }

  void object(ObjectId object) {
    const std::string_view type = stage_.scope.type(object);
    const std::string_view id = graph_.id(object);
    if (instances_.contains(object)) return;  // an instance, as the service lists them, is no definition
    if (type.empty()) {
      idle(object);
      if (id == "Default" || stage_.scope.is_parent(object)) shared_fields(object);
    }
    if (id == "Default") return;
    if (type.empty()) {
      if (!stage_.scope.is_parent(object) && !stage_.scope.lacks_parent(object)) {
        const auto own = graph_.fields(object);
        const auto other = std::find_if(own.begin(), own.end(),
                                        [](const auto& field) { return base::lowercase(field.name) == "type"; });
        stage_.report.add(
            Rule::missing_type, object,
            fmt::format("object '{}' has no type{}; only Default and parents of others need none", base::excerpt(id),
                        other == own.end()
                            ? ""
                            : fmt::format(" but a field '{}', and letters' case counts", base::excerpt(other->name))));
      }
      return;
    }
    if (is_type_without_fields(type)) return;
    if (type != graph_.type(object) || !definition::is_documented(type)) {
      unknown_type(object, graph_.type(object));
      if (!definition::is_documented(type)) return;
    }
    fields(object, type);
    required(object, type);
    idle(object);
    redshift(object, type);
    // A parent may be the one that is used.
    if (!placeholders_ && !does_something(type) && !used_.contains(object) && !stage_.survey.objects.contains(object) &&
        !stage_.scope.is_parent(object)) {
      stage_.report.add(Rule::unused_object, object,
                        fmt::format("nothing refers to '{}', and an object of type {} does nothing by itself",
                                    base::excerpt(id), type));
    }
  }

  // A type that an object has through its parent is reported there.
  void unknown_type(ObjectId object, std::string_view written) {
    const auto own = graph_.fields(object);
    const auto field = std::find_if(own.begin(), own.end(), [](const auto& one) { return one.name == "type"; });
    if (field == own.end() || base::has_placeholder(written)) return;
    base::Similar similar(written);
    definition::each_type([&](std::string_view known) { similar.consider(known); });
    TextFinding finding{
        Rule::unknown_type,
        {0, static_cast<std::uint32_t>(written.size())},
        fmt::format("the service has no object type '{}'{}", base::excerpt(written), base::did_you_mean(similar))};
    finding.edit = near_name(finding.part, similar);
    stage_.report.add({object, "type", 0}, std::move(finding));
  }

  // What Default and parents without a type hand down may be a field of any type, or one that expressions read. Only
  // what is all but a documented name is a misspelling of it.
  void shared_fields(ObjectId object) {
    constexpr std::size_t kShortest = 5;
    if (documented_.empty()) {
      definition::each_type([&](std::string_view type) {
        definition::each_slot(type, [&](std::string_view known, SlotType, SlotUse use) {
          if (use != SlotUse::runtime) documented_.insert(known);
        });
      });
      for (const auto& [reader, read] : stage_.survey.reads) {
        for (const Reading& one : read) read_.insert(one.second);
      }
    }
    const auto own = graph_.fields(object);
    std::unordered_set<std::string_view> given;
    for (const auto& field : own) given.insert(field.name);
    for (const auto& field : own) {
      const std::string_view name = field.name;
      if (name.size() < kShortest || name.starts_with("@") || name.starts_with("*") || Scope::is_own_name(name))
        continue;
      if (documented_.contains(name) || read_.contains(name)) continue;
      base::Similar similar(name);
      for (const std::string_view known : documented_) {
        if (!given.contains(known)) similar.consider(known);
      }
      if (!similar.is_same_word() && !is_one_letter_apart(name, similar.best())) continue;
      unknown_slot(object, name, "no type has a field", similar);
    }
  }

  void fields(ObjectId object, std::string_view type) {
    const auto own = graph_.fields(object);
    std::unordered_set<std::string_view> given;
    for (const auto& field : own) given.insert(field.name);
    for (const auto& field : own) {
      const base::Similar similar = Scope::nearest_slot(type, given, field.name);
      if (similar.best().empty()) continue;
      unknown_slot(object, field.name, fmt::format("{} has no field", type), similar);
      const SlotUse use = definition::slot_use(type, similar.best());
      const bool is_needed = use == SlotUse::required || use == SlotUse::one_of;
      // The one finding stands for the missing field and for the expressions that read it, too.
      const bool stands_for_more = is_needed || stage_.survey.misspelt.contains({object, std::string(field.name)});
      if (stage_.report.wants(Rule::unknown_slot) && stands_for_more) stage_.report.fail_last(Rule::unknown_slot);
      if (stage_.report.wants(Rule::unknown_slot) && is_needed) meant_.emplace(object, similar.best());
    }
  }

  // `what` there is none of, under that name.
  void unknown_slot(ObjectId object, std::string_view name, std::string_view what, const base::Similar& similar) {
    stage_.report.add_key(Rule::unknown_slot, object, name,
                          fmt::format("{} '{}'{}", what, base::excerpt(name), base::did_you_mean(similar)));
    if (graph_.origin() != nullptr) return;  // another form need not have quotes there
    stage_.report.fix_last(Rule::unknown_slot, {graph_.key_span(object, name), base::json_quoted(similar.best()),
                                                fmt::format("write '{}'", similar.best()), FixTier::display});
  }

  void required(ObjectId object, std::string_view type) {
    // Its descendants may have them, or a parent that is not in the file.
    if (stage_.scope.is_parent(object) || stage_.scope.lacks_parent(object)) return;
    definition::each_slot(type, [&](std::string_view field, SlotType, SlotUse use) {
      // A field that is misspelt is not missing besides.
      if (use != SlotUse::required || has(object, field) || meant_.contains({object, std::string(field)})) return;
      stage_.report.add(
          Rule::missing_field, object,
          fmt::format("'{}' is of type {}, which needs the field '{}'", base::excerpt(graph_.id(object)), type, field));
    });
    for (const auto& [one, other] : kPairs) {
      if (definition::slot_use(type, one) != SlotUse::one_of || definition::slot_use(type, other) != SlotUse::one_of) {
        continue;
      }
      if (has(object, one) || has(object, other)) continue;
      if (meant_.contains({object, std::string(one)}) || meant_.contains({object, std::string(other)})) continue;
      stage_.report.add(Rule::missing_field, object,
                        fmt::format("'{}' is of type {}, which needs one of the fields '{}' and '{}'",
                                    base::excerpt(graph_.id(object)), type, one, other));
    }
  }

  // It loads a table or unloads one: one of its ends is in Redshift.
  void redshift(ObjectId object, std::string_view type) {
    if (type != "RedshiftCopyActivity") return;
    Field ends[2];
    if (!graph_.field(object, {"input"}, ends[0]) || !graph_.field(object, {"output"}, ends[1])) return;
    for (const Field& end : ends) {
      for (std::uint32_t k = 0; k < end.count; ++k) {
        const ValueView& value = end.items[k].value;
        const std::string_view node = value.is(Kind::reference) ? stage_.scope.type(value.object()) : "";
        if (node == "RedshiftDataNode" || !definition::is_documented(node)) return;
      }
    }
    stage_.report.add(Rule::reference_kind, object,
                      fmt::format("'{}' is of type {}, which copies to or from Redshift: neither 'input' nor 'output' "
                                  "refers to a RedshiftDataNode",
                                  base::excerpt(graph_.id(object)), type));
  }

  // How late is late, nothing else says.
  void idle(ObjectId object) {
    const auto own = graph_.fields(object);
    if (std::none_of(own.begin(), own.end(), [](const auto& one) { return one.name == "onLateAction"; })) return;
    bool acts = false, any = false;
    for (const ObjectId context : stage_.scope.contexts(object, "onLateAction")) {
      if (definition::slot_use(stage_.scope.type(context), "lateAfterTimeout") == SlotUse::none) continue;
      any = true;
      acts = acts || has(context, "lateAfterTimeout") || stage_.scope.lacks_parent(context);
    }
    if (!any || acts) return;
    stage_.report.add_key(Rule::idle_field, object, "onLateAction",
                          "'onLateAction' never acts without 'lateAfterTimeout', which says when an object is late");
  }

  void references(ObjectId object) {
    const bool is_instance = instances_.contains(object);
    for (const auto& field : graph_.fields(object)) {
      for (std::uint32_t k = 0; k < field.field.count; ++k) {
        const FieldItem& item = field.field.items[k];
        const bool is_text = graph_.is_text_reference(object, field.name, k);
        if (item.value.is(Kind::reference)) {
          if (item.value.object() != object) used_.insert(item.value.object());
          if (is_instance) continue;
          target(object, field.name, k, item.value.object());
          if (is_text) text_reference({object, field.name, k}, graph_.id(item.value.object()), true);
        } else if (is_text && !is_instance && item.value.is(Kind::string)) {
          const std::string_view text = item.value.text();
          if (text.empty()) continue;  // an empty value, whatever it should be
          if (base::has_placeholder(text)) {
            placeholders_ = true;
          } else if (text.find("#{") == std::string_view::npos &&
                     definition::is_documented(stage_.scope.type(object))) {
            text_reference({object, field.name, k}, text, false);
          }
        } else if (item.form == FieldItem::Form::literal && field.field.type == SlotType::reference && !is_instance &&
                   item.value.text().find("#{") == std::string_view::npos) {
          dangling(object, field.name, k, item.value.text());
        }
      }
    }
  }

  // In the service's own words, which people search for.
  void text_reference(const Place& place, std::string_view text, bool exists) {
    const auto kind = std::find_if(std::begin(kTargets), std::end(kTargets), [&](const Target& row) {
      return is_about(row, place.field, stage_.scope.type(place.object));
    });
    const std::string_view type = place.field == "parent" ? "Default" : kind == std::end(kTargets) ? "" : kind->type;
    const SourceSpan whole{0, static_cast<std::uint32_t>(text.size())};
    stage_.report.add(place, {Rule::text_reference, whole,
                              fmt::format("'{}' values must be {}. Found values of type 'String': {}", place.field,
                                          type.empty() ? "references" : fmt::format("of type '{}'", type),
                                          exists ? fmt::format("write {{\"ref\": \"{}\"}}", base::excerpt(text))
                                                 : fmt::format("there is no object '{}'", base::excerpt(text)))});
    if (!exists || graph_.origin() != nullptr) return;  // another form writes references in its own way
    const SourceSpan inside = graph_.span(place.object, place.field, place.item, whole);
    Fix fix{{inside.offset - 1, inside.length + 2},
            fmt::format("{{\"ref\": \"{}\"}}", base::json_escaped(text)),
            fmt::format("refer to '{}'", base::excerpt(text)),
            FixTier::safe};
    // In the API's form the key says that it is a text.
    constexpr std::string_view kKey = "\"stringValue\"";
    const std::string_view before = graph_.json().substr(0, fix.span.offset);
    const std::size_t colon = before.find_last_not_of(" \t\r\n");
    const std::size_t key =
        colon == std::string_view::npos ? colon : before.substr(0, colon).find_last_not_of(" \t\r\n");
    if (key != std::string_view::npos && before[colon] == ':' && before.substr(0, key + 1).ends_with(kKey)) {
      const auto begin = static_cast<std::uint32_t>(key + 1 - kKey.size());
      fix.replacement = fmt::format("\"refValue\"{}\"{}\"", before.substr(key + 1), base::json_escaped(text));
      fix.span = {begin, fix.span.end() - begin};
    }
    stage_.report.fix_last(Rule::text_reference, std::move(fix));
  }

  void dangling(ObjectId object, std::string_view field, std::uint32_t item, std::string_view id) {
    if (base::has_placeholder(id) || id.starts_with("$")) {
      placeholders_ = true;
      return;
    }
    base::Similar similar(id);
    if (!ids_) {
      ids_.emplace();
      for (std::size_t i = 0; i < graph_.object_count(); ++i) ids_->add(graph_.id(graph_.object(i)));
      ids_->build();
    }
    ids_->consider(id, similar);
    const SourceSpan whole{0, static_cast<std::uint32_t>(id.size())};
    TextFinding finding{Rule::dangling_reference, whole,
                        fmt::format("there is no object '{}'{}", base::excerpt(id), base::did_you_mean(similar))};
    finding.edit = near_name(whole, similar);
    stage_.report.add({object, field, item}, std::move(finding));
  }

  void target(ObjectId object, std::string_view field, std::uint32_t item, ObjectId to) {
    const std::string_view type = stage_.scope.type(to);
    if (!definition::is_documented(type)) return;
    std::string_view wanted;
    bool fits = true;
    if (const definition::NodeRole role = definition::role_of_field(field); role != definition::NodeRole::none) {
      fits = definition::node_role(type) == role;
      wanted = role == definition::NodeRole::action ? "an SnsAlarm or Terminate" : "a precondition";
    }
    const auto row = std::find_if(std::begin(kTargets), std::end(kTargets),
                                  [&](const Target& one) { return is_about(one, field, stage_.scope.type(object)); });
    if (row != std::end(kTargets)) {
      wanted = row->wanted;
      fits = std::any_of(std::begin(row->ends), std::end(row->ends),
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
  std::set<std::pair<ObjectId, std::string>> meant_;  // fields that were misspelt
  std::optional<base::NameIndex> ids_;                // made for the first reference that leads nowhere
  std::unordered_set<ObjectId> instances_;            // listed by the service
  std::set<std::string_view> documented_;             // fields of all types; made for the first parent without a type
  std::unordered_set<std::string_view> read_;         // names that expressions read; made with them
  bool placeholders_ = false;  // some references are made by another tool: what they lead to is unknown
};

}  // namespace

void check_objects(Stage& stage) { Objects(stage).run(); }

}  // namespace pipexpr::checker
