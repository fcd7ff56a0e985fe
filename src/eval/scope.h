// Scope: where the names of a template are looked up.
#pragma once

#include <span>

#include <pipexpr/context.h>

#include "eval/program.h"

namespace pipexpr::eval {

struct Scope {
  Scope(const Program& of, const FieldName* named, ObjectId current, Sphere in, const Context& context)
      : program(&of),
        names(named),
        object(current),
        sphere(in),
        bindings(current == context.object ? context.fields : std::span<const Binding>()),
        is_open(bindings.empty() && current != kNoObject &&
                (in != Sphere::instance || !context.run || context.run->fields.empty())) {}
  const Program* program;
  const FieldName* names;
  ObjectId object;
  Sphere sphere;
  std::span<const Binding> bindings;  // the context's, if they are the object's
  bool is_open;                       // no binding hides the object's own fields
};

}  // namespace pipexpr::eval
