// Implements PipelineDefinition: objects, fields, parameters and places of a loaded file.
#include "base/limit_diagnostic.h"
#include "base/report.h"
#include "definition/data.h"
#include "definition/slot_table.h"
#include "syntax/find_opener.h"

namespace pipexpr {
namespace {

using definition::Data;
using definition::number;

}  // namespace

std::uint32_t definition::Data::number_of(std::string_view name) {
  const auto [known, fresh] = name_numbers.emplace(name, static_cast<std::uint32_t>(names.size()));
  if (fresh) names.push_back(name);
  return known->second;
}

SlotType definition::Data::slot_on(std::uint32_t object, const Entry& entry) const {
  if (!targets[entry.first].empty()) return SlotType::reference;
  const std::string_view type = objects[object].type;
  return entry.owner == object || objects[entry.owner].type == type ? entry.slot : slot_type(type, names[entry.name]);
}

Data::Held definition::Data::find(ObjectId object, std::uint32_t name) const {
  if (const FieldTable::Entry* const found = table.find(object, static_cast<FieldKey>(name))) {
    return {&entries[found->user_data], found->type};
  }
  if (object_of(object).inherited <= kMaxTabled) return {};
  const std::uint32_t at = inheritance.find(number(object), name);
  if (at == kNone) return {};
  return {&entries[at], slot_on(number(object), entries[at])};
}

// A field asked for by text, one that every object has at run time, or the pseudo-field `node`.
bool definition::Data::find_by_name(ObjectId object, const FieldName& name, Field& out) const {
  std::uint32_t key = static_cast<std::uint32_t>(name.key);
  if (name.key == kNoKey) key = known_number(name.text);
  Held held = find(object, key);
  if (!held && !runtime_entries.empty()) held = find(kNoObject, key);
  if (held) {
    out = field_of(*held.entry, held.type);
    return true;
  }
  if (name.text != "node") return false;
  const auto found = nodes.find(number(object));
  if (found == nodes.end()) return false;
  out = {found->second, 1, SlotType::reference, false, found->second};
  return true;
}

PipelineDefinition::PipelineDefinition(std::unique_ptr<base::DefinitionData> data) : data_(std::move(data)) {
  set_table(&data_->table);
}
PipelineDefinition::~PipelineDefinition() = default;

namespace {

// Slots that are never evaluated (rule 1.3): those that name things, and those of references, which a text there is
// too.
bool is_verbatim(const Data::Entry& entry) {
  return entry.slot == SlotType::verbatim || (entry.slot == SlotType::reference && entry.owner != Data::kNone);
}

// Compiles what has expressions. What is wrong with a text that does not compile is kept, and reported when it is used.
void compile(Data& data, const PipelineDefinition& graph, const CompileOptions& options) {
  std::vector<bool> verbatim(data.items.size(), false);
  for (const auto& entry : data.entries) {
    if (!is_verbatim(entry)) continue;
    for (std::uint32_t i = entry.first; i < entry.first + entry.count; ++i) verbatim[i] = true;
  }
  CompileOptions borrowed = options;
  borrowed.borrow_source = true;  // the definition keeps the text
  for (std::size_t i = 0; i < data.items.size(); ++i) {
    FieldItem& item = data.items[i];
    if (item.form != FieldItem::Form::text) continue;
    const std::string_view text = item.value.text();
    if (verbatim[i] || syntax::find_opener(text, 0, options.delimiters) == text.size()) {
      item.form = FieldItem::Form::literal;
      continue;
    }
    if (auto compiled = Expression::compile(text, borrowed)) {
      item.expression = &data.expressions.emplace_back(compiled->bind(graph));
      item.form = FieldItem::Form::compiled;
    } else {
      item.diagnostics = &data.invalid_texts.emplace_back(compiled.error());
      item.form = FieldItem::Form::invalid;
    }
  }
}

}  // namespace

Result<std::shared_ptr<const PipelineDefinition>> PipelineDefinition::load(std::string_view json,
                                                                           const LoadOptions& options) {
  const Limits limits = options.limits.clamped();
  if (json.size() > limits.max_definition_bytes) {
    return base::limit_reached(DiagnosticCode::limit_definition_bytes, {}, &Limits::max_definition_bytes, limits,
                               json.size());
  }
  auto data = std::make_unique<base::DefinitionData>();
  data->source_name = options.source_name;
  data->json = json;
  data->origin = options.origin;
  const auto placed = [&](Diagnostics why) {
    for (Diagnostic& one : why) one.span = data->place(one.span);
    return why;
  };
  auto document = definition::JsonText::read(data->json);
  if (!document) return placed(document.error());
  data->document = std::move(*document);
  if (!options.parameter_objects.empty()) {
    data->parameter_json = options.parameter_objects;
    auto parameters = definition::JsonText::read(data->parameter_json);
    if (!parameters) {
      Diagnostics why = parameters.error();
      for (Diagnostic& one : why) one.span = {};
      return why;
    }
    data->parameter_document = std::move(*parameters);
  }
  Diagnostics errors;
  definition::read(*data, options, errors);
  if (errors.empty()) definition::link(*data, limits, errors);
  if (!errors.empty()) return placed(std::move(errors));
  Data& kept = *data;
  std::shared_ptr<PipelineDefinition> made(new PipelineDefinition(std::move(data)));
  kept.document.forget_values();
  kept.parameter_document.forget_values();
  if (kept.origin) {
    for (ParameterInfo& parameter : kept.parameters) parameter.span = kept.place(parameter.span);
  }
  compile(kept, *made, options.compile);
  definition::tabulate(kept);
  return std::shared_ptr<const PipelineDefinition>(std::move(made));
}

bool PipelineDefinition::field(ObjectId object, const FieldName& name, Field& out) const {
  if (const FieldTable::Entry* const slot = data_->table.find(object, name.key)) {
    out = {slot->items, slot->count, slot->type, false, slot->items};
    return true;
  }
  return data_->find_by_name(object, name, out);
}

bool PipelineDefinition::parameter(const FieldName& name, Field& out) const {
  std::uint32_t number = Data::kNone;
  if (name.key != kNoKey) {
    const auto key = static_cast<std::uint32_t>(name.key);
    if (key < data_->parameter_of_name.size()) number = data_->parameter_of_name[key];
  } else if (const auto known = data_->parameter_numbers.find(name.text); known != data_->parameter_numbers.end()) {
    number = known->second;
  }
  if (number == Data::kNone) return false;
  out = data_->parameters[number].value;
  return true;
}

std::optional<ObjectId> PipelineDefinition::find(std::string_view id) const {
  const auto known = data_->ids.find(id);
  if (known == data_->ids.end()) return std::nullopt;
  return static_cast<ObjectId>(known->second);
}

std::string_view PipelineDefinition::id(ObjectId object) const { return data_->object_of(object).id; }

FieldKey PipelineDefinition::key(std::string_view name) const {
  const auto known = data_->name_numbers.find(name);
  return known == data_->name_numbers.end() ? kNoKey : static_cast<FieldKey>(known->second);
}

void PipelineDefinition::names(ObjectId object, const std::function<void(std::string_view)>& visit) const {
  if (object == kNoObject) {
    for (const ParameterInfo& parameter : data_->parameters) visit(parameter.id);
    return;
  }
  if (number(object) >= data_->objects.size()) return;
  for (const FieldInfo& field : fields(object, true)) visit(field.name);
  visit("id");
  visit("name");
  if (!type(object).empty()) visit("type");
}

// An object with many fields, inherited ones included, is not looked through: of the definition's names those near the
// wanted one count, if the object has them.
std::string PipelineDefinition::similar_name(ObjectId object, std::string_view wanted) const {
  base::Similar similar(wanted);
  const bool is_object = object != kNoObject;
  if (is_object && number(object) >= data_->objects.size()) return {};
  if (is_object && data_->objects[number(object)].own.count + data_->objects[number(object)].inherited <=
                       base::NameIndex::kMaxCompared) {
    names(object, [&](std::string_view name) { similar.consider(name); });
    return similar.best();
  }
  std::call_once(data_->indexed, [&] {
    for (const std::string_view name : data_->names) data_->name_index.add(name);
    for (const ParameterInfo& parameter : data_->parameters) data_->parameter_index.add(parameter.id);
    data_->name_index.build();
    data_->parameter_index.build();
  });
  if (!is_object) {
    data_->parameter_index.consider(wanted, similar);
    return similar.best();
  }
  for (const std::uint32_t name : data_->name_index.near(wanted)) {
    if (data_->find(object, name)) similar.consider(data_->names[name]);
  }
  return similar.best();
}

bool PipelineDefinition::has_instances(ObjectId object) const {
  return static_cast<std::uint64_t>(object) < data_->objects.size() && data_->object_of(object).instances;
}

bool PipelineDefinition::is_abstract(ObjectId object) const {
  return static_cast<std::uint64_t>(object) < data_->objects.size() && data_->object_of(object).is_abstract;
}

std::string_view PipelineDefinition::why_no_node(ObjectId object) const {
  const auto known = data_->no_node.find(number(object));
  return known == data_->no_node.end() ? "this object is neither" : known->second;
}

}  // namespace pipexpr
