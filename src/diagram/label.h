// Texts of a diagram that may hold any bytes of a definition.
#pragma once

#include <string>
#include <string_view>

namespace pipexpr::diagram {

// The text as XML, Graphviz or Mermaid takes it between quotes. Control characters, which none of them can hold, are
// shown as in messages.
std::string xml_text(std::string_view text);
std::string dot_text(std::string_view text);
std::string mermaid_text(std::string_view text);

}  // namespace pipexpr::diagram
