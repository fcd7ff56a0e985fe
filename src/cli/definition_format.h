// A rendered definition as text: JSON in the spelling that the definition came in, or a table for reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/renderer.h"

namespace cli {

struct RenderedObject {
  std::string_view id;
  std::vector<Rendered> fields;
};

// How a definition file is spelled.
struct Shape {
  std::string_view list = "objects";  // the member that holds the objects; empty: the file is the list itself
  bool fields = false;                // objects are {"id", "name", "fields": [{"key", "stringValue" | "refValue"}]}
};
Shape shape_of(std::string_view json);

std::string to_json(const std::vector<RenderedObject>& objects, const Shape& shape);
// A field's value in one line, whatever is in its text.
std::string table_cell(const Rendered& field);
std::string to_table(const std::vector<RenderedObject>& objects);

}  // namespace cli
