// Resolves names against the definition alone, and says "unknown" for what only a run decides.
#include "checker/scope.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/runtime_fields.h"
#include "base/similar_names.h"
#include "definition/slot_table.h"

namespace pipexpr::checker {
namespace {

std::size_t number(ObjectId object) { return static_cast<std::size_t>(object); }

}  // namespace

bool is_type_without_fields(std::string_view type) {
  return type == "EbsBlockDeviceConfig" || type == "EbsConfiguration" || type == "VolumeSpecification";
}

Type type_of_slot(SlotType slot) {
  using K = Type::Kind;
  switch (slot) {
    case SlotType::integer: return {K::integer};
    case SlotType::number: return {K::number};
    case SlotType::datetime: return {K::datetime};
    case SlotType::period: return {K::period};
    case SlotType::reference: return {K::reference};
    default: return {K::text};
  }
}

std::string_view describe(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::text: return "a string";
    case Type::Kind::integer: return "an integer";
    case Type::Kind::number: return "a number";
    case Type::Kind::datetime: return "a date-time";
    case Type::Kind::period: return "a period";
    case Type::Kind::reference: return "a reference to an object";
    case Type::Kind::unknown: break;
  }
  return "something unknown";
}

Scope::Scope(const PipelineDefinition& graph) : graph_(graph) {
  const std::size_t count = graph.object_count();
  find_types();
  find_parents();
  nodes_.resize(count);
  children_.resize(count);
  const auto parent_of = [&](ObjectId object) {
    Field parent;
    if (!graph.field(object, {"parent"}, parent) || parent.count == 0) return kNoObject;
    const ValueView& value = parent.items[0].value;
    return value.is(Kind::reference) ? value.object() : kNoObject;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const ObjectId object = graph.object(i);
    is_abstract_.push_back(graph.is_abstract(object));
    if (const ObjectId parent = parent_of(object); parent != kNoObject) children_[number(parent)].push_back(object);
    if (!graph.has_instances(object)) continue;
    for (const std::string_view name : {"onFail", "onSuccess", "onLateAction", "precondition"}) {
      Field field;
      if (!graph.field(object, {name}, field)) continue;
      // What Default gives to alarms, which have no such field, says nothing.
      const std::string_view type = this->type(object);
      if (definition::is_documented(type) && definition::slot_use(type, name) == definition::SlotUse::none) continue;
      for (std::uint32_t k = 0; k < field.count; ++k) {
        const ValueView& value = field.items[k].value;
        if (!value.is(Kind::reference) || value.object() == kNoObject || value.object() == object) continue;
        auto& list = nodes_[number(value.object())];
        if (list.empty() || list.back() != object) list.push_back(object);
      }
    }
  }
  find_chain_ends();
  for (const auto& parameter : graph.parameters()) knows_parameters_ = knows_parameters_ || parameter.declared;
}

void Scope::find_types() {
  std::map<std::string_view, std::string_view> known;
  for (std::size_t i = 0; i < graph_.object_count(); ++i) {
    const std::string_view written = graph_.type(graph_.object(i));
    const auto [at, fresh] = known.try_emplace(written, written);
    if (fresh && !written.empty() && !definition::is_documented(written) && !is_type_without_fields(written)) {
      base::Similar similar(written);
      definition::each_type([&](std::string_view type) { similar.consider(type); });
      if (!similar.best().empty()) at->second = meant_.emplace_back(similar.best());
    }
    types_.push_back(at->second);
  }
}

// Chains are walked without recursion: a file may have thousands of parents.
void Scope::find_parents() {
  lacks_parent_.assign(graph_.object_count(), -1);
  std::vector<std::size_t> chain;
  for (std::size_t i = 0; i < graph_.object_count(); ++i) {
    std::size_t at = i;
    std::int8_t answer = 0;
    chain.clear();
    while (true) {
      if (lacks_parent_[at] >= 0) {
        answer = lacks_parent_[at];
        break;
      }
      chain.push_back(at);
      Field parent;
      if (!graph_.field(graph_.object(at), {"parent"}, parent) || parent.count == 0) break;
      const ValueView& value = parent.items[0].value;
      if (!value.is(Kind::reference)) {
        answer = 1;
        break;
      }
      at = number(value.object());
    }
    for (const std::size_t link : chain) lacks_parent_[link] = answer;
  }
}

