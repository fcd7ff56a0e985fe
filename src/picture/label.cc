// Implements the texts of pictures.
#include "picture/label.h"

#include "base/utf8.h"

namespace pipexpr::picture {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Each character that means something is replaced by what `escaped` gives for it; an empty text keeps it.
template <class Escaped>
std::string escape(std::string_view text, Escaped escaped) {
  std::string out;
  for (const char c : base::repair_utf8(text)) {
    const std::string_view instead = is_control(c) ? kReplacement : escaped(c);
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
