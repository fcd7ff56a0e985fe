// Implements the texts of pictures.
#include "picture/label.h"

#include "base/shown.h"

namespace pipexpr::picture {
namespace {

// Each character that means something is replaced by what `escaped` gives for it; an empty text keeps it.
template <class Escaped>
std::string escape(std::string_view text, Escaped escaped) {
  std::string out;
  for (const char c : base::shown(text)) {
    const std::string_view instead = escaped(c);
    if (instead.empty()) {
      out += c;
    } else {
      out += instead;
    }
  }
  return out;
}

}  // namespace

std::string xml_text(std::string_view text) {
  return escape(text, [](char c) -> std::string_view {
    switch (c) {
      case '&': return "&amp;";
      case '<': return "&lt;";
      case '>': return "&gt;";
      case '"': return "&quot;";
      default: return {};
    }
  });
}

std::string dot_text(std::string_view text) {
  return escape(text, [](char c) -> std::string_view {
    switch (c) {
      case '"': return "\\\"";
      case '\\': return "\\\\";
      default: return {};
    }
  });
}

// Mermaid has entities with # and without &, and reads HTML and its own Markdown in labels.
std::string mermaid_text(std::string_view text) {
  return escape(text, [](char c) -> std::string_view {
    switch (c) {
      case '"': return "#quot;";
      case '#': return "#35;";
      case '&': return "#amp;";
      case '<': return "#lt;";
      case '>': return "#gt;";
      case '`': return "#96;";
      case '\\': return "#92;";
      default: return {};
    }
  });
}

}  // namespace pipexpr::picture
