// Partial evaluation: everything of an expression that does not depend on the unknown is computed now; the rest
// remains, as an expression that can be evaluated and printed.
//
//   auto command = pipexpr::Expression::compile("aws s3 cp #{input.filePath} #{myTarget}/").value();
//   auto made = pipexpr::specialize(command, *definition, {.object = *definition->find("Copy")}).value();
//   made.expression.text();   // aws s3 cp s3://in/#{format(@scheduledStartTime, 'YYYY/MM/dd')} s3://out/
//   made.is_constant();       // false: the run is still needed
//
//   made.expression.evaluate(*definition, {.object = copy, .run = run})   // what `command` gives for that run
//
// Unknown is, by default, the run: its start, its end, its attempt and the ids that it makes, and every field that has
// no value yet. The result is meant for evaluations with a run; fields that have a value now and that a run will
// replace (Run::fields) are named in unknown_fields. A reference to a field whose text depends on the run is replaced
// by what remains of that text, when this is certain to mean the same; otherwise the reference stays. What fails stays,
// too, and fails when it is evaluated. The result is evaluated on the same graph and object as the original, and gives
// the same value for every run, or fails with the same code; the place and path of an error are those of the remaining
// text. Limits of an evaluation are reached later than before, since there is less to do. Values of secrets (names with
// '*') are never written into the result.
//
// Everything is borrowed for the duration of the call; the result refers to nothing but what Expression says. Safe from
// any thread, as long as the graph is. Time: one evaluation for each name of the text and of the texts that are
// inlined.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <pipexpr/export.h>
#include <pipexpr/expression.h>
#include <pipexpr/result.h>
#include <pipexpr/source.h>

namespace pipexpr {

struct SpecializeOptions {
  CompileOptions compile = {};    // as the expression was compiled with
  EvaluateOptions evaluate = {};  // as it will be evaluated with; the listener is not used
  // Names, with their prefix, that will have other values than they have now, whatever object or parameter has them.
  std::vector<std::string> unknown_fields = {};
  bool inlines_references = true;
};

// Why a name remains.
enum class KeptReason : std::uint8_t {
  run,            // the run answers it
  unknown_field,  // SpecializeOptions::unknown_fields
  field,          // the text of its field depends on the unknown, and inlining it could change what it means
  secret,         // its value must not show
  value,          // its value cannot be written in an expression where it stands: a list, a reference, a typed text
  error,          // it has no value now
};

struct KeptName {
  std::string text;  // the path, as written: input.filePath
  SourceSpan span;   // in the template
  KeptReason reason = KeptReason::run;
};

struct Specialized {
  Expression expression;
  std::vector<KeptName> kept;  // of the template, in order

  bool is_constant() const { return expression.is_literal(); }
};

// `known` is what is known: the object, fields of it, and the run if it is known as well, so that only unknown_fields
// remain. Fails when the text does not compile with options.compile.
PIPEXPR_API Result<Specialized> specialize(const Expression& expression, const ObjectGraph& graph,
                                           const Context& known = {}, const SpecializeOptions& options = {});

// The text of an evaluation. With UnsetRuntime::keep, and when nothing but runtime fields without a value is missing,
// the text in which these stay as expressions and everything else is evaluated; otherwise what evaluate_text gives.
PIPEXPR_API Result<std::string> evaluate_or_keep(const Expression& expression, const ObjectGraph& graph,
                                                 const Context& context, const SpecializeOptions& options = {});

}  // namespace pipexpr
