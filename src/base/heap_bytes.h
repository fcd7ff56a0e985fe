// How many bytes a standard container holds besides itself: what it has allocated, not what its items hold elsewhere.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace pipexpr::base {

template <class T>
std::size_t heap_bytes(const std::vector<T>& items) {
  return items.capacity() * sizeof(T);
}
inline std::size_t heap_bytes(const std::vector<bool>& items) { return items.capacity() / 8; }

template <class T>
std::size_t heap_bytes(const std::deque<T>& items) {
  return items.size() * sizeof(T);
}

// A short text is inside the string itself.
inline std::size_t heap_bytes(const std::string& text) {
  static const std::size_t kInside = std::string().capacity();
  return text.capacity() <= kInside ? 0 : text.capacity() + 1;
}

// Nodes with a link and a hash, and the buckets.
template <class Key, class T, class Hash>
std::size_t heap_bytes(const std::unordered_map<Key, T, Hash>& items) {
  using Item = typename std::unordered_map<Key, T, Hash>::value_type;
  return items.size() * (sizeof(Item) + 2 * sizeof(void*)) + items.bucket_count() * sizeof(void*);
}

}  // namespace pipexpr::base
