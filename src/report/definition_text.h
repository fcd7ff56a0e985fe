// A rendered definition as text: JSON in the spelling that the definition came in, or a table for reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/definition.h>
#include <pipexpr/render.h>

namespace pipexpr::report {

struct RenderedObject {
  std::string_view id;
  std::vector<RenderedField> fields;
};

std::string to_json(const std::vector<RenderedObject>& objects, const PipelineDefinition::Format& format);
// A field's value in one line, whatever is in it. The strings of a list stand in quotes when one of them has a comma, a
// bracket or a quote in it or could be overlooked; so does a single string that looks like a list or a reference.
std::string table_cell(const RenderedField& field);
std::string to_table(const std::vector<RenderedObject>& objects);

}  // namespace pipexpr::report
