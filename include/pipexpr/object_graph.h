// ObjectGraph: the host's objects, as the engine asks for them. docs/embedding.md has a whole host in 40 lines.
//
//   class Pipeline final : public pipexpr::ObjectGraph {
//    public:
//     bool field(ObjectId object, const FieldName& name, Field& out) const override;   // own or inherited
//     std::string_view id(ObjectId object) const override;
//   };
//
// The graph is borrowed for the duration of a call. What it returns must stay valid until the evaluation ends. Its
// functions must be safe to call from every thread that evaluates against it. It need not guard against cycles.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <pipexpr/export.h>
#include <pipexpr/value.h>

namespace pipexpr {

class Expression;
struct Diagnostic;
using Diagnostics = std::vector<Diagnostic>;

// A graph's own number for a field name, which spares it a text lookup: see ObjectGraph::key.
enum class FieldKey : std::uint32_t {};
inline constexpr FieldKey kNoKey = static_cast<FieldKey>(~std::uint32_t{0});

// The name of a field as the expression writes it, with its prefix: `tableName`, `@status`, `*password`.
struct FieldName {
  std::string_view text = {};
  FieldKey key = kNoKey;  // kNoKey unless the expression was bound to this graph
};

// One value of a field.
struct FieldItem {
  enum class Form : std::uint8_t {
    text,      // a text that may hold expressions; the engine looks
    literal,   // a value to take as it is: a text without expressions, a reference, a number, a date-time
    compiled,  // a text with expressions, compiled by the host
    invalid,   // a text that did not compile: an error when it is used
  };

  ValueView value = {};
  Form form = Form::text;
  union {
    const Expression* expression = nullptr;  // of `compiled`
    const Diagnostics* diagnostics;          // of `invalid`: what is wrong with the text, not empty
  };

  // A text is compiled when it is first evaluated, with the functions and the delimiters of the expression that leads
  // to it. `of_expression` is the fastest way, above all for an expression that was bound to the graph.
  static FieldItem of_text(std::string_view text) { return {ValueView(text), Form::text, {}}; }
  static FieldItem of_value(ValueView value) { return {value, Form::literal, {}}; }
  PIPEXPR_API static FieldItem of_expression(const Expression& expression);
  PIPEXPR_API static FieldItem of_invalid(std::string_view text, const Diagnostics& why);
};

// A field or a parameter: its values in order, and what its slot holds. No items: a parameter without value.
struct Field {
  const FieldItem* items = nullptr;
  std::uint32_t count = 0;
  SlotType type = SlotType::string;
  bool required = false;  // a parameter that must have a value: having no items is an error, not an unset value
  // Identity of the stored values for memoising and for finding cycles; two fields with one identity and one object
  // are the same field. nullptr: the address of the items.
  const void* identity = nullptr;
};

// Fields of a graph that never change, by object and key. A graph that has such a table says so with set_table: bound
// expressions then find these fields without a call. What is not in it, `field` is asked for.
class FieldTable {
 public:
  // What a field has when it has one value.
  enum class Single : std::uint8_t {
    none,      // it has not, or a text that has yet to be looked through, or a reference that is no instance
    text,      // a literal text
    instance,  // a literal reference to an instance
    value,     // any other literal
    compiled,
  };
  struct Slot {
    ObjectId object = kNoObject;
    FieldKey key = kNoKey;
    std::uint32_t count = 0;
    const FieldItem* items = nullptr;
    SlotType type = SlotType::string;
    Single single = Single::none;  // `insert` sees to it
    std::uint32_t note = 0;        // for the graph's own use
  };

  static Single single(const FieldItem* items, std::uint32_t count) {
    if (count != 1 || items->form == FieldItem::Form::text || items->form == FieldItem::Form::invalid) {
      return Single::none;
    }
    if (items->form == FieldItem::Form::compiled) return Single::compiled;
    const ValueView& value = items->value;
    if (value.is(Kind::string)) return Single::text;
    if (!value.is(Kind::reference)) return Single::value;
    return value.sphere() == Sphere::instance && value.object() != kNoObject ? Single::instance : Single::none;
  }

