// References of a definition: every name that its texts use and every {"ref": ...}, with what each leads to as far as
// the definition alone tells, without a run.
//
//   auto definition = pipexpr::PipelineDefinition::load(json).value();
//   for (const pipexpr::DefinitionReference& use : pipexpr::references_of(*definition))
//     for (const auto& target : use.targets)
//       if (target.kind == pipexpr::ReferenceTarget::Kind::field)
//         std::cout << definition->id(use.object) << " reads " << definition->id(target.object) << '.' << use.name
//                   << " at byte " << use.json_span.offset << "\n";
//
// A text that is inherited is evaluated for every object that inherits it, and a parameter's value for every object
// that reads it: a name in such a text has a target for each of them. Time and memory are linear in texts times the
// objects that they are evaluated for, which Limits::max_inherited_fields bounds. The result refers to nothing of the
// definition.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/options.h>
#include <pipexpr/source.h>

namespace pipexpr {

// What a name stands for when its text is evaluated for one object.
struct ReferenceTarget {
  enum class Kind : std::uint8_t {
    unknown,    // the definition does not tell: after `parent`, or after a value that only a run has
    field,      // a field of `object`
    parameter,  // the parameter of that name
    object,     // `object`, named by its id
    runtime,    // a field of `object` that the service sets, such as @scheduledStartTime
    node,       // the objects that an alarm or precondition belongs to
    function,
    nothing,  // there is no such field, parameter or object
  };
  Kind kind = Kind::unknown;
  ObjectId context = kNoObject;  // the object that the text is evaluated for; kNoObject: no object reads that parameter
  ObjectId object = kNoObject;
  ObjectId defined_by = kNoObject;  // of a field: `object` itself, or the ancestor that has it written

  friend bool operator==(const ReferenceTarget&, const ReferenceTarget&) = default;
};

struct DefinitionReference {
  enum class Kind : std::uint8_t {
    name,      // at the head of a path
    member,    // after a dot
    function,  // a call
    object,    // {"ref": "ID"}, or an id in a slot that holds references
  };
  Kind kind = Kind::name;
  std::string name;  // as written, with its prefix
  // Where it is written: a value of a field, or of a parameter when there is no object.
  ObjectId object = kNoObject;
  std::string field;
  std::uint32_t item = 0;
  SourceSpan span;       // of the name in that value's text
  SourceSpan json_span;  // of the name in the JSON text; length 0 when the value does not come from there
  std::vector<ReferenceTarget> targets;
};

// In the order of the file: objects, then parameters. Texts that do not parse have no references. Options: delimiters,
// functions and limits, as the definition was loaded with.
PIPEXPR_API std::vector<DefinitionReference> references_of(const PipelineDefinition& definition,
                                                           const CompileOptions& options = {});

}  // namespace pipexpr
