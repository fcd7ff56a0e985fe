// ObjectGraph: the host's objects, as the engine asks for them. docs/embedding.md has a whole host in 40 lines.
//
//   class Pipeline final : public pipexpr::ObjectGraph {
//    public:
//     bool field(ObjectId object, const FieldName& name, Field& out) const override;   // own or inherited
//     std::string_view id(ObjectId object) const override;
//   };
//
// The graph is borrowed for the duration of a call. What it returns must stay valid until the evaluation ends, but for
// the array of items: they are read at once, and a graph may use them again for another field. Its
// functions must be safe to call from every thread that evaluates against it. It need not guard against cycles.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <pipexpr/export.h>
#include <pipexpr/value.h>

namespace pipexpr {

class Expression;
struct Diagnostic;
using Diagnostics = std::vector<Diagnostic>;
class FieldTable;

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
  // Identity of the stored values for memoising and for finding cycles; two fields with one identity, one object and
  // one name are the same field. nullptr: the address of the items.
  const void* identity = nullptr;
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

  // The one of those names that is most like `wanted`, for "did you mean"; empty when none is near. A graph of very
  // many names can answer without comparing all of them, as it is asked once for every unknown name.
  virtual std::string similar_name(ObjectId object, std::string_view wanted) const;

  // True if each run creates an instance of the object; false for schedules, formats and the like. During a run,
  // references to such objects lead to the instance. Not asked for references that are Sphere::instance already.
  virtual bool has_instances(ObjectId object) const;

  // Why `node` has no value on this object, for the message; empty: the usual reason.
  virtual std::string_view why_no_node(ObjectId object) const;

  // Distinct for every graph of the process: an expression bound to one graph never uses its keys on another.
  std::uint64_t identity() const { return identity_; }
  // The fields that bound expressions find without a call, or nullptr; see field_table.h.
  const FieldTable* table() const { return table_; }

 protected:
  ObjectGraph();
  ObjectGraph(const ObjectGraph&);  // without the table: it is the other graph's
  ObjectGraph& operator=(const ObjectGraph&);

  // Fields that `field` would answer in the same way. The table belongs to the graph and stays as it is while there are
  // evaluations against the graph.
  void set_table(const FieldTable* table) { table_ = table; }

 private:
  std::uint64_t identity_;
  const FieldTable* table_ = nullptr;
};

// A graph without objects, for expressions that name none.
class PIPEXPR_API NoObjects final : public ObjectGraph {
 public:
  bool field(ObjectId object, const FieldName& name, Field& out) const override;
  std::string_view id(ObjectId object) const override;
};

}  // namespace pipexpr