  // Who chooses a graph's names should not know the seed.
  explicit FieldTable(std::uint64_t seed = 0x9E3779B97F4A7C15u)
      : of_object_(seed | 1), of_key_((seed * 0x9E3779B97F4A7C15u) | 1), slots_(2) {}

  // Makes room for so many fields and drops those that it had; then each is inserted once, with its values as they are.
  void reserve(std::size_t fields) {
    std::size_t size = 2;
    shift_ = 63;
    for (; size < 2 * fields; size *= 2) --shift_;
    slots_.assign(size, {});
    mask_ = size - 1;
  }
  void insert(const Slot& slot) {
    std::size_t at = start(slot.object, slot.key);
    while (slots_[at].key != kNoKey) at = (at + 1) & mask_;
    slots_[at] = slot;
    slots_[at].single = single(slot.items, slot.count);
  }

  const Slot* find(ObjectId object, FieldKey key) const {
    for (std::size_t at = start(object, key);; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.key == key && slot.object == object) return key != kNoKey ? &slot : nullptr;
      if (slot.key == kNoKey) return nullptr;
    }
  }

 private:
  // The upper bits of a sum of products: nobody who does not know the factors can make many fields start at one place.
  std::size_t start(ObjectId object, FieldKey key) const {
    const std::uint64_t sum =
        static_cast<std::uint64_t>(object) * of_object_ + static_cast<std::uint64_t>(key) * of_key_;
    return static_cast<std::size_t>(sum >> shift_);
  }

  std::uint64_t of_object_, of_key_;
  unsigned shift_ = 63;
  std::size_t mask_ = 1;
  std::vector<Slot> slots_;  // a power of two, never full
};

class PIPEXPR_API ObjectGraph {
 public:
  virtual ~ObjectGraph();

  // The field of an object, own or inherited, by its exact name; false when it has none. Also asked for `parent`,
  // `node` and `@...` names that the context does not answer.
  virtual bool field(ObjectId object, const FieldName& name, Field& out) const = 0;

  // The object's id, for messages and as the text of a bare reference.
  // A field that refers to an object which does not exist holds that id as a literal text, with SlotType::reference as
  // its type: it can be printed, and a path through it is an error that names it.
  virtual std::string_view id(ObjectId object) const = 0;

  // The parameter of that name (`myBucket`, `*mySecret`).
  virtual bool parameter(const FieldName& name, Field& out) const;

  // The object with that id.
  virtual std::optional<ObjectId> find(std::string_view id) const;

  // This graph's key for a field name, so that a bound expression can look fields up by number.
  virtual FieldKey key(std::string_view name) const;

  // Calls visit with the names that could have been meant: an object's fields, or the parameters for kNoObject.
  virtual void names(ObjectId object, const std::function<void(std::string_view)>& visit) const;

  // Whether the object has an instance in every run; false for schedules, formats and the like. With a run, a reference
  // to an object that has leads to the instance. A graph that hands such a reference over as Sphere::instance is not
  // asked.
  virtual bool has_instances(ObjectId object) const;

  // Why `node` has no value on this object, for the message; empty: the usual reason.
  virtual std::string_view why_no_node(ObjectId object) const;

  // Distinct for every graph of the process: an expression bound to one graph never uses its keys on another.
  std::uint64_t identity() const { return identity_; }
  const FieldTable* table() const { return table_; }

 protected:
  ObjectGraph();
  ObjectGraph(const ObjectGraph&);  // without the table: it is the other graph's
  ObjectGraph& operator=(const ObjectGraph&);

  // Fields that `field` would answer in the same way. The table belongs to the graph and stays as it is.
  void set_table(const FieldTable* table) { table_ = table; }

 private:
  std::uint64_t identity_;
  const FieldTable* table_ = nullptr;
};

}  // namespace pipexpr
