// Joins the objects that were read: references, types, inheritance, the table of fields, and which action or
// precondition belongs to which object.
#include <algorithm>
#include <array>

#include "base/limit_diagnostic.h"
#include "base/report.h"
#include "definition/data.h"
#include "definition/slot_table.h"

namespace pipexpr::definition {
namespace {

constexpr std::uint32_t kNone = Data::kNone;

ObjectId object_id(std::uint32_t number) { return number == kNone ? kNoObject : static_cast<ObjectId>(number); }

class Linker {
 public:
  Linker(Data& data, const Limits& limits, Diagnostics& errors) : data_(data), limits_(limits), errors_(errors) {}

  void run() {
    parents();
    if (!errors_.empty()) return;
    types();
    set_aside();
    slots();
    references();
    pseudo_fields();
    inherit();
    if (!errors_.empty()) return;
    nodes();
    parameters();
  }

 private:
  std::uint32_t find(std::string_view id) const {
    const auto found = data_.ids.find(id);
    return found == data_.ids.end() ? kNone : found->second;
  }

  const Data::Entry* own(std::uint32_t object, std::uint32_t name) const {
    const Data::Range own = data_.objects[object].own;
    for (std::uint32_t at = own.first; at < own.end(); ++at) {
      if (data_.entries[at].name == name) return &data_.entries[at];
    }
    return nullptr;
  }

  // The explicit parent, else Default; a chain that comes back is refused. An object whose parent does not exist has
  // none: what Default holds may not be what that parent would have.
  void parents() {
    const std::uint32_t root = find("Default");
    const std::uint32_t parent = data_.known_number("parent");
    explicit_.assign(data_.objects.size(), kNone);
    for (std::uint32_t i = 0; i < data_.objects.size(); ++i) {
      if (const Data::Entry* entry = own(i, parent); entry != nullptr) {
        explicit_[i] = find(data_.items[entry->first].value.text());
        data_.objects[i].parent = explicit_[i];
      } else {
        data_.objects[i].parent = i != root ? root : kNone;
      }
    }
    // An explicit parent may lead to Default, and Default's own parent back again: color every chain.
    std::vector<std::uint32_t> color(data_.objects.size(), 0), chain;
    order_.reserve(data_.objects.size());
    for (std::uint32_t i = 0; i < data_.objects.size(); ++i) {
      chain.clear();
      std::uint32_t at = i;
      while (at != kNone && color[at] == 0) {
        color[at] = i + 1;
        chain.push_back(at);
        at = data_.objects[at].parent;
      }
      if (at != kNone && color[at] == i + 1 && !chain.empty()) return cycle(at);
      order_.insert(order_.end(), chain.rbegin(), chain.rend());
    }
  }

  void cycle(std::uint32_t object) {
    std::string names(data_.objects[object].id);
    std::uint32_t at = object;
    int shown = 0;
    do {
      at = data_.objects[at].parent;
      names += " -> " + base::excerpt(data_.objects[at].id);
    } while (at != object && ++shown < 20);
    errors_.push_back(base::report(DiagnosticCode::parent_cycle, data_.objects[object].id_span,
                                   base::excerpt(data_.objects[object].id), names));
  }

  // The type comes through explicit parents, never from Default (rule 5.15). `order_` has parents first.
  void types() {
    for (const std::uint32_t i : order_) {
      Data::Object& object = data_.objects[i];
      if (object.type.empty() && explicit_[i] != kNone) object.type = data_.objects[explicit_[i]].type;
    }
    for (const Data::Object& object : data_.objects) {
      if (object.parent == kNone) continue;
      Data::Object& parent = data_.objects[object.parent];
      parent.is_abstract = parent.is_abstract || parent.type.empty() || parent.id == "Default";
    }
    for (Data::Object& object : data_.objects) {
      object.instances = has_instances(object.type) && object.id != "Default" && !object.is_abstract;
    }
  }

  // Runtime fields that the file has written. The service's own value would win, and where it has none there is none:
  // they are taken out of their objects, so that nothing inherits, reads or shows them.
  void set_aside() {
    for (std::uint32_t i = 0; i < data_.objects.size(); ++i) {
      Data::Object& object = data_.objects[i];
      const auto begin = data_.entries.begin() + object.own.first;
      const auto kept = std::stable_partition(begin, begin + object.own.count, [&](const Data::Entry& entry) {
        return !is_set_by_service(object.type, data_.names[entry.name]);
      });
      for (auto at = kept; at != begin + object.own.count; ++at) {
        data_.set_aside.push_back(
            {object_id(i), data_.names[at->name], data_.items[at->first].value.text(), data_.place(at->key_span)});
      }
      object.own.count = static_cast<std::uint32_t>(kept - begin);
    }
  }

  void slots() {
    for (Data::Entry& entry : data_.entries) {
      entry.slot = slot_type(entry.owner == kNone ? "" : data_.objects[entry.owner].type, data_.names[entry.name]);
    }
  }

