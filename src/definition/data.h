// What a definition holds after loading. Texts are views into the JSON text or into the decoded strings.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/expression.h>
#include <pipexpr/field_table.h>

#include "base/hash.h"
#include "base/similar_names.h"
#include "definition/inheritance.h"
#include "definition/json_document.h"

namespace pipexpr::definition {

struct Data {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // A field as one object has it written.
  struct Entry {
    std::uint32_t name = 0;   // number of the name
    std::uint32_t owner = 0;  // object
    std::uint32_t first = 0;  // its values, in `items` and `spans`
    std::uint32_t count = 0;
    bool is_list = false;
    SlotType slot = SlotType::string;  // on its owner
    SourceSpan key_span;
  };
  struct Range {
    std::uint32_t first = 0, count = 0;
    std::uint32_t end() const { return first + count; }
  };
  struct Object {
    std::string_view id, name, type;
    SourceSpan id_span, name_span;
    std::uint32_t parent = kNone;  // explicit, or Default
    Range own;                     // entries in file order
    Range extra;                   // entries of what it has without saying so
    std::uint32_t inherited = 0;   // how many entries of ancestors hold here
    bool is_abstract = false;      // only there to be inherited from
    bool instances = true;
  };
  using Numbers = std::unordered_map<std::string_view, std::uint32_t, base::Hash>;

  std::string source_name;
  std::string json;
  std::shared_ptr<const SourceMap> origin;  // what `json` was made from; null: it is what people keep
  JsonText document;
  PipelineDefinition::Format format;
  std::string parameter_json;  // of parameter objects that are in a file of their own
  JsonText parameter_document;
  std::deque<std::string> texts;  // made while loading
  std::vector<Object> objects;
  Numbers ids;
  std::vector<std::string_view> names;
  Numbers name_numbers;
  std::vector<Entry> entries;
  std::vector<FieldItem> items;
  std::vector<SourceSpan> spans;          // of each item's value in the JSON text, length 0 when it is not from there
  std::vector<std::string_view> targets;  // of each item that is a reference: the id as written
  std::vector<bool> text_references;      // of each item: a reference that was written as a text
  std::deque<Expression> expressions;
  std::deque<Diagnostics> invalid_texts;
  // Of fields that objects inherit: all but those that identify an object.
  Inheritance inheritance;
  // (object, name) -> values and the type that its slot has here; user_data is the entry. Objects and names are
  // numbered from 0; kNoObject has the fields that every object has. The fields that an object inherits are in it when
  // they are at most kMaxTabled, as they nearly always are: a long chain of parents, each with fields of its own, would
  // need a table that grows with the square of its length. A file chooses its names, so the seed is one that it cannot
  // know.
  static constexpr std::uint32_t kMaxTabled = 64;
  FieldTable table{base::process_key()[0]};
  std::vector<PipelineDefinition::ParameterInfo> parameters;
  std::vector<Range> parameter_items;
  Numbers parameter_numbers;
  std::vector<std::uint32_t> parameter_of_name;  // by number of a name; kNone: none is called so
  std::vector<std::uint32_t> runtime_entries;    // LoadOptions::runtime_fields, of every object
  std::vector<PipelineDefinition::SetAside> set_aside;
  // Referrers of alarms and preconditions, by referred object: those whose effective field refers to it.
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> node_referrers;
  std::deque<FieldItem> node_items;
  std::unordered_map<std::uint32_t, const FieldItem*> nodes;
  std::deque<std::string> node_reasons;
  std::unordered_map<std::uint32_t, std::string_view> no_node;

  // The entries that refer to each object, in the order of the file: made at the first question. Those of
  // object i begin at first_referrer[i].
  std::once_flag referred;
  std::vector<std::uint32_t> first_referrer, referrers;
  void find_referrers();

  // For "did you mean": made when a name is unknown for the first time.
  std::once_flag indexed;
  base::NameIndex name_index, parameter_index;

  // The text that people keep, and a place of the JSON text in it.
  std::string_view kept() const { return origin ? std::string_view(origin->text) : std::string_view(json); }
  // Where a part of a value's text stands in the JSON text; offset 0 when the value does not stand there.
  SourceSpan part_in_json(ObjectId object, std::string_view field, std::uint32_t item, SourceSpan part) const;
  SourceSpan place(SourceSpan in_json) const { return origin ? origin->map(in_json) : in_json; }

  std::uint32_t number_of(std::string_view name);
  std::uint32_t known_number(std::string_view name) const {  // or kNone
    const auto known = name_numbers.find(name);
    return known == name_numbers.end() ? kNone : known->second;
  }
  // An id that is none of this definition's, such as kNoObject, belongs to no object: it has no name, no type and no
  // fields.
  const Object& object_of(ObjectId id) const {
    static const Object none;
    return static_cast<std::uint64_t>(id) < objects.size() ? objects[static_cast<std::size_t>(id)] : none;
  }
  // An entry that holds for an object, and the type of its slot there.
  struct Held {
    const Entry* entry = nullptr;
    SlotType type = SlotType::string;
    explicit operator bool() const { return entry != nullptr; }
  };
  Held find(ObjectId object, std::uint32_t name) const;  // none for kNone
  // The type of the slot that an own or inherited entry has on the object of that number.
  SlotType slot_on(std::uint32_t object, const Entry& entry) const;
  bool find_by_name(ObjectId object, const FieldName& name, Field& out) const;
  Field field_of(const Entry& entry, SlotType type) const {
    return {items.data() + entry.first, entry.count, type, false, items.data() + entry.first};
  }
};

// kNone for what is too large to be an object's number.
inline std::uint32_t number(ObjectId object) {
  const auto id = static_cast<std::uint64_t>(object);
  return id < Data::kNone ? static_cast<std::uint32_t>(id) : Data::kNone;
}

// reader.cc: the objects and parameters of the file; what is malformed goes to `errors`.
void read(Data& data, const LoadOptions& options, Diagnostics& errors);
// linker.cc: references, inheritance, slots, nodes; parent cycles go to `errors`. Then, when all values are made, the
// table.
void link(Data& data, const Limits& limits, Diagnostics& errors);
void tabulate(Data& data);

}  // namespace pipexpr::definition

// The name by which the public header knows it.
struct pipexpr::base::DefinitionData : pipexpr::definition::Data {};
