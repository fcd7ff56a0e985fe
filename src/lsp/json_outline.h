// The values of a JSON text with their places, of one that is being typed as well: what is missing is left out, and
// what does not fit is passed over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/source.h>

namespace pipexpr::lsp {

struct JsonNode {
  enum class Kind : std::uint8_t { missing, object, array, string, other };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  Kind kind = Kind::missing;  // missing: a key whose value is not there yet
  std::uint32_t parent = kNone;
  std::uint32_t end = 0;  // one past the last node inside this one
  SourceSpan key;         // with its quotes; length 0: none
  SourceSpan value;       // with its quotes
  bool is_closed = true;  // of a string: whether its closing quote is there

  // From the key, when there is one, to the end of the value.
  SourceSpan whole() const {
    if (key.length == 0) return value;
    return {key.offset, (kind == Kind::missing ? key.end() : value.end()) - key.offset};
  }
};

class JsonOutline {
 public:
  JsonOutline() = default;
  // Linear; a string ends at its line's end, and no depth is too deep. The text must outlive the outline.
  explicit JsonOutline(std::string_view json);

  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  const JsonNode& operator[](std::uint32_t i) const { return nodes_[i]; }

  // The innermost node that the offset is in or next to; kNone: there is none.
  std::uint32_t at(std::size_t offset) const;
  // What a key or a string says, its escapes replaced; of other values, what is written.
  std::string key(std::uint32_t node) const { return decoded(nodes_[node].key); }
  std::string text(std::uint32_t node) const { return decoded(nodes_[node].value); }
  // The first member of that key; kNone when there is none.
  std::uint32_t member(std::uint32_t object, std::string_view key) const;

  template <class Visit>
  void each(std::uint32_t parent, Visit visit) const {
    for (std::uint32_t i = parent + 1; i < nodes_[parent].end; i = nodes_[i].end) visit(i);
  }

 private:
  std::string decoded(SourceSpan span) const;

  std::string_view json_;
  std::vector<JsonNode> nodes_;  // children follow their parent
};

// What stands between the quotes of a JSON string, as far as `raw` goes: an escape that is cut off counts as nothing.
std::string decode_json(std::string_view raw);

}  // namespace pipexpr::lsp
