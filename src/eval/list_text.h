// A list as text: ["a", "b"], numbers bare (rule 4.8). The one writer of it, for the evaluator's values in its arena as
// for values that own their texts. Bytes that are no UTF-8 stay: the engine is blind to encodings.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <pipexpr/value.h>

#include "base/json_escape.h"

namespace pipexpr::eval {

struct ListItemText {
  Kind kind;
  std::string_view text;
  bool is_bare() const { return kind == Kind::integer || kind == Kind::number; }
};

// `item(i)` is the ListItemText of item i. How many bytes the text takes.
template <class Item>
std::uint64_t list_text_size(std::uint64_t count, const Item& item) {
  std::uint64_t size = 2;
  for (std::uint64_t i = 0; i < count; ++i) {
    const ListItemText one = item(i);
    size += (i == 0 ? 0u : 2u) + (one.is_bare() ? one.text.size() : 2u);
    if (one.is_bare()) continue;
    for (const char c : one.text) size += base::json_size(c);
  }
  return size;
}

// Writes that many bytes, and returns their end.
template <class Item>
char* write_list_text(char* to, std::uint64_t count, const Item& item) {
  *to++ = '[';
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i != 0) {
      *to++ = ',';
      *to++ = ' ';
    }
    const ListItemText one = item(i);
    if (one.is_bare()) {
      to = std::copy(one.text.begin(), one.text.end(), to);
      continue;
    }
    *to++ = '"';
    for (const char c : one.text) to = base::put_json(to, c);
    *to++ = '"';
  }
  *to++ = ']';
  return to;
}

}  // namespace pipexpr::eval
