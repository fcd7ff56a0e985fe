// Files that are no text of any form of a definition, told by how they begin.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::forms {

// What the file is and what to do about it, as a message that ends in it; empty for what may be JSON or YAML.
std::string foreign_kind(std::string_view text);

// The ASCII characters of a text in UTF-16, which suffice to tell whether it was meant as a definition; empty for
// others.
std::string ascii_of_utf16(std::string_view text);

}  // namespace pipexpr::forms
