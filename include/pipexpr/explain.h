// Explanation: how a value came about, as a tree.
//
//   pipexpr::LoadOptions load;
//   load.compile.fold_constants = false;                            // constants keep their parts
//   auto definition = pipexpr::PipelineDefinition::load(json, load).value();
//   auto copy = definition->find("Copy").value();
//   auto why = pipexpr::explain_field(*definition, copy, "command", {.object = copy, .run = run});
//   if (!why) return report(why.error());                           // the field has no value
//   for (const pipexpr::ExplainedNode& node : why->nodes)           // a node precedes what it was made of
//     std::cout << std::string(node.depth * 2, ' ') << node.name << " = " << node.value.to_text() << '\n';
//
// The value of the first node is the one that evaluating without explaining gives, and all limits of the evaluation
// hold. The tree is bounded as well: see ExplainOptions. What is left out shows in Explanation::complete.
//
// Lines and columns of the steps, in the file that the definition was loaded from:
//
//   const pipexpr::LineIndex lines(definition->json());
//   if (node.definition_span) lines.locate(node.definition_span->offset).line;
//
// An Explanation owns all its data. The functions may be called from any number of threads at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/context.h>
#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/expression.h>
#include <pipexpr/listener.h>

namespace pipexpr {

// How sure a rule of the language is.
enum class Evidence : std::uint8_t {
  observed,     // the service itself was recorded to do so: docs/evidence.md
  documented,   // by AWS
  seen_in_use,  // in public code
  joda_time,    // checked against Joda-Time
  inferred,     // from the documentation's examples
  our_choice,
};
PIPEXPR_API std::string_view evidence_name(Evidence evidence);  // "observed", "documented", "our choice", ...

// A rule of the language, which a step of an evaluation follows. (Rule in check.h is a rule of the checker.)
struct LanguageRule {
  std::string_view id;      // "operator_text"; for a function its name
  std::string_view number;  // "3.7"; the rules are numbered as in docs/explain.md
  Evidence evidence = Evidence::documented;
  std::string_view description;  // the rule in a few words
};
PIPEXPR_API std::span<const LanguageRule> language_rules();

struct ExplainedNode {
  enum class Kind : std::uint8_t {
    field,          // a field or parameter; its nodes are its values, each a text or a template
    text,           // a value that needs no evaluation
    template_text,  // a text with expressions; its nodes are those
    literal,        // a constant
    reference,      // a name; its node is the field it found, none when the run or the graph answered by itself
    member,         // .name; its nodes are the operand, and the field of every object that the operand referred to
    operation,      // its nodes are the operands
    call,           // its nodes are the arguments
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  Kind kind = Kind::text;
  Value value;
  SlotType slot = SlotType::string;  // of texts: what they mean to operators and functions
  bool cut = false;          // the value is longer than the bounds of the tree allow: only its beginning is here
  bool secret = false;       // a secret or a part of one: its name or that of a field around it begins with '*'
  bool from_secret = false;  // a secret took part in the value
  std::string name;          // of a field, reference, member, function or operator
  std::uint32_t parent = kNone;
  std::uint32_t depth = 0;
  std::uint32_t children = 0;    // nodes right below this one
  std::uint32_t elided = 0;      // and how many are left out
  std::uint32_t source = kNone;  // which of Explanation::sources the span is in
  SourceSpan span;
  std::optional<SourceSpan> definition_span = {};  // the same part in PipelineDefinition::json(), when it is there
  const LanguageRule* rule = nullptr;              // never nullptr for built-in functions and operators
  std::uint32_t origin = kNone;  // of fields and of names that the run answers: which of Explanation::origins
};

// Where a field comes from.
struct ExplainedOrigin {
  Origin origin = Origin::object;
  ObjectId object = kNoObject;  // whose field it is; kNoObject for a parameter
  std::string object_id;
  std::string defined_by;  // object that it is inherited from; empty: its own
  PipelineDefinition::ParameterInfo::Source parameter = PipelineDefinition::ParameterInfo::Source::none;
  std::string parameter_type;  // as declared
  bool from_run = false;       // the run answers it: a runtime field, or an id or a name in a run
  std::string schedule;        // of the object, for fields of the run: its schedule's id and
  std::string period;          // its period as written
  // Of the field's key, or of the parameter's id, in PipelineDefinition::json().
  std::optional<SourceSpan> definition_span = {};
};

// A text that nodes point into.
struct ExplainedSource {
  std::string text;
  std::uint32_t origin = ExplainedNode::kNone;  // whose text it is; kNone: the template itself
  std::uint32_t item = 0;                       // which value, when the field has several
};

struct Explanation {
  std::vector<ExplainedNode> nodes;  // each before its children; the first is the whole
  std::vector<ExplainedOrigin> origins;
  std::vector<ExplainedSource> sources;
  bool complete = true;

  // The part of the source that it stands for.
  PIPEXPR_API std::string_view text(const ExplainedNode& node) const;
};

struct ExplainOptions {
  CompileOptions compile = {.fold_constants = false};  // for texts that are not compiled yet
  EvaluateOptions evaluate = {};                       // its listener hears everything, too
  std::uint32_t max_nodes = 20'000;                    // steps further on are left out
  std::uint64_t max_bytes = 16'777'216;                // of all texts together; values beyond are cut
};

// Evaluates the expression and records how. Compile it without folding, so that constants keep their parts.
PIPEXPR_API Result<Explanation> explain(const Expression& expression, const ObjectGraph& graph, const Context& context,
                                        const ExplainOptions& options = {});

// The same, and says of the definition's fields and parameters where they come from, and of all steps where they are in
// the definition's file.
PIPEXPR_API Result<Explanation> explain(const Expression& expression, const PipelineDefinition& definition,
                                        const Context& context, const ExplainOptions& options = {});

// A field of a definition, own or inherited. The object must be that of the context; spans of diagnostics without a
// path are in the definition's JSON. A field that does not exist is diagnostic unknown_field.
PIPEXPR_API Result<Explanation> explain_field(const PipelineDefinition& definition, ObjectId object,
                                              std::string_view field, const Context& context,
                                              const ExplainOptions& options = {});

}  // namespace pipexpr
