// Which definition of a field holds for which object: nothing is copied from parents to their descendants.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pipexpr::definition {

// Objects, names and definitions are numbered from 0. An object and its descendants have consecutive positions in a
// walk of the forest of parents, so the objects for which a definition holds are ranges of positions: those of the
// object that has it written and of its descendants, without the ranges of the descendants that have the name written
// themselves. There are at most twice as many ranges as definitions, however long the chains of parents are.
class Inheritance {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // A field that an object has written and that its descendants inherit.
  struct Definition {
    std::uint32_t name = 0;
    std::uint32_t object = 0;
    std::uint32_t entry = 0;  // what the look-ups answer
  };

  // `parents` has the parent of each object, or kNone, and must be free of cycles; `parents_first` has each object once
  // and none before its parent. No object has a name written twice.
  void build(std::span<const std::uint32_t> parents, std::span<const std::uint32_t> parents_first,
             std::vector<Definition> definitions, std::size_t names);

  // The entry that holds for the object: its own, or that of the nearest ancestor that has the name written; or kNone.
  // Takes the logarithm of the number of definitions of that name.
  std::uint32_t find(std::uint32_t object, std::uint32_t name) const;

  // The entries that the object inherits, those of nearer ancestors first and those of one ancestor in order; when
  // there are more than `most`, any that many. Each takes the logarithm of the number of all definitions.
  std::vector<std::uint32_t> inherited(std::uint32_t object, std::size_t most = ~std::size_t{0}) const;

  std::size_t memory_bytes() const;

 private:
  struct Range {
    std::uint32_t begin = 0;       // position; up to the next range of the name
    std::uint32_t entry = kNone;   // kNone: nothing holds there
    std::uint32_t object = kNone;  // that has the entry written
  };
  // The ranges of all names by their beginning, as a search tree: the root of a part of the array is its middle.
  struct Node {
    Range range;
    std::uint32_t end = 0;
    std::uint32_t last_end = 0;  // of all ranges of the part whose root this is
  };

  void number(std::span<const std::uint32_t> parents, std::span<const std::uint32_t> parents_first);
  void make_ranges(std::vector<Definition> definitions, std::size_t names);
  std::uint32_t make_tree(std::size_t first, std::size_t last);
  void collect(std::size_t first, std::size_t last, std::uint32_t object, std::size_t most,
               std::vector<Range>& found) const;

  std::vector<std::uint32_t> begin_, end_, depth_;  // by object; end_ is after its last descendant
  std::vector<Range> ranges_;                       // of each name in order of position
  std::vector<std::uint32_t> first_range_;          // by name, and the end
  std::vector<Node> nodes_;
};

}  // namespace pipexpr::definition
