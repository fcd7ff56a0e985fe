// Renaming an object, a field or a parameter across a definition: ids, references, keys and the names in expressions
// change, every other byte of the file stays.
//
//   auto definition = pipexpr::PipelineDefinition::load(json, {.source_name = "orders.json"}).value();
//   auto renamed = pipexpr::rename_field(*definition, "OrdersIn", "myPath", "myFolder");
//   if (!renamed) for (auto& why : renamed.error()) std::cerr << pipexpr::render(why, {"orders.json", json});
//   std::string better = pipexpr::apply_edits(json, *renamed);
//
// A renaming is made only when it is certain that every name still stands for what it stood for: the edited text is
// loaded again, and all its references are compared with those from before. What would collide, hide a value, or cannot
// be told without a run is refused with a diagnostic E802 to E804 whose span is in the JSON text. An id can show in
// values (#{input}, #{@id}, and #{name} of an object without a name): those values change with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/export.h>
#include <pipexpr/result.h>
#include <pipexpr/source.h>

namespace pipexpr {

// In the order of the file; none overlaps another. Options: as the definition was loaded with.
PIPEXPR_API Result<std::vector<TextEdit>> rename_object(const PipelineDefinition& definition, std::string_view id,
                                                        std::string_view new_id, const CompileOptions& options = {});
// The field must be written in that object: what others inherit from it, and the names that lead there, change with it.
PIPEXPR_API Result<std::vector<TextEdit>> rename_field(const PipelineDefinition& definition, std::string_view object,
                                                       std::string_view field, std::string_view new_name,
                                                       const CompileOptions& options = {});
// The parameter must be declared in the file or have a value there; both names change, and all that read it.
PIPEXPR_API Result<std::vector<TextEdit>> rename_parameter(const PipelineDefinition& definition, std::string_view id,
                                                           std::string_view new_id, const CompileOptions& options = {});

// The text with the edits made.
PIPEXPR_API std::string apply_edits(std::string_view text, const std::vector<TextEdit>& edits);

}  // namespace pipexpr