// Of a chain of abstract objects with one child each, none but the last has descendants that tell anything.
void Scope::find_chain_ends() {
  const std::size_t unknown = graph_.object_count();
  chain_ends_.assign(graph_.object_count(), unknown);
  std::vector<std::size_t> chain;
  for (std::size_t i = 0; i < graph_.object_count(); ++i) {
    chain.clear();
    std::size_t at = i;
    while (chain_ends_[at] == unknown) {
      chain_ends_[at] = at;
      chain.push_back(at);
      if (children_[at].size() != 1 || !is_abstract_[number(children_[at][0])]) break;
      at = number(children_[at][0]);
    }
    for (const std::size_t link : chain) chain_ends_[link] = chain_ends_[at];
  }
}

bool Scope::runs_itself(ObjectId object) const {
  if (object == kNoObject || is_abstract_[number(object)]) return false;
  return definition::is_documented(type(object)) && definition::node_role(type(object)) != definition::NodeRole::action;
}

const std::vector<ObjectId>& Scope::nodes_of(ObjectId object) const { return nodes_[number(object)]; }

std::vector<ObjectId> Scope::contexts(ObjectId object, std::string_view field) const {
  if (!is_abstract_[number(object)]) return {object};
  constexpr std::size_t kMaxContexts = 200;  // enough to find one in which the expression is right
  constexpr std::size_t kMaxVisited = 500;   // a chain of parents may have any number of descendants that do not count
  std::vector<ObjectId> result, descendants = children_[chain_ends_[number(object)]];
  Field ours, theirs;
  if (!graph_.field(object, {field}, ours)) return result;
  for (std::size_t i = 0; i < descendants.size() && i < kMaxVisited && result.size() < kMaxContexts; ++i) {
    const ObjectId descendant = descendants[i];
    if (descendants.size() < kMaxVisited) {
      for (const ObjectId child : children_[number(descendant)]) descendants.push_back(child);
    }
    if (is_abstract_[number(descendant)] || !graph_.field(descendant, {field}, theirs)) continue;
    if (theirs.items == ours.items) result.push_back(descendant);
  }
  return result;
}

Type Scope::stored_type(const Field& field) const {
  Type type = type_of_slot(field.type);
  type.is_list = field.count > 1;
  if (field.count == 0) return {};
  const FieldItem& item = field.items[0];
  if (item.value.is(Kind::reference)) {
    type.kind = Type::Kind::reference;
    for (std::uint32_t i = 0; i < field.count; ++i) {
      if (field.items[i].value.is(Kind::reference)) type.objects.push_back(field.items[i].value.object());
    }
    return type;
  }
  if (item.form != FieldItem::Form::literal) return {};
  if (type.kind == Type::Kind::reference) return {};  // to an object that does not exist
  if (type.kind == Type::Kind::text && item.value.is(Kind::string)) {
    type.is_literal = true;
    type.text = item.value.text();
  }
  return type;
}

Found Scope::runtime(ObjectId object, std::string_view name) const {
  Found found;
  const std::string_view type = object == kNoObject ? std::string_view() : this->type(object);
  const base::RuntimeField* const known = base::find_runtime_field(name);
  if (known == nullptr) {
    if (name.starts_with("@")) found.where = Found::Where::misspelt;
    return found;
  }
  const bool documented = definition::is_documented(type);
  // An alarm or a precondition has the times of the run that it belongs to, though the guide does not list them.
  const bool is_time_of_run = name == "@scheduledStartTime" || name == "@scheduledEndTime";
  if (!documented || (is_time_of_run && graph_.has_instances(object)) ||
      known->scope == base::RuntimeScope::every_object ||
      (known->scope == base::RuntimeScope::objects_that_run && definition::has_status(type)) ||
      definition::slot_use(type, name) == definition::SlotUse::runtime) {
    found.where = Found::Where::runtime;
    found.type = documented || name.starts_with("@") ? type_of_slot(slot_type(type, name)) : Type{};
    return found;
  }
  found.where = Found::Where::impossible;
  found.type = type_of_slot(slot_type(type, name));
  return found;
}

Found Scope::member(ObjectId object, std::string_view name) const {
  Found found;
  found.owner = object;
  // With a run `parent` is the component itself, without one its parent: either may have the field.
  if (name == "parent" || name == "@componentParent" || name == "@instanceParent") {
    found.where = Found::Where::unknown;
    return found;
  }
  if (graph_.field(object, {name}, found.field)) {
    found.where = Found::Where::field;
    found.type = stored_type(found.field);
    return found;
  }
  if (name == "node") {
    const definition::NodeRole role = definition::node_role(type(object));
    if (role == definition::NodeRole::none) {
      found.where = type(object).empty() ? Found::Where::unknown : Found::Where::no_node;
      return found;
    }
    found.where = Found::Where::node;
    found.type = {Type::Kind::reference};
    found.type.objects = nodes_of(object);
    return found;
  }
  Found set_later = runtime(object, name);
  if (set_later.where == Found::Where::nowhere && lacks_parent(object)) set_later.where = Found::Where::unknown;
  set_later.owner = object;
  return set_later;
}

