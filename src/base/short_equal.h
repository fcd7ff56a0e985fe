// Whether two texts are the same, for names, which are short: a call to memcmp would cost as much as the comparison.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pipexpr::base {

inline bool same(std::string_view one, std::string_view other) {
  const auto differ = [&]<class Word>(std::size_t at, Word) {
    Word a, b;
    std::memcpy(&a, one.data() + at, sizeof a);
    std::memcpy(&b, other.data() + at, sizeof b);
    return a != b;
  };
  const std::size_t size = one.size();
  if (size != other.size()) return false;
  if (size == 0) return true;
  if (one[0] != other[0]) return false;  // most are told apart by it
  if (size == 1) return true;
  if (size < 4) return !differ(size - 2, std::uint16_t{});
  if (size < 8) return !differ(0, std::uint32_t{}) && !differ(size - 4, std::uint32_t{});
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    if (differ(at, std::uint64_t{})) return false;
  }
  return !differ(size - 8, std::uint64_t{});  // the last ones, some of them again
}

}  // namespace pipexpr::base
