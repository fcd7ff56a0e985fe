// A text of JSON or YAML as a flat list of values with their places; both readers make it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/result.h>

#include "definition/json_document.h"

namespace pipexpr::forms {

using definition::JsonType;

// How a string is written, which says where each of its bytes stands.
enum class Style : std::uint8_t { json, plain, single_quoted, double_quoted, literal, folded };

struct Node {
  JsonType type = JsonType::null;
  Style style = Style::json;
  std::string_view key;   // of a member
  std::string_view text;  // strings decoded, numbers, booleans and null as written
  std::string_view tag;   // YAML's short tag without '!', such as "Sub"
  SourceSpan key_span;    // with its quotes
  SourceSpan span;        // with quotes
  std::uint32_t end = 0;  // one past the last value inside this one
};

// Values in the order of the text: children follow their parent, and the first is the whole.
class Document {
 public:
  std::string_view source;
  std::vector<Node> nodes;
  std::deque<std::string> texts;  // what the nodes' views point into, when it is not the source

  const Node& operator[](std::uint32_t i) const { return nodes[i]; }
  bool is(std::uint32_t i, JsonType type) const { return nodes[i].type == type; }

  // The last member of that key, as YAML and JSON tools take it; 0, the root, when there is none.
  std::uint32_t member(std::uint32_t object, std::string_view key) const {
    std::uint32_t found = 0;
    if (!is(object, JsonType::object)) return 0;
    each(object, [&](std::uint32_t i) {
      if (nodes[i].key == key) found = i;
    });
    return found;
  }

  template <class Visit>
  void each(std::uint32_t parent, Visit visit) const {
    if (!is(parent, JsonType::object) && !is(parent, JsonType::array)) return;
    for (std::uint32_t i = parent + 1; i < nodes[parent].end; i = nodes[i].end) visit(i);
  }
};

constexpr std::size_t kMaxDepth = 64;            // as in JSON of a definition; templates reach 15
constexpr std::size_t kMaxNodes = 20'000'000;    // of a text, with what its aliases repeat
constexpr std::size_t kMaxRepeated = 1'000'000;  // values that aliases repeat

// The texts must stay where they are. JSON may have comments, which count as blanks.
Result<Document> read_json(std::string_view text);
Result<Document> read_yaml(std::string_view text);
// Either, as the text or the file's name tells.
Result<Document> read_document(std::string_view text, std::string_view file_name);
bool is_yaml(std::string_view text, std::string_view file_name);

// The same text with blanks for its comments; empty when there is none outside of strings.
std::string without_comments(std::string_view json);

// What is wrong with a text, or with what it holds; shown with the code that definitions have for it.
Diagnostic error(DiagnosticCode code, SourceSpan span, std::string message);

}  // namespace pipexpr::forms