  // With what the engine would have to ask for each time.
  ValueView reference_to(std::uint32_t object) const {
    return {object_id(object), data_.objects[object].instances ? Sphere::instance : Sphere::component};
  }

  void references() {
    data_.text_references.assign(data_.items.size(), false);
    for (const Data::Entry& entry : data_.entries) {
      const bool refers = entry.owner != kNone && entry.slot == SlotType::reference;
      for (std::uint32_t i = entry.first; i < entry.first + entry.count; ++i) {
        std::string_view& target = data_.targets[i];
        const std::string_view text = data_.items[i].value.text();
        // A reference written as a plain text, as some tools do.
        if (target.empty() && refers) data_.text_references[i] = true;
        if (target.empty() && refers && find(text) != kNone) target = text;
        if (target.empty()) continue;
        const std::uint32_t to = find(target);
        // A reference to nothing stays a text, of slot type reference.
        data_.items[i] = FieldItem::of_value(to != kNone ? reference_to(to) : ValueView(target, SlotType::reference));
      }
    }
  }

  void add_entry(std::uint32_t owner, std::uint32_t name, const FieldItem& item, SourceSpan span) {
    Data::Entry entry;
    entry.name = name;
    entry.owner = owner;
    entry.first = static_cast<std::uint32_t>(data_.items.size());
    entry.count = 1;
    entry.slot = slot_type(data_.objects[owner].type, data_.names[name]);
    data_.items.push_back(item);
    data_.targets.emplace_back();
    data_.spans.push_back(span);
    data_.entries.push_back(entry);
    ++data_.objects[owner].extra.count;
  }

  // What an object has without saying so: its id, a name, a type, a parent.
  void pseudo_fields() {
    const std::uint32_t id = data_.number_of("id"), name = data_.number_of("name"), type = data_.number_of("type"),
                        parent = data_.number_of("parent");
    personal_ = {id, name, type, parent};
    for (std::uint32_t i = 0; i < data_.objects.size(); ++i) {
      Data::Object& object = data_.objects[i];
      object.extra.first = static_cast<std::uint32_t>(data_.entries.size());
      add_entry(i, id, FieldItem::of_value(ValueView(object.id)), object.id_span);
      if (own(i, name) == nullptr) add_entry(i, name, FieldItem::of_value(ValueView(object.id)), object.id_span);
      if (own(i, type) == nullptr && !object.type.empty()) {
        add_entry(i, type, FieldItem::of_value(ValueView(object.type)), {});
      }
      if (own(i, parent) == nullptr && object.parent != kNone) {
        add_entry(i, parent, FieldItem::of_value(ValueView(object_id(object.parent))), {});
      }
    }
  }

  bool is_personal(std::uint32_t name) const {
    return std::find(personal_.begin(), personal_.end(), name) != personal_.end();
  }

  template <class Visit>
  void each_inheritable(std::uint32_t object, const Visit& visit) const {
    const Data::Range own = data_.objects[object].own;
    for (std::uint32_t at = own.first; at < own.end(); ++at) {
      if (!is_personal(data_.entries[at].name)) visit(at);
    }
  }

  // A child's field replaces all values of its ancestors' field of that name. How many fields an object inherits is
  // counted without going through them: those of its parent and those that its parent inherits, without its own.
  void inherit() {
    std::vector<Inheritance::Definition> definitions;
    std::vector<std::uint32_t> parents;
    for (std::uint32_t i = 0; i < data_.objects.size(); ++i) {
      parents.push_back(data_.objects[i].parent);
      each_inheritable(i, [&](std::uint32_t at) { definitions.push_back({data_.entries[at].name, i, at}); });
    }
    data_.inheritance.build(parents, order_, std::move(definitions), data_.names.size());
    std::size_t total = 0;
    for (const std::uint32_t i : order_) {
      Data::Object& object = data_.objects[i];
      if (object.parent != kNone) {
        object.inherited = data_.objects[object.parent].inherited;
        each_inheritable(object.parent, [&](std::uint32_t) { ++object.inherited; });
        each_inheritable(i, [&](std::uint32_t at) {
          if (data_.inheritance.find(object.parent, data_.entries[at].name) != kNone) --object.inherited;
        });
      }
      total += object.own.count + object.inherited;
      if (total > limits_.max_inherited_fields) {
        errors_.push_back(base::limit_reached(DiagnosticCode::limit_inherited_fields, object.id_span,
                                              &Limits::max_inherited_fields, limits_));
        return;
      }
    }
  }

