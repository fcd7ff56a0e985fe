// What is in a definition and where it stands in the file.
#include <algorithm>
#include <numeric>

#include "definition/data.h"

namespace pipexpr {
namespace {

using definition::Data;

}  // namespace

std::size_t PipelineDefinition::object_count() const { return data_->objects.size(); }
ObjectId PipelineDefinition::object(std::size_t index) const { return static_cast<ObjectId>(index); }
std::string_view PipelineDefinition::name(ObjectId object) const { return data_->object_of(object).name; }
std::string_view PipelineDefinition::type(ObjectId object) const { return data_->object_of(object).type; }

std::vector<PipelineDefinition::FieldInfo> PipelineDefinition::fields(ObjectId object, bool inherited) const {
  const Data::Object& of = data_->object_of(object);
  std::vector<FieldInfo> result;
  result.reserve(of.own.count + (inherited ? of.inherited : 0));
  const auto add = [&](const Data::Entry& entry) {
    const SlotType type = data_->slot_on(definition::number(object), entry);
    result.push_back(
        {data_->names[entry.name], static_cast<ObjectId>(entry.owner), data_->field_of(entry, type), entry.is_list});
  };
  for (std::uint32_t at = of.own.first; at < of.own.end(); ++at) add(data_->entries[at]);
  if (!inherited) return result;
  for (const std::uint32_t at : data_->inheritance.inherited(definition::number(object))) add(data_->entries[at]);
  return result;
}

std::optional<PipelineDefinition::FieldInfo> PipelineDefinition::find_field(ObjectId object,
                                                                            std::string_view name) const {
  if (const Data::Held held = data_->find(object, data_->known_number(name))) {
    const Data::Entry& entry = *held.entry;
    return FieldInfo{data_->names[entry.name], static_cast<ObjectId>(entry.owner), data_->field_of(entry, held.type),
                     entry.is_list};
  }
  Field found;
  if (object == kNoObject || !field(object, {name}, found)) return std::nullopt;
  const std::uint32_t number = data_->known_number(name);  // `node` need not be a name of the file
  return FieldInfo{number == Data::kNone ? "node" : data_->names[number], object, found, false};
}

const std::vector<PipelineDefinition::SetAside>& PipelineDefinition::set_aside() const { return data_->set_aside; }

const PipelineDefinition::Format& PipelineDefinition::format() const { return data_->format; }

const std::vector<PipelineDefinition::ParameterInfo>& PipelineDefinition::parameters() const {
  return data_->parameters;
}

// An entry that refers to an object several times counts once.
void definition::Data::find_referrers() {
  std::vector<std::uint32_t> last(objects.size());
  const auto each = [&](const auto& visit) {
    std::fill(last.begin(), last.end(), kNone);
    for (const Object& object : objects) {
      for (std::uint32_t at = object.own.first; at < object.own.end(); ++at) {
        for (std::uint32_t k = entries[at].first; k < entries[at].first + entries[at].count; ++k) {
          const std::uint32_t target =
              items[k].value.is(Kind::reference) ? definition::number(items[k].value.object()) : kNone;
          if (target >= objects.size() || last[target] == at) continue;
          last[target] = at;
          visit(target, at);
        }
      }
    }
  };
  first_referrer.assign(objects.size() + 1, 0);
  each([&](std::uint32_t target, std::uint32_t) { ++first_referrer[target + 1]; });
  std::partial_sum(first_referrer.begin(), first_referrer.end(), first_referrer.begin());
  referrers.resize(first_referrer.back());
  std::vector<std::uint32_t> next(first_referrer.begin(), first_referrer.end() - 1);
  each([&](std::uint32_t target, std::uint32_t at) { referrers[next[target]++] = at; });
}

std::vector<std::pair<ObjectId, std::string_view>> PipelineDefinition::referrers(ObjectId object) const {
  std::call_once(data_->referred, [this] { data_->find_referrers(); });
  std::vector<std::pair<ObjectId, std::string_view>> result;
  const std::uint32_t number = definition::number(object);
  if (number >= data_->objects.size()) return result;
  for (std::uint32_t i = data_->first_referrer[number]; i < data_->first_referrer[number + 1]; ++i) {
    const Data::Entry& entry = data_->entries[data_->referrers[i]];
    result.emplace_back(static_cast<ObjectId>(entry.owner), data_->names[entry.name]);
  }
  return result;
}

bool PipelineDefinition::is_text_reference(ObjectId object, std::string_view field, std::uint32_t item) const {
  const Data::Held held = data_->find(object, data_->known_number(field));
  if (!held || item >= held.entry->count) return false;
  const std::size_t at = held.entry->first + item;
  return at < data_->text_references.size() && data_->text_references[at];
}

std::string_view PipelineDefinition::source_name() const { return data_->source_name; }
std::string_view PipelineDefinition::json() const { return data_->kept(); }
const SourceMap* PipelineDefinition::origin() const { return data_->origin.get(); }
SourceSpan PipelineDefinition::span(ObjectId object) const { return data_->place(data_->object_of(object).id_span); }

SourceSpan PipelineDefinition::key_span(ObjectId object, std::string_view field) const {
  const Data::Held held = data_->find(object, data_->known_number(field));
  return held && held.entry->key_span.length != 0 ? data_->place(held.entry->key_span) : span(object);
}

SourceSpan definition::Data::part_in_json(ObjectId object, std::string_view field, std::uint32_t item,
                                          SourceSpan part) const {
  std::uint32_t at = kNone;
  if (object == kNoObject) {
    const auto known = parameter_numbers.find(field);
    if (known != parameter_numbers.end() && item < parameter_items[known->second].count)
      at = parameter_items[known->second].first + item;
  } else {
    const Held held = find(object, known_number(field));
    if (held && item < held.entry->count) at = held.entry->first + item;
  }
  if (at == kNone) return {};
  const SourceSpan whole = spans[at];
  if (whole.length == 0) return {};
  const std::string_view raw = std::string_view(json).substr(whole.offset, whole.length);
  if (raw[0] != '"') return whole;
  const ValueView& value = items[at].value;
  if (value.is(Kind::string) && value.text().size() + 2 == raw.size()) {  // without escapes nothing need be counted
    const std::uint32_t size = whole.length - 2, from = std::min(part.offset, size);
    return {whole.offset + 1 + from, std::min(part.end(), size) - from};
  }
  const std::size_t begin = definition::raw_offset(raw, part.offset);
  const std::size_t end = definition::raw_offset(raw, part.end());
  return {whole.offset + static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
}

SourceSpan PipelineDefinition::span(ObjectId object, std::string_view field, std::uint32_t item,
                                    SourceSpan part) const {
  const SourceSpan found = data_->part_in_json(object, field, item, part);
  if (found.offset != 0) return data_->place(found);  // no value is where the text begins
  if (object != kNoObject) return span(object);
  const auto known = data_->parameter_numbers.find(field);
  if (known == data_->parameter_numbers.end()) return {};
  const bool has_item = item < data_->parameter_items[known->second].count;
  return has_item ? SourceSpan{} : data_->parameters[known->second].span;
}

bool PipelineDefinition::is_verbatim(ObjectId object, std::string_view field, std::uint32_t item,
                                     SourceSpan part) const {
  const SourceSpan found = data_->part_in_json(object, field, item, part);
  if (found.offset == 0) return false;
  return data_->origin ? data_->origin->is_exact(found) : found.length == part.length;
}

SourceLocation PipelineDefinition::locate(const Diagnostic& diagnostic, ObjectId object, std::string_view field,
                                          std::uint32_t item) const {
  SourceSpan place;
  if (!diagnostic.path.empty()) {
    const PathStep& last = diagnostic.path.back();
    const std::optional<ObjectId> owner = last.object.empty() ? std::optional(kNoObject) : find(last.object);
    if (owner) {
      place = span(*owner, last.field, last.item, {last.span.offset + last.text_offset, last.span.length});
    }
  } else if (!field.empty()) {
    place = span(object, field, item, diagnostic.span);
  }
  return pipexpr::locate(data_->kept(), place.offset);
}

}  // namespace pipexpr
