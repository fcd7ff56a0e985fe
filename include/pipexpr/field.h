// Fields of a definition: the value that a field of an object has in a run.
//
//   pipexpr::Evaluator evaluator;
//   pipexpr::Context context{.run = schedule.run(0)};
//   auto command = pipexpr::evaluate_field(evaluator, *definition, copy, "command", context);
//   if (!command) return report(command.error());                   // spans are in the definition's JSON
//   for (const pipexpr::Value& value : command->items) std::cout << value.to_text() << '\n';
//
// A field has its values in the order of the file. Each is evaluated by itself, in the context of the object that was
// asked for, own or inherited; a template that gives a list adds all items of it. Texts in fields that the service
// never evaluates, and references, are taken as they are. Limits, deadline, cancel and listener are those of the
// evaluator.
//
// What is returned owns its text. An Evaluator belongs to one thread at a time; the definition may be shared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/context.h>
#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/expression.h>
#include <pipexpr/result.h>
#include <pipexpr/value.h>

namespace pipexpr {

struct FieldValue {
  // None is unset. A reference to an object that does not exist has kNoObject and the id as it is written.
  std::vector<Value> items;
  bool is_list = false;    // an array in the file, even of one, or a template that gave a list
  bool evaluated = false;  // there was an expression in it

  // The text of the value, that of several values as a JSON array; empty when there is none.
  std::string text() const {
    return items.size() == 1 ? items.front().to_text() : items.empty() ? "" : Value(items).to_text();
  }
};

// The field's value, for the object and with the run and the `now` of the context. The context's fields hold when the
// object is the context's. Diagnostics of the first value that has none; their spans are in the JSON text when they
// have no path. A field that the object does not have is diagnostic unknown_field.
PIPEXPR_API Result<FieldValue> evaluate_field(Evaluator& evaluator, const PipelineDefinition& definition,
                                              ObjectId object, std::string_view field, const Context& context = {});

// The same for a field that is known already.
PIPEXPR_API Result<FieldValue> evaluate_field(Evaluator& evaluator, const PipelineDefinition& definition,
                                              ObjectId object, const PipelineDefinition::FieldInfo& field,
                                              const Context& context = {});

// One value of a field or of a parameter, for callers that go on when another fails. The context must name the object.
// Spans of diagnostics without a path are in the value's own text.
PIPEXPR_API Result<FieldValue> evaluate_item(Evaluator& evaluator, const PipelineDefinition& definition,
                                             const Field& field, std::uint32_t item, const Context& context);

// The field as it is written, with its expressions; no values when the object does not have it.
PIPEXPR_API FieldValue written_field(const PipelineDefinition& definition, ObjectId object, std::string_view field);
PIPEXPR_API Value written_item(const PipelineDefinition& definition, const Field& field, std::uint32_t item);

}  // namespace pipexpr
