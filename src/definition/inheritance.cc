// Builds and searches the ranges of objects for which a definition of a field holds.
#include "definition/inheritance.h"

#include <algorithm>
#include <utility>

namespace pipexpr::definition {

void Inheritance::build(std::span<const std::uint32_t> parents, std::span<const std::uint32_t> parents_first,
                        std::vector<Definition> definitions, std::size_t names) {
  number(parents, parents_first);
  make_ranges(std::move(definitions), names);
  std::sort(nodes_.begin(), nodes_.end(), [](const Node& a, const Node& b) {
    return a.range.begin != b.range.begin ? a.range.begin < b.range.begin : a.range.entry < b.range.entry;
  });
  make_tree(0, nodes_.size());
}

// Positions in a walk that visits each object before its descendants, without a recursion that a long chain would make
// deep: an object hands the positions after its own to its children as they come.
void Inheritance::number(std::span<const std::uint32_t> parents, std::span<const std::uint32_t> parents_first) {
  std::vector<std::uint32_t> size(parents.size(), 1), next(parents.size());
  for (std::size_t i = parents_first.size(); i-- > 0;) {
    const std::uint32_t object = parents_first[i];
    if (parents[object] != kNone) size[parents[object]] += size[object];
  }
  begin_.resize(parents.size());
  end_.resize(parents.size());
  depth_.assign(parents.size(), 0);
  std::uint32_t next_root = 0;
  for (const std::uint32_t object : parents_first) {
    const std::uint32_t parent = parents[object];
    std::uint32_t& position = parent == kNone ? next_root : next[parent];
    begin_[object] = position;
    position += size[object];
    end_[object] = position;
    next[object] = begin_[object] + 1;
    if (parent != kNone) depth_[object] = depth_[parent] + 1;
  }
}

void Inheritance::make_ranges(std::vector<Definition> definitions, std::size_t names) {
  std::sort(definitions.begin(), definitions.end(), [&](const Definition& a, const Definition& b) {
    return a.name != b.name ? a.name < b.name : begin_[a.object] < begin_[b.object];
  });
  ranges_.clear();
  nodes_.clear();
  first_range_.assign(names + 1, 0);
  ranges_.reserve(2 * definitions.size());
  std::vector<const Definition*> open;  // those whose descendants are not all passed, innermost last
  for (std::size_t name = 0, at = 0; name < names; ++name) {
    const std::size_t first = ranges_.size();
    first_range_[name] = static_cast<std::uint32_t>(first);
    const auto add = [&](std::uint32_t position) {
      const bool is_empty =
          ranges_.size() > first && ranges_.back().begin == position;  // what was thought to begin here
      Range& range = is_empty ? ranges_.back() : ranges_.emplace_back();
      range = open.empty() ? Range{.begin = position} : Range{position, open.back()->entry, open.back()->object};
    };
    const auto close_before = [&](std::uint32_t position) {
      while (!open.empty() && end_[open.back()->object] <= position) {
        const std::uint32_t end = end_[open.back()->object];
        open.pop_back();
        add(end);
      }
    };
    for (; at < definitions.size() && definitions[at].name == name; ++at) {
      const std::uint32_t begin = begin_[definitions[at].object];
      close_before(begin);
      open.push_back(&definitions[at]);
      add(begin);
    }
    close_before(kNone);
    for (std::size_t i = first; i + 1 < ranges_.size(); ++i) {
      if (ranges_[i].entry != kNone) nodes_.push_back({ranges_[i], ranges_[i + 1].begin, 0});
    }
  }
  first_range_[names] = static_cast<std::uint32_t>(ranges_.size());
}

std::uint32_t Inheritance::make_tree(std::size_t first, std::size_t last) {
  if (first == last) return 0;
  const std::size_t root = first + (last - first) / 2;
  nodes_[root].last_end = std::max({nodes_[root].end, make_tree(first, root), make_tree(root + 1, last)});
  return nodes_[root].last_end;
}

std::uint32_t Inheritance::find(std::uint32_t object, std::uint32_t name) const {
  if (object >= begin_.size() || std::size_t{name} + 1 >= first_range_.size()) return kNone;
  const auto first = ranges_.begin() + first_range_[name], last = ranges_.begin() + first_range_[name + 1];
  const auto after = std::upper_bound(
      first, last, begin_[object], [](std::uint32_t position, const Range& range) { return position < range.begin; });
  return after == first ? kNone : std::prev(after)->entry;
}

void Inheritance::collect(std::size_t first, std::size_t last, std::uint32_t object, std::size_t most,
                          std::vector<Range>& found) const {
  if (first == last) return;
  const std::uint32_t position = begin_[object];
  const std::size_t root = first + (last - first) / 2;
  const Node& node = nodes_[root];
  if (node.last_end <= position) return;
  collect(first, root, object, most, found);
  if (node.range.begin > position || found.size() >= most) return;
  if (position < node.end && node.range.object != object) found.push_back(node.range);
  collect(root + 1, last, object, most, found);
}

std::vector<std::uint32_t> Inheritance::inherited(std::uint32_t object, std::size_t most) const {
  if (object >= begin_.size() || most == 0) return {};
  std::vector<Range> found;
  collect(0, nodes_.size(), object, most, found);
  if (found.size() > most) found.resize(most);
  std::sort(found.begin(), found.end(), [&](const Range& a, const Range& b) {
    return depth_[a.object] != depth_[b.object] ? depth_[a.object] > depth_[b.object] : a.entry < b.entry;
  });
  std::vector<std::uint32_t> entries;
  entries.reserve(found.size());
  for (const Range& range : found) entries.push_back(range.entry);
  return entries;
}

}  // namespace pipexpr::definition
