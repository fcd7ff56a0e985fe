// NameResolver: what `#{x}` and `.x` find. The order is the language's rule 6.9: the context's fields, the instance's,
// the run's, the object's own and inherited ones, then, for a name at the head of a path, parameters and, last, an
// object's id. Owns what the graph was asked last.
#pragma once

#include <optional>

#include <pipexpr/field_table.h>

#include "eval/field_evaluator.h"
#include "eval/host_field.h"

namespace pipexpr::eval {

class NameResolver {
 public:
  NameResolver(State& state, ErrorReport& errors, FieldEvaluator& fields)
      : state_(state), errors_(errors), fields_(fields) {}

  // An evaluation begins; after one of the interpreter's, it may have left a question pending.
  void begin() { asked_.name = nullptr; }
  void clear() { asked_.pending = false; }

  // The object's own or inherited field, for the fast path. A graph that has a table need not be called.
  [[gnu::always_inline]] SingleField look_up(ObjectId object, const FieldName& name) {
    if (const FieldTable* const table = state_.graph->table()) {
      if (const FieldTable::Entry* const entry = table->find(object, name.key)) {
        return {entry->items, entry->items, entry->type, entry->single};
      }
    }
    return ask(object, name);
  }
  // The same of a field that is not in the table.
  SingleField ask(ObjectId object, const FieldName& name);
  // Whether the graph's answer to the last question is that field. If so, and if it is `pending`, the next `find_*`
  // takes it instead of asking again.
  bool was_asked(ObjectId object, const FieldName& name) const {
    return asked_.name == &name && asked_.object == object;
  }
  bool is_pending() const { return asked_.pending; }
  void set_pending(bool pending) { asked_.pending = pending; }

  // `name` and `.name`, for the fast path: false when it is the interpreter's to say, and nothing has happened.
  [[gnu::noinline]] bool fast_name(const FieldName& name, ObjectId object, Sphere sphere, ValueView& out);
  [[gnu::noinline]] bool fast_member_name(const FieldName& name, ValueView& operand);

  // The value of a name or a member: on the stack, or a frame that will leave it there. False: it has been reported.
  bool find_name(const Frame& frame, const Step& step);
  bool find_member(const Frame& frame, const Step& step, ValueView operand);
  // The next reference of the top frame's list.
  bool run_members();

 private:
  bool read_name(const FieldName& name, ObjectId object, Sphere sphere, ValueView& out);
  bool is_overridden(ObjectId object, Sphere sphere, std::string_view name) const;
  bool find_implicit(ImplicitField implicit, const FieldName& name, ObjectId object, Sphere sphere,
                     std::uint32_t attempt, bool& found);
  bool find_field(ObjectId object, Sphere sphere, std::uint32_t attempt, const FieldName& name, Field& out,
                  Origin& origin);
  bool find_parameter_or_object(const Frame& frame, const Step& step, const FieldName& name);
  bool read_member(ValueView operand, const FieldName& name, ImplicitField implicit);
  bool missing_name(ObjectId object, const FieldName& name);
  bool missing_member(ObjectId object, const FieldName& name);
  std::optional<std::string_view> instance_name(std::string_view component, std::uint32_t attempt);
  bool push_instance_name(std::string_view component, std::uint32_t attempt);
  bool push_name(const FieldName& name, ObjectId object, Sphere sphere, std::uint32_t attempt, bool& found);
  bool charge_reference();

  State& state_;
  ErrorReport& errors_;
  FieldEvaluator& fields_;
  struct Asked {
    const FieldName* name = nullptr;
    ObjectId object = kNoObject;
    bool pending = false;  // for the step that has been handed over
    bool found = false;
    Field field;
  } asked_;
};

}  // namespace pipexpr::eval
