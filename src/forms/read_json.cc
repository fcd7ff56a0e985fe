// JSON, with comments or without, as a document.
#include <algorithm>

#include "forms/document.h"

namespace pipexpr::forms {

Diagnostic error(DiagnosticCode code, SourceSpan span, std::string message) {
  Diagnostic made;
  made.code = code;
  made.span = span;
  made.message = std::move(message);
  return made;
}

std::string without_comments(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i + 1 < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"' || c == '\n') in_string = false;  // no string goes over a line, so that a lost quote ends here
      continue;
    }
    in_string = c == '"';
    if (c != '/' || (json[i + 1] != '/' && json[i + 1] != '*')) continue;
    const bool is_block = json[i + 1] == '*';
    std::size_t end = is_block ? json.find("*/", i + 2) : json.find('\n', i);
    if (end == std::string_view::npos && is_block) return "";  // it never ends, which the reader reports
    end = std::min(end == std::string_view::npos ? end : end + (is_block ? 2 : 0), json.size());
    if (out.empty()) out = json;
    for (std::size_t k = i; k < end; ++k) {
      if (out[k] != '\n' && out[k] != '\r') out[k] = ' ';
    }
    i = end - 1;
  }
  return out;
}

Result<Document> read_json(std::string_view text) {
  Document made;
  made.source = text;
  if (std::string bare = without_comments(text); !bare.empty()) text = made.texts.emplace_back(std::move(bare));
  auto json = definition::JsonText::read(text);
  if (!json) return json.error();
  made.nodes.reserve(json->size());
  for (std::uint32_t i = 0; i < json->size(); ++i) {
    const definition::Json& from = (*json)[i];
    Node& node = made.nodes.emplace_back();
    node.type = from.type;
    node.key_span = from.key_span;
    node.span = from.span;
    node.end = from.end;
    // Decoded texts belong to what was read; texts without escapes stand in the source.
    const auto keep = [&](std::string_view view) {
      const bool inside = view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size();
      return inside || view.empty() ? view : std::string_view(made.texts.emplace_back(view));
    };
    node.key = keep(from.key);
    node.text = keep(from.text);
  }
  return made;
}

}  // namespace pipexpr::forms