  // Which objects refer to which through onFail, onSuccess, onLateAction and precondition, by own or inherited fields.
  // Default and the objects without instances hold such fields for others only.
  void nodes() {
    std::vector<std::pair<std::uint32_t, NodeRole>> referring;  // names
    for (std::uint32_t name = 0; name < data_.names.size(); ++name) {
      const NodeRole role = role_of_field(data_.names[name]);
      if (role != NodeRole::none) referring.emplace_back(name, role);
    }
    for (std::uint32_t i = 0; i < data_.objects.size(); ++i) {
      const Data::Object& object = data_.objects[i];
      // Nor does an action act on another, whatever it inherits from Default.
      if (!object.instances || node_role(object.type) == NodeRole::action) continue;
      for (const auto& [name, role] : referring) {
        const std::uint32_t at = data_.inheritance.find(i, name);
        if (at == kNone) continue;
        const Data::Entry& entry = data_.entries[at];
        for (std::uint32_t item = entry.first; item < entry.first + entry.count; ++item) {
          const ValueView& value = data_.items[item].value;
          if (!value.is(Kind::reference) || value.object() == kNoObject) continue;
          const auto target = static_cast<std::uint32_t>(value.object());
          if (target == i || node_role(data_.objects[target].type) != role) continue;
          auto& list = data_.node_referrers[target];
          if (list.empty() || list.back() != i) list.push_back(i);
        }
      }
    }
    for (std::uint32_t i = 0; i < data_.objects.size(); ++i) {
      if (node_role(data_.objects[i].type) == NodeRole::none) continue;
      const auto found = data_.node_referrers.find(i);
      if (found == data_.node_referrers.end()) {
        data_.no_node[i] = "no object refers to this one";
      } else if (found->second.size() == 1) {
        data_.nodes[i] = &data_.node_items.emplace_back(FieldItem::of_value(ValueView(object_id(found->second[0]))));
      } else {
        std::string names;
        for (std::size_t k = 0; k < found->second.size() && k < 5; ++k) {
          names += (k == 0 ? "" : ", ") + base::excerpt(data_.objects[found->second[k]].id);
        }
        if (found->second.size() > 5) names += ", ...";
        data_.no_node[i] = data_.node_reasons.emplace_back(fmt::format(
            "{} objects refer to this one ({}): give one as the field 'node'", found->second.size(), names));
      }
    }
  }

  void parameters() {
    for (std::size_t i = 0; i < data_.parameters.size(); ++i) {
      PipelineDefinition::ParameterInfo& info = data_.parameters[i];
      const Data::Range range = data_.parameter_items[i];
      info.value = {data_.items.data() + range.first, range.count, info.type, !info.optional && info.declared,
                    data_.items.data() + range.first};
      // An empty string that is given is no value, unless the parameter is optional.
      const auto first = data_.items.begin() + range.first;
      if (info.declared && !info.optional && info.source >= PipelineDefinition::ParameterInfo::Source::file &&
          std::all_of(first, first + range.count, [](const FieldItem& item) { return item.value.text().empty(); })) {
        info.value.count = 0;
      }
      const std::uint32_t name = data_.number_of(info.id);
      data_.parameter_of_name.resize(data_.names.size(), kNone);
      if (data_.parameter_of_name[name] == kNone) data_.parameter_of_name[name] = static_cast<std::uint32_t>(i);
    }
  }

  Data& data_;
  const Limits& limits_;
  Diagnostics& errors_;
  std::vector<std::uint32_t> explicit_;
  std::vector<std::uint32_t> order_;
  std::array<std::uint32_t, 4> personal_{};  // names that are not inherited
};

}  // namespace

void tabulate(Data& data) {
  std::size_t count = data.runtime_entries.size();
  for (const Data::Object& object : data.objects) {
    count += object.own.count + object.extra.count + (object.inherited <= Data::kMaxTabled ? object.inherited : 0);
  }
  data.table.reserve(count);
  const auto insert = [&](ObjectId object, std::uint32_t at, SlotType type) {
    const Data::Entry& entry = data.entries[at];
    data.table.insert({.object = object,
                       .key = static_cast<FieldKey>(entry.name),
                       .count = entry.count,
                       .items = data.items.data() + entry.first,
                       .type = type,
                       .user_data = at});
  };
  for (std::uint32_t i = 0; i < data.objects.size(); ++i) {
    const Data::Object& object = data.objects[i];
    const auto insert_here = [&](std::uint32_t at) { insert(object_id(i), at, data.slot_on(i, data.entries[at])); };
    for (std::uint32_t at = object.own.first; at < object.own.end(); ++at) insert_here(at);
    for (std::uint32_t at = object.extra.first; at < object.extra.end(); ++at) insert_here(at);
    if (object.inherited == 0 || object.inherited > Data::kMaxTabled) continue;
    for (const std::uint32_t at : data.inheritance.inherited(i)) insert_here(at);
  }
  for (const std::uint32_t at : data.runtime_entries) insert(kNoObject, at, data.entries[at].slot);
}

void link(Data& data, const Limits& limits, Diagnostics& errors) { Linker(data, limits, errors).run(); }

}  // namespace pipexpr::definition