Found Scope::name(ObjectId object, std::string_view name, bool is_path_head) const {
  Found found;
  if (object != kNoObject) {
    found = member(object, name);
    // Where the run has no such field, the parameter's value is read.
    Field parameter;
    if (found.where == Found::Where::runtime && !name.starts_with("@") && graph_.parameter({name}, parameter))
      return {Found::Where::parameter, kNoObject, parameter, {}};
    if (found.where != Found::Where::nowhere && found.where != Found::Where::impossible) return found;
  }
  Field parameter;
  if (!name.starts_with("@") && graph_.parameter({name}, parameter)) {
    Found result{Found::Where::parameter, kNoObject, parameter, stored_type(parameter)};
    // Another run of the same definition may give another value.
    result.type.is_literal = false;
    if (result.type.kind == Type::Kind::unknown) result.type = {};
    return result;
  }
  if (is_path_head) {
    if (const auto other = graph_.find(name)) {
      Found result{Found::Where::object, *other, {}, {Type::Kind::reference}};
      result.type.objects = {*other};
      return result;
    }
  }
  if (found.where == Found::Where::impossible) return found;
  // A parameter's text is evaluated wherever it is used: any field may be meant.
  if (object == kNoObject) {
    const bool known = base::find_runtime_field(name) != nullptr;
    found.where = name.starts_with("@") && !known ? Found::Where::misspelt
                  : name == "node"                ? Found::Where::unknown
                                                  : Found::Where::nowhere;
    if (found.where == Found::Where::nowhere && is_field_of_any(name)) found.where = Found::Where::unknown;
    if (found.where == Found::Where::nowhere && known) found.where = Found::Where::unknown;
  }
  return found;
}

bool Scope::is_field_of_any(std::string_view name) const {
  if (!any_.known) {
    any_.known = true;
    any_.names = {"id", "name", "type", "parent", "node"};
    for (std::size_t i = 0; i < graph_.object_count(); ++i) {
      for (const auto& field : graph_.fields(graph_.object(i))) any_.names.insert(field.name);
    }
  }
  Field everywhere;  // set for every object when the definition was loaded
  return any_.names.contains(name) ||
         (graph_.object_count() != 0 && graph_.field(graph_.object(0), {name}, everywhere));
}

std::string Scope::suggestion(ObjectId object, std::string_view name, bool with_parameters) const {
  base::Similar similar(name);
  const auto consider = [&](const std::string& candidate) {
    if (!candidate.empty()) similar.consider(candidate);
  };
  if (object != kNoObject) {
    consider(graph_.similar_name(object, name));
    if (!type(object).empty()) {
      definition::each_slot(type(object), [&](std::string_view field, SlotType, definition::SlotUse use) {
        if (use == definition::SlotUse::runtime) similar.consider(field);
      });
    }
  }
  if (with_parameters) {
    consider(graph_.similar_name(kNoObject, name));
    similar.consider("node");
  }
  return base::did_you_mean(similar);
}

base::Similar Scope::nearest_runtime_field(std::string_view name) {
  base::Similar similar(name);
  for (const base::RuntimeField& field : base::runtime_fields()) {
    if (field.scope != base::RuntimeScope::pipelines) similar.consider(field.name);
  }
  return similar;
}

bool Scope::is_own_name(std::string_view name) {
  if (name.starts_with("*")) name.remove_prefix(1);
  return name.starts_with("my");
}

base::Similar Scope::nearest_slot(std::string_view type, const std::unordered_set<std::string_view>& given,
                                  std::string_view name) {
  using definition::SlotUse;
  base::Similar similar(name);
  if (is_own_name(name) || name == "name" || name == "type" || name.starts_with("@") ||
      definition::slot_use(type, name) != SlotUse::none) {
    return similar;
  }
  definition::each_slot(type, [&](std::string_view known, SlotType, SlotUse use) {
    if (use != SlotUse::runtime && !given.contains(known)) similar.consider(known);
  });
  return similar;
}

}  // namespace pipexpr::checker
