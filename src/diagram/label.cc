// Implements the texts of diagrams.
#include "diagram/label.h"

#include <algorithm>
#include <span>

#include "base/shown.h"

namespace pipexpr::diagram {
namespace {

// A character that means something to a format, and how it is written so that it does not.
struct Escape {
  char character;
  std::string_view written;
};

constexpr Escape kXml[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
constexpr Escape kDot[] = {{'"', "\\\""}, {'\\', "\\\\"}};
// Mermaid has entities with # and without &, and reads HTML and its own Markdown in labels.
constexpr Escape kMermaid[] = {{'"', "#quot;"}, {'#', "#35;"}, {'&', "#amp;"}, {'<', "#lt;"},
                               {'>', "#gt;"},   {'`', "#96;"}, {'\\', "#92;"}};

std::string escaped(std::string_view text, std::span<const Escape> escapes) {
  std::string out;
  for (const char c : base::shown(text)) {
    const auto row =
        std::find_if(escapes.begin(), escapes.end(), [&](const Escape& one) { return one.character == c; });
    if (row == escapes.end()) {
      out += c;
    } else {
      out += row->written;
    }
  }
  return out;
}

}  // namespace

std::string xml_text(std::string_view text) { return escaped(text, kXml); }
std::string dot_text(std::string_view text) { return escaped(text, kDot); }
std::string mermaid_text(std::string_view text) { return escaped(text, kMermaid); }

}  // namespace pipexpr::diagram
