// Copies of texts, most of which are short: a call to memcpy would cost as much as the copy.
#pragma once

#include <cstring>
#include <string_view>

namespace pipexpr::base {

// Writes at `to` and returns the end.
inline char* copy(char* to, std::string_view text) {
  const char* const from = text.data();
  const std::size_t size = text.size();
  if (size > 32) {
    std::memcpy(to, from, size);
  } else if (size >= 16) {  // two halves that may overlap
    char first[16], last[16];
    std::memcpy(first, from, 16);
    std::memcpy(last, from + size - 16, 16);
    std::memcpy(to, first, 16);
    std::memcpy(to + size - 16, last, 16);
  } else if (size >= 8) {
    char first[8], last[8];
    std::memcpy(first, from, 8);
    std::memcpy(last, from + size - 8, 8);
    std::memcpy(to, first, 8);
    std::memcpy(to + size - 8, last, 8);
  } else if (size >= 4) {
    char first[4], last[4];
    std::memcpy(first, from, 4);
    std::memcpy(last, from + size - 4, 4);
    std::memcpy(to, first, 4);
    std::memcpy(to + size - 4, last, 4);
  } else if (size != 0) {
    const char first = from[0], middle = from[size / 2], last = from[size - 1];
    to[0] = first;
    to[size / 2] = middle;
    to[size - 1] = last;
  }
  return to + size;
}

}  // namespace pipexpr::base
