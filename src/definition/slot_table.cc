// Looks up the documented type of an object's field in the generated table.
#include "definition/slot_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <pipexpr/definition.h>

#include "base/runtime_fields.h"

namespace pipexpr {
namespace {

using definition::SlotUse;

struct Row {
  std::string_view owner, field;
  SlotType type;
  SlotUse use;
};

constexpr Row kRows[] = {
#include "definition/slot_table.inc"
};

const Row* find(std::string_view owner, std::string_view field) {
  const auto wanted = std::pair(owner, field);
  const Row* const row = std::lower_bound(std::begin(kRows), std::end(kRows), wanted,
                                          [](const Row& a, const auto& b) { return std::pair(a.owner, a.field) < b; });
  return row != std::end(kRows) && row->owner == owner && row->field == field ? row : nullptr;
}

const Row* first_of(std::string_view owner) {
  return std::lower_bound(std::begin(kRows), std::end(kRows), owner,
                          [](const Row& a, std::string_view b) { return a.owner < b; });
}

bool is_verbatim(std::string_view field) {
  return field == "id" || field == "name" || field == "type" || field == "@sphere";
}

}  // namespace

SlotType slot_type(std::string_view object_type, std::string_view field) {
  if (is_verbatim(field)) return SlotType::verbatim;
  if (const Row* row = find(object_type, field)) return row->type;
  // An object whose type says nothing of the field, such as Default: what all types agree on.
  if (const Row* row = find("", field)) return row->type;
  const base::RuntimeField* const known = base::find_runtime_field(field);
  return known == nullptr ? SlotType::string : known->type;
}

namespace definition {

bool is_documented(std::string_view object_type) {
  const Row* const row = first_of(object_type);
  return row != std::end(kRows) && row->owner == object_type && !object_type.empty();
}

SlotUse slot_use(std::string_view object_type, std::string_view field) {
  const Row* const row = find(object_type, field);
  return row == nullptr ? SlotUse::none : row->use;
}

void each_slot(std::string_view object_type, const std::function<void(std::string_view, SlotType, SlotUse)>& visit) {
  for (const Row* row = first_of(object_type); row != std::end(kRows) && row->owner == object_type; ++row) {
    visit(row->field, row->type, row->use);
  }
}

void each_type(const std::function<void(std::string_view)>& visit) {
  std::string_view last;
  for (const Row& row : kRows) {
    if (row.owner != last) visit(row.owner);
    last = row.owner;
  }
}

std::string_view slot_use_name(SlotUse use) {
  switch (use) {
    case SlotUse::required: return "required";
    case SlotUse::one_of: return "one of a group is required";
    case SlotUse::runtime: return "set by the service";
    default: return "optional";
  }
}

// Actions are run too: their node belongs to the action's instance (rule 5.6).
bool has_instances(std::string_view object_type) {
  return !is_documented(object_type) || find(object_type, "@scheduledStartTime") != nullptr ||
         find(object_type, "node") != nullptr;
}

bool is_set_by_service(std::string_view object_type, std::string_view field) {
  if (field.starts_with('@')) return true;
  const base::RuntimeField* const known = base::find_runtime_field(field);
  if (known == nullptr || known->scope == base::RuntimeScope::pipelines) return false;
  const SlotUse use = slot_use(object_type, field);
  return use != SlotUse::required && use != SlotUse::one_of;
}

bool has_status(std::string_view object_type) { return slot_use(object_type, "@status") == SlotUse::runtime; }

NodeRole node_role(std::string_view object_type) {
  if (object_type == "SnsAlarm" || object_type == "Terminate") return NodeRole::action;
  return find(object_type, "node") != nullptr ? NodeRole::precondition : NodeRole::none;
}

NodeRole role_of_field(std::string_view field) {
  if (field == "onFail" || field == "onSuccess" || field == "onLateAction") return NodeRole::action;
  return field == "precondition" ? NodeRole::precondition : NodeRole::none;
}

}  // namespace definition
}  // namespace pipexpr
