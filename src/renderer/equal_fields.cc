// Compares two definitions as they are written, and follows names from what differs to what reads it.
#include "renderer/equal_fields.h"

#include <algorithm>
#include <map>

#include <pipexpr/field.h>
#include <pipexpr/limits.h>
#include <pipexpr/syntax_tree.h>

#include "renderer/slot_forms.h"

namespace pipexpr {
namespace {

// What a run's fields beside its start depend on.
constexpr std::string_view kScheduleFields[] = {"schedule", "period",      "startDateTime", "endDateTime",
                                                "startAt",  "occurrences", "scheduleType",  "parent"};

// What is called plain is short, so that it meets no limit of an evaluation.
constexpr std::size_t kMaxPlainNames = 16, kMaxPlainBytes = 4096;

bool is_template(const FieldItem& item) { return item.form != FieldItem::Form::literal && item.value.is(Kind::string); }

ObjectId parent_of(const PipelineDefinition& definition, ObjectId object) {
  const auto parent = definition.find_field(object, "parent");
  if (!parent || parent->field.count == 0) return kNoObject;
  const ValueView& value = parent->field.items[0].value;
  return value.is(Kind::reference) ? value.object() : kNoObject;
}

}  // namespace

EqualFields::EqualFields(const PipelineDefinition& a, const PipelineDefinition& b) : a_(a), b_(b) {
  read(a);
  read(b);
  compare_objects(a, b);
  compare_objects(b, a);
  compare_parameters();
  spread();
}

void EqualFields::read(const PipelineDefinition& definition) {
  for (std::size_t i = 0; i < definition.object_count(); ++i) {
    const ObjectId object = definition.object(i);
    has_long_ids_ = has_long_ids_ || definition.id(object).size() > kMaxPlainBytes;
    for (const auto& info : definition.fields(object)) read(object, info.name, info.field, definition);
  }
  for (const auto& parameter : definition.parameters()) read(kNoObject, parameter.id, parameter.value, definition);
}

void EqualFields::read(ObjectId object, std::string_view name, const Field& field,
                       const PipelineDefinition& definition) {
  if (field.count != 0) written_.emplace(field.items, written(object, name, field, definition));
  for (std::uint32_t k = 0; k < field.count; ++k) {
    if (!is_template(field.items[k])) continue;
    Text& of = text(field.items[k].value.text());
    if (of.fields.empty() || of.fields.back() != name) of.fields.push_back(name);
    if (!of.is_plain || field.items[k].form != FieldItem::Form::compiled) calculating_.insert(name);
  }
}

// Values one after the other, each with its kind and length, so that no two fields share a text by chance.
std::string EqualFields::written(ObjectId object, std::string_view name, const Field& field,
                                 const PipelineDefinition& definition) {
  std::string out;
  for (std::uint32_t k = 0; k < field.count; ++k) {
    const FieldItem& item = field.items[k];
    const std::string as_written = is_template(item) ? std::string() : written_item(definition, field, k).to_text();
    const std::string& shown = is_template(item) ? text(item.value.text()).canonical : as_written;
    const bool is_reference = item.value.is(Kind::reference);
    const bool is_text = is_reference && object != kNoObject && definition.is_text_reference(object, name, k);
    out += is_template(item) ? 't' : is_text ? 'T' : is_reference ? 'r' : 'v';
    out += std::to_string(shown.size()) + ':';
    out += shown;
  }
  return out;
}

EqualFields::Text& EqualFields::text(std::string_view text) {
  const auto [known, fresh] = texts_.try_emplace(text);
  Text& out = known->second;
  if (!fresh) return out;
  out.canonical = text;
  const auto tree = SyntaxTree::parse(text);
  if (!tree) return out;  // it does not parse, and is as it is written
  out.canonical = tree->canonical();
  const std::vector<NameUse> names = tree->names();
  for (const NameUse& use : names) {
    if (use.kind != NameUse::Kind::function) out.reads.emplace_back(use.name);
  }
  out.is_plain = text.size() <= kMaxPlainBytes && names.size() <= kMaxPlainNames &&
                 tree->nodes().size() == names.size() &&
                 std::all_of(names.begin(), names.end(),
                             [](const NameUse& use) { return use.kind == NameUse::Kind::name && use.name == "id"; });
  std::sort(out.reads.begin(), out.reads.end());
  out.reads.erase(std::unique(out.reads.begin(), out.reads.end()), out.reads.end());
  return out;
}

std::optional<std::string_view> EqualFields::written(const PipelineDefinition& definition, ObjectId object,
                                                     std::string_view name) const {
  const auto info = definition.find_field(object, name);
  if (!info) return std::nullopt;
  if (name == "name" && info->field.count == 1) {  // without a name, the object's id is its name
    const FieldItem& item = info->field.items[0];
    if (!is_template(item) && item.value.is(Kind::string) && item.value.text() == definition.id(object))
      return std::nullopt;
  }
  if (info->field.count != 0) {
    // What an object has without saying so, such as its id, is not written.
    const auto found = written_.find(info->field.items);
    return found == written_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  const auto own = definition.fields(info->defined_by);
  const bool is_written = std::any_of(own.begin(), own.end(), [&](const auto& one) { return one.name == name; });
  return is_written ? std::optional<std::string_view>("") : std::nullopt;
}

// What an object inherits on both sides from the same parent was compared there.
void EqualFields::compare_objects(const PipelineDefinition& here, const PipelineDefinition& there) {
  std::vector<bool> seen(here.object_count(), false);
  for (std::size_t i = 0; i < here.object_count(); ++i) {
    const ObjectId object = here.object(i);
    const auto other = there.find(here.id(object));
    if (!other) {
      changed_.insert(here.id(object));
      // All that it has and inherits; what ancestors have was added with the first of their descendants.
      for (ObjectId at = object; at != kNoObject && !seen[static_cast<std::size_t>(at)]; at = parent_of(here, at)) {
        seen[static_cast<std::size_t>(at)] = true;
        for (const auto& info : here.fields(at)) changed_.insert(info.name);
      }
      continue;
    }
    const ObjectId parent = parent_of(here, object), other_parent = parent_of(there, *other);
    const bool is_alike =
        (parent == kNoObject && other_parent == kNoObject) ||
        (parent != kNoObject && other_parent != kNoObject && here.id(parent) == there.id(other_parent));
    for (const auto& info : here.fields(object, !is_alike)) {
      if (written(here, object, info.name) != written(there, *other, info.name)) changed_.insert(info.name);
    }
  }
}

void EqualFields::compare_parameters() {
  // By its type, a value is a string or a number.
  std::unordered_map<std::string_view, std::string, base::Hash> values;
  const auto value = [&](const Definition::ParameterInfo& parameter) {
    std::string out = std::string(slot_type_name(parameter.type)) + ':';
    if (parameter.value.count != 0) out += written_.at(parameter.value.items);
    return out;
  };
  for (const auto& parameter : a_.parameters()) values.emplace(parameter.id, value(parameter));
  for (const auto& parameter : b_.parameters()) {
    const auto found = values.find(parameter.id);
    if (found == values.end() || found->second != value(parameter)) changed_.insert(parameter.id);
    if (found != values.end()) values.erase(found);
  }
  for (const auto& [id, only_in_a] : values) changed_.insert(id);
}

// From every name that differs to the texts that read it, and to the fields that have these texts.
void EqualFields::spread() {
  std::unordered_map<std::string_view, std::vector<Text*>, base::Hash> readers;
  std::vector<Text*> of_runs, of_nodes;
  for (auto& [unused, text] : texts_) {
    for (const std::string& name : text.reads) {
      readers[name].push_back(&text);
      if (name == "node") of_nodes.push_back(&text);
      if (name.starts_with("@") && name != "@scheduledStartTime") of_runs.push_back(&text);
    }
  }
  std::vector<std::string_view> open(changed_.begin(), changed_.end());
  const auto reached = [&](const std::vector<Text*>& texts) {
    for (Text* const one : texts) {
      if (std::exchange(one->is_changed, true)) continue;
      for (const std::string_view field : one->fields) {
        if (changed_.insert(field).second) open.push_back(field);
      }
    }
  };
  // The objects that `node` can stand for are those that refer to this one.
  if (!open.empty()) reached(of_nodes);
  while (!open.empty()) {
    const std::string_view name = open.back();
    open.pop_back();
    if (const auto found = readers.find(name); found != readers.end()) reached(found->second);
    if (std::find(std::begin(kScheduleFields), std::end(kScheduleFields), name) != std::end(kScheduleFields)) {
      reached(std::exchange(of_runs, {}));
    }
  }
}

bool EqualFields::written_alike(std::string_view object, std::string_view field) const {
  const auto in_a = a_.find(object), in_b = b_.find(object);
  const auto a = in_a ? written(a_, *in_a, field) : std::nullopt, b = in_b ? written(b_, *in_b, field) : std::nullopt;
  return a == b;
}

bool EqualFields::says_the_same(std::string_view object, std::string_view field) const {
  const auto in_a = a_.find(object), in_b = b_.find(object);
  if (!in_a || !in_b || a_.type(*in_a) != b_.type(*in_b)) return false;
  const auto text = [&](const PipelineDefinition& definition, ObjectId at) -> std::optional<std::string_view> {
    const auto info = definition.find_field(at, field);
    if (!info || info->field.count != 1) return std::nullopt;
    const FieldItem& item = info->field.items[0];
    if (is_template(item) || !item.value.is(Kind::string)) return std::nullopt;
    return item.value.text();
  };
  const auto a = text(a_, *in_a), b = text(b_, *in_b);
  return a && b && same_in_slot(a_.type(*in_a), field, *a, *b);
}

bool EqualFields::contains(std::string_view object, std::string_view field) const {
  if (!written_alike(object, field) && !says_the_same(object, field)) return false;
  const auto is_changed = [&](const PipelineDefinition& definition) {
    const auto found = definition.find(object);
    const auto info = found ? definition.find_field(*found, field) : std::nullopt;
    for (std::uint32_t k = 0; info && k < info->field.count; ++k) {
      const FieldItem& item = info->field.items[k];
      const auto known = is_template(item) ? texts_.find(item.value.text()) : texts_.end();
      if (known != texts_.end() && known->second.is_changed) return true;
    }
    return false;
  };
  return !is_changed(a_) && !is_changed(b_);
}

}  // namespace pipexpr
