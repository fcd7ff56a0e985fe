// A JSON text as a flat list of values with their places. RapidJSON reads it, without recursion; duplicate keys are
// kept.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pipexpr/result.h>

namespace pipexpr::definition {

enum class JsonType : std::uint8_t { null, boolean, number, string, array, object };

std::string_view json_type_name(JsonType type);  // "a string", "an object"

struct Json {
  JsonType type = JsonType::null;
  std::string_view key;   // of a member, decoded
  SourceSpan key_span;    // with its quotes
  std::string_view text;  // strings decoded, numbers and booleans as written
  SourceSpan span;        // strings with their quotes
  std::uint32_t end = 0;  // one past the last value inside this one
};

// Values in the order of the text: children follow their parent.
class JsonText {
 public:
  // `text` must stay where it is: values point into it.
  static Result<JsonText> read(std::string_view text);

  const Json& operator[](std::uint32_t i) const { return values_[i]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }

  // The first member of that key; 0, the root, when there is none.
  std::uint32_t member(std::uint32_t object, std::string_view key) const;

  // Frees the list; the decoded strings stay, since views of them do.
  void forget_values() { values_ = {}; }
  std::size_t memory_bytes() const;

  template <class Visit>
  void each(std::uint32_t parent, Visit visit) const {
    for (std::uint32_t i = parent + 1; i < values_[parent].end; i = values_[i].end) visit(i);
  }

 private:
  friend class JsonHandler;
  std::vector<Json> values_;
  std::deque<std::string> decoded_;  // strings that had escapes
};

// The offset in the JSON text of a decoded offset inside a string value; `raw` is the value with its quotes.
std::size_t raw_offset(std::string_view raw, std::size_t decoded);

// Decoded offsets and the offsets in the JSON text that they stand at: some places of a string value, so that a place
// of a long value is found without reading the value from its beginning.
using OffsetMarks = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
OffsetMarks offset_marks(std::string_view raw);
std::size_t raw_offset(std::string_view raw, std::size_t decoded, const OffsetMarks& marks);

}  // namespace pipexpr::definition
