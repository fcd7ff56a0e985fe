// Compares two definitions as they are written, and follows names from what differs to what reads it.
#include "renderer/equal_fields.h"

#include <algorithm>

#include <pipexpr/field.h>
#include <pipexpr/syntax_tree.h>

namespace pipexpr {
namespace {

// What a run's fields beside its start depend on.
constexpr std::string_view kScheduleFields[] = {"schedule", "period",      "startDateTime", "endDateTime",
                                                "startAt",  "occurrences", "scheduleType",  "parent"};

}  // namespace

EqualFields::EqualFields(const PipelineDefinition& a, const PipelineDefinition& b) {
  read(a, a_);
  read(b, b_);
  for (const auto& [key, text] : a_) {
    const auto other = b_.find(key);
    if (other == b_.end() || other->second != text) changed_.emplace(key.second);
  }
  for (const auto& [key, text] : b_) {
    if (!a_.contains(key)) changed_.emplace(key.second);
  }
  const auto lonely = [this](const PipelineDefinition& in, const PipelineDefinition& from) {
    for (std::size_t i = 0; i < in.object_count(); ++i) {
      const std::string_view id = in.id(in.object(i));
      if (!from.find(id)) changed_.emplace(id);
    }
  };
  lonely(a, b);
  lonely(b, a);
  spread();
}

void EqualFields::read(const PipelineDefinition& definition, Written& out) {
  const auto add = [&](std::string_view object, std::string_view name, const Field& field) {
    out.emplace(Key(object, name), &*texts_once_.insert(written(field, definition)).first);
    for (std::uint32_t k = 0; k < field.count; ++k) {
      if (field.items[k].form == FieldItem::Form::literal || !field.items[k].value.is(Kind::string)) continue;
      const std::string_view text = field.items[k].value.text();
      texts_[name].insert(text);
      texts_of_[Key(object, name)].insert(text);
    }
  };
  for (std::size_t i = 0; i < definition.object_count(); ++i) {
    const ObjectId object = definition.object(i);
    for (const auto& info : definition.fields(object, true)) add(definition.id(object), info.name, info.field);
  }
  for (const auto& parameter : definition.parameters()) add({}, parameter.id, parameter.value);
}

// Values one after the other, each with its kind and length, so that no two fields share a text by chance.
std::string EqualFields::written(const Field& field, const PipelineDefinition& definition) {
  std::string out;
  for (std::uint32_t k = 0; k < field.count; ++k) {
    const FieldItem& item = field.items[k];
    const bool is_template = item.form != FieldItem::Form::literal && item.value.is(Kind::string);
    const std::string text = is_template ? canonical(item.value.text()) : written_item(definition, field, k).to_text();
    out += is_template ? 't' : item.value.is(Kind::reference) ? 'r' : 'v';
    out += std::to_string(text.size()) + ':' + text;
  }
  return out;
}

const std::string& EqualFields::canonical(std::string_view text) {
  const auto [known, fresh] = canonical_.try_emplace(text);
  if (!fresh) return known->second;
  known->second = text;
  const auto tree = SyntaxTree::parse(text);
  if (!tree) return known->second;
  known->second = tree->canonical();
  std::vector<std::string>& names = reads_[text];
  for (const NameUse& use : tree->names()) {
    if (use.kind != NameUse::Kind::function) names.emplace_back(use.name);
  }
  return known->second;
}

bool EqualFields::reads_changed(std::string_view text) const {
  const auto names = reads_.find(text);
  if (names == reads_.end()) return false;  // it does not parse, and is as it is written
  return std::any_of(names->second.begin(), names->second.end(), [this](const std::string& name) {
    if (changed_.contains(name)) return true;
    // The objects that `node` can stand for are those that refer to this one.
    if (name == "node") return !changed_.empty();
    if (!name.starts_with("@") || name == "@scheduledStartTime") return false;
    return std::any_of(std::begin(kScheduleFields), std::end(kScheduleFields),
                       [this](std::string_view field) { return changed_.contains(field); });
  });
}

void EqualFields::spread() {
  for (bool more = true; more;) {
    more = false;
    for (const auto& [name, texts] : texts_) {
      if (changed_.contains(name)) continue;
      if (!std::any_of(texts.begin(), texts.end(), [this](std::string_view text) { return reads_changed(text); })) {
        continue;
      }
      changed_.emplace(name);
      more = true;
    }
  }
}

bool EqualFields::written_alike(std::string_view object, std::string_view field) const {
  const auto in_a = a_.find(Key(object, field)), in_b = b_.find(Key(object, field));
  if (in_a == a_.end() || in_b == b_.end()) return in_a == a_.end() && in_b == b_.end();
  return in_a->second == in_b->second;
}

bool EqualFields::contains(std::string_view object, std::string_view field) const {
  if (!written_alike(object, field)) return false;
  const auto texts = texts_of_.find(Key(object, field));
  if (texts == texts_of_.end()) return true;
  return std::none_of(texts->second.begin(), texts->second.end(),
                      [this](std::string_view text) { return reads_changed(text); });
}

}  // namespace pipexpr
