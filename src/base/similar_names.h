// "did you mean": the known name nearest to an unknown one, or none when nothing is near.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pipexpr::base {

// Compares one unknown name with candidates, one after the other; of several that are equally near the first counts.
class Similar {
 public:
  explicit Similar(std::string_view wanted) : wanted_(wanted) {}
  void consider(std::string_view candidate);
  const std::string& best() const { return best_; }
  // Whether the nearest is the same word, written otherwise, and no other candidate is as near. Near names can mean
  // opposite things: lastOfMonth and firstOfMonth, monday and sunday.
  bool is_same_word() const;

 private:
  std::string_view wanted_;
  std::string best_;
  std::size_t distance_ = 4;  // only nearer ones count
  bool tied_ = false;
};

// Names that many unknown ones are compared with. Of more than kMaxCompared names only those are considered that share
// the longest beginning or the longest end with the unknown one, in any case of letters: a definition in which every
// name is wrong costs no more than so many comparisons for each.
class NameIndex {
 public:
  static constexpr std::size_t kMaxCompared = 64;

  // The texts must outlive the index.
  void add(std::string_view name) { names_.push_back(name); }
  void reserve(std::size_t count) { names_.reserve(count); }
  // Once, after the last name and before the first question.
  void build();
  // The numbers of the names that may be near to `wanted`, counted and ordered as they were added.
  std::vector<std::uint32_t> near(std::string_view wanted) const;
  // Lets `similar` consider those.
  void consider(std::string_view wanted, Similar& similar) const {
    for (const std::uint32_t i : near(wanted)) similar.consider(names_[i]);
  }

 private:
  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> by_beginning_, by_end_;  // sorted; empty when all names are compared
};

// ", did you mean 'X'?" for the end of a message; empty when nothing is near.
std::string did_you_mean(const Similar& similar);

template <class Names>
std::string did_you_mean(std::string_view wanted, const Names& names) {
  Similar similar(wanted);
  for (const auto& name : names) similar.consider(name);
  return did_you_mean(similar);
}

}  // namespace pipexpr::base
