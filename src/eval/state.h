// State: what the parts of an evaluator share, for one evaluation. Plain data; each part owns what only it changes.
#pragma once

#include <array>
#include <bit>

#include <pipexpr/context.h>
#include <pipexpr/listener.h>
#include <pipexpr/object_graph.h>

#include "eval/arena.h"
#include "eval/budget.h"
#include "eval/eval_error.h"
#include "eval/frame.h"
#include "eval/null_fields.h"
#include "eval/stack.h"

namespace pipexpr::eval {

// The field that the graph is being asked for, so that a message can name it when the host throws.
struct Question {
  ObjectId object = kNoObject;
  std::string_view field = {};  // empty: it is not being asked
};

struct State {
  explicit State(const EvaluateOptions& chosen) : options(chosen) {}
  State(const State&) = delete;  // the parts refer to it
  State& operator=(const State&) = delete;

  EvaluateOptions options;
  Limits limits;  // those of the options, within their ceilings
  const ObjectGraph* graph = nullptr;
  const Context* context = nullptr;
  EvaluationListener* listener = nullptr;
  Arena arena;
  Budget budget;
  EvalError error;         // why the operation failed that was tried last
  Stack<ValueView> stack;  // the values of the expressions under evaluation
  Stack<ValueView> parts;  // texts of the templates under evaluation, until they are joined; lists among them
  Stack<Frame> frames;     // the fields under evaluation, from the top template to the innermost one
  NullFields nulls;        // that have been read, so that a message can name the field
  Question question;
  bool reads_secrets = false;   // a secret has been read, so values may have one in them
  bool is_secret_used = false;  // an operand of the current step has
  std::uint64_t depth = 0;      // how many of them are templates within the top one

  // The bindings that come before the object's own fields: those of the context, for its object only.
  std::span<const Binding> context_bindings(ObjectId object) const {
    return object == context->object ? context->fields : std::span<const Binding>();
  }
  // And those of the run. A host may speak of an instance although there is no run.
  std::span<const Binding> run_bindings(Sphere sphere) const {
    return sphere == Sphere::instance && context->run ? context->run->fields : std::span<const Binding>();
  }
  // An unset value that stands for the runtime field that was kept last. A host sees no difference.
  ValueView unset_field() const {
    static_assert(sizeof(ValueView) == 2 * sizeof(std::uint64_t) && static_cast<int>(Kind::unset) == 0);
    return std::bit_cast<ValueView>(std::array<std::uint64_t, 2>{0, nulls.size()});
  }
  // The runtime field that the value only stands for; nullptr: it is none.
  const NullField* find_null(const ValueView& value) const {
    if (value.is(Kind::unset)) return nulls.of_unset(std::bit_cast<std::array<std::uint64_t, 2>>(value)[1]);
    return value.is(Kind::string) ? nulls.of_text(value.text()) : nullptr;
  }
  // Whether the lean loop and the fast path do what is asked: no listener is told, and no host answers for instances.
  bool may_be_lean() const {
    return listener == nullptr && !options.testing_interpreter_only &&
           (!context->run || context->run->instances == nullptr);
  }
  // What answers for each instance, which only the interpreter asks; null: nothing does.
  const InstanceFields* instances(Sphere sphere) const {
    return sphere == Sphere::instance && context->run ? context->run->instances : nullptr;
  }
};

}  // namespace pipexpr::eval
